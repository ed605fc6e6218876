/** Telling systemd, with a stand-in for its command. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { notifyReady } from '../../../src/runtime/notify-ready.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('only where systemd waits for it', async () => {
  const told = join(folder, 'told');
  writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> '${told}'\n`);
  chmodSync(join(folder, 'systemd-notify'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  await notifyReady(env);
  await notifyReady({ ...env, NOTIFY_SOCKET: '/run/x' });
  expect(readFileSync(told, 'utf8')).toBe('/run/x --ready\n');
});
