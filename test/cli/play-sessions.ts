/** The sessions in sessions/, dealt to several test files that run side by side: most of a session is waiting. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { playSession } from './session.ts';

const PARTS = 4;
/** Some sessions start sixty programs; on a machine that does much else each takes seconds. */
const SESSION_MS = 300_000;
const folder = join(import.meta.dirname, 'sessions');

/** Every session of a part, 0 to 3, goes as written, against the built program. */
export function playPart(part: number): void {
  const names = readdirSync(folder).filter((_, i) => i % PARTS === part);
  describe('sessions', () => {
    test.each(names)('%s', { timeout: SESSION_MS }, (name) => {
      expect(playSession(join(folder, name)).join('\n\n')).toBe('');
    });
  });
}
