/** The agent beside the real logrotate, with the options people use: every line once. */
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { AgentLab, noLogrotate } from './agent-lab.ts';

if (noLogrotate !== undefined) console.log(`skipped: ${noLogrotate}`);

const ROUNDS = 5;
const LINES = 200;
const line = (round: number, i: number) => `round ${round} line ${i} ${'.'.repeat((i * 7) % 80)}\n`;
const expected = Array.from({ length: ROUNDS }, (_, round) =>
  Array.from({ length: LINES }, (_, i) => line(round, i)),
).flat();
const sorted = (lines: readonly string[]) => [...lines].sort();

let lab: AgentLab | undefined;
afterEach(async () => await lab?.end());

/** Writes rounds of lines with a rotation after each; `read`: the agent has read them before the rotation, or has to find them after it. */
async function rounds(
  options: readonly string[],
  how: { pattern: string; read: 'before' | 'after'; keepOpen: boolean },
): Promise<AgentLab> {
  lab = new AgentLab(how.pattern);
  mkdirSync(join(lab.logs, 'old'));
  appendFileSync(lab.log, '');
  await lab.start();
  const fd = how.keepOpen ? openSync(lab.log, 'a') : undefined;
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < LINES; i++) {
      if (fd === undefined) appendFileSync(lab.log, line(round, i));
      else writeSync(fd, line(round, i));
      // A file nothing was ever read of cannot be known again under a name that does not match.
      if (i === LINES / 2) await lab.delivered(round * LINES + i);
    }
    if (how.read === 'before') await lab.delivered((round + 1) * LINES);
    await lab.rotate(options.map((option) => option.replace('ROUND', String(round))));
    await lab.delivered((round + 1) * LINES);
  }
  if (fd !== undefined) closeSync(fd);
  await lab.delivered(ROUNDS * LINES);
  return lab;
}

describe.skipIf(noLogrotate !== undefined)('logrotate', () => {
  const byRename = { keepOpen: false } as const;
  const byCopy = { keepOpen: true } as const;
  test.each([
    ['create, names match', ['rotate 9', 'create'], { ...byRename, pattern: 'app.log*', read: 'after' }],
    ['create, exact name', ['rotate 9', 'create'], { ...byRename, pattern: 'app.log', read: 'before' }],
    [
      'delaycompress',
      ['rotate 9', 'create', 'compress', 'delaycompress'],
      { ...byRename, pattern: 'app.log*', read: 'after' },
    ],
    ['compress', ['rotate 9', 'create', 'compress'], { ...byRename, pattern: 'app.log*', read: 'before' }],
    ['rotate 1', ['rotate 1', 'create'], { ...byRename, pattern: 'app.log*', read: 'before' }],
    [
      'dateext',
      ['rotate 9', 'create', 'dateext', 'dateformat -%Y%m%d-ROUND'],
      { ...byRename, pattern: 'app.log*', read: 'before' },
    ],
    ['extension', ['rotate 9', 'create', 'extension .log'], { ...byRename, pattern: 'app*.log', read: 'after' }],
    ['nocreate', ['rotate 9', 'nocreate'], { ...byRename, pattern: 'app.log*', read: 'after' }],
    ['olddir', ['rotate 9', 'create', 'olddir old'], { ...byRename, pattern: 'app.log*', read: 'before' }],
    ['copytruncate, names match', ['rotate 9', 'copytruncate'], { ...byCopy, pattern: 'app.log*', read: 'after' }],
    ['copytruncate, exact name', ['rotate 9', 'copytruncate'], { ...byCopy, pattern: 'app.log', read: 'after' }],
    [
      'copytruncate, delaycompress',
      ['rotate 9', 'copytruncate', 'compress', 'delaycompress'],
      { ...byCopy, pattern: 'app.log*', read: 'after' },
    ],
    [
      'copytruncate, compress',
      ['rotate 9', 'copytruncate', 'compress'],
      { ...byCopy, pattern: 'app.log*', read: 'before' },
    ],
    [
      'copytruncate, olddir',
      ['rotate 9', 'copytruncate', 'olddir old'],
      { ...byCopy, pattern: 'app.log*', read: 'after' },
    ],
    [
      'renamecopy, olddir',
      ['rotate 9', 'create', 'renamecopy', 'olddir old'],
      { ...byRename, pattern: 'app.log*', read: 'before' },
    ],
  ] as const)('%s', async (_, options, how) => {
    const { service } = await rounds(options, how);
    expect(sorted(service.accepted)).toEqual(sorted(expected));
  });

  test('copy without truncation is a backup: nothing twice', async () => {
    const { service } = await rounds(['rotate 9', 'copy'], { ...byCopy, pattern: 'app.log*', read: 'before' });
    expect(sorted(service.accepted)).toEqual(sorted(expected));
  });

  test.each([
    ['rename', ['rotate 9', 'create', 'compress'], 'app.log*'],
    ['rename twice', ['rotate 9', 'create', 'compress'], 'app.log'],
    ['copytruncate', ['rotate 9', 'copytruncate', 'compress'], 'app.log*'],
  ])(
    'compressed while the agent is stopped, by %s: the rest is unpacked, read and removed again',
    async (how, options, pattern) => {
      lab = new AgentLab(pattern, { files: { readCompressed: true } });
      const before = Array.from({ length: 50 }, (_, i) => line(0, i));
      const after = Array.from({ length: 50 }, (_, i) => line(1, i));
      appendFileSync(lab.log, before.join(''));
      await lab.start();
      await lab.delivered(before.length);
      await lab.stop();
      appendFileSync(lab.log, after.join(''));
      await lab.rotate(options);
      if (how === 'rename twice') await lab.rotate(options);
      appendFileSync(lab.log, 'new\n');
      await lab.start();
      await lab.delivered(101);
      expect(sorted(lab.service.accepted)).toEqual(sorted([...before, ...after, 'new\n']));
      const spool = join(lab.folder, 'state/spool');
      await lab.until(() => readdirSync(spool).length === 0);
      expect(readdirSync(spool)).toEqual([]);
    },
  );

  test('a compressed file that is torn is told as missing, and nothing of it is read', async () => {
    lab = new AgentLab('app.log', { files: { readCompressed: true } });
    appendFileSync(lab.log, expected.join(''));
    await lab.start();
    await lab.delivered(expected.length);
    await lab.stop();
    appendFileSync(lab.log, 'rest\n');
    await lab.rotate(['rotate 9', 'create', 'compress']);
    truncateSync(`${lab.log}.1.gz`, 500);
    appendFileSync(lab.log, 'new\n');
    await lab.start();
    await lab.delivered(expected.length + 1);
    expect(lab.service.accepted.slice(expected.length)).toEqual(['new\n']);
    expect(readdirSync(join(lab.folder, 'state/spool'))).toEqual([]);
  });

  test('rotations while the agent is stopped: the rest of each file is found', async () => {
    lab = new AgentLab('app.log');
    appendFileSync(lab.log, line(0, 0));
    await lab.start();
    await lab.delivered(1);
    await lab.stop();
    appendFileSync(lab.log, line(0, 1));
    await lab.rotate(['rotate 9', 'create']);
    appendFileSync(lab.log, line(1, 0));
    await lab.start();
    await lab.delivered(3);
    expect(sorted(lab.service.accepted)).toEqual(sorted([line(0, 0), line(0, 1), line(1, 0)]));
  });
});
