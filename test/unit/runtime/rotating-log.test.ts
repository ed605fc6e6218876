/** The own log: full files move up by one, and no line is lost or cut. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RotatingLog } from '../../../src/runtime/rotating-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotating-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = (name: string) => readFileSync(join(folder, name), 'utf8');

test('old files move up, the oldest goes', () => {
  const log = new RotatingLog({ path: join(folder, 'agent.log'), bytesMax: 10, backupsMax: 2 });
  for (let i = 0; i < 9; i++) log.write(`line${i}\n`);
  log.close();
  expect(readdirSync(folder).sort()).toEqual(['agent.log', 'agent.log.1', 'agent.log.2']);
  expect([content('agent.log.2'), content('agent.log.1'), content('agent.log')]).toEqual([
    'line6\n',
    'line7\n',
    'line8\n',
  ]);
});

test('an existing file is continued, and a line longer than the bound is written whole', () => {
  const path = join(folder, 'sub', 'agent.log');
  for (const line of ['a\n', `${'x'.repeat(20)}\n`]) {
    const log = new RotatingLog({ path, bytesMax: 10, backupsMax: 1 });
    log.write(line);
    log.close();
  }
  expect([content('sub/agent.log.1'), content('sub/agent.log')]).toEqual(['a\n', `${'x'.repeat(20)}\n`]);
});

test('without backups the file begins anew', () => {
  const log = new RotatingLog({ path: join(folder, 'agent.log'), bytesMax: 3, backupsMax: 0 });
  log.write('a\n');
  log.write('bc\n');
  log.close();
  expect(readdirSync(folder)).toEqual(['agent.log']);
  expect(content('agent.log')).toBe('bc\n');
});

test('reopened, it writes to the file that has the name now', () => {
  const path = join(folder, 'agent.log');
  const log = new RotatingLog({ path, bytesMax: 1_000, backupsMax: 1 });
  log.write('a\n');
  renameSync(path, `${path}.old`);
  log.write('b\n');
  log.reopen();
  log.write('c\n');
  log.close();
  expect([content('agent.log.old'), content('agent.log')]).toEqual(['a\nb\n', 'c\n']);
});

test('when the name cannot be opened again the log goes on in the file it has', () => {
  const sub = join(folder, 'sub');
  const log = new RotatingLog({ path: join(sub, 'own.log'), bytesMax: 100, backupsMax: 1 });
  log.write('a\n');
  renameSync(sub, join(folder, 'moved'));
  expect(() => log.reopen()).toThrow('ENOENT');
  log.write('b\n');
  log.close();
  expect(content('moved/own.log')).toBe('a\nb\n');
});

test('a full file that cannot be turned over is gone on with, and the old ones stay where they are', () => {
  const path = join(folder, 'agent.log');
  const log = new RotatingLog({ path, bytesMax: 10, backupsMax: 3 });
  log.write('line0\n');
  log.write('line1\n');
  // A folder in the place of the oldest does not go.
  mkdirSync(join(folder, 'agent.log.3'));
  for (let i = 2; i < 6; i++) log.write(`line${i}\n`);
  log.close();
  expect([content('agent.log.1'), content('agent.log')]).toEqual(['line0\n', 'line1\nline2\nline3\nline4\nline5\n']);
});
