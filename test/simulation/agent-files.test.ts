/** What happens to log files while the agent runs, and that every line arrives: one short history each. */
import { describe, expect, test } from 'vitest';
import { AgentSim, type WorldOptions } from './agent-world.ts';

const LOG = '/t/app.log';

async function started(options: WorldOptions = {}): Promise<AgentSim> {
  const sim = new AgentSim(options);
  await sim.start();
  return sim;
}

const sorted = (lines: readonly string[]) => [...lines].sort();
const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${i} ${'.'.repeat(20)}\n`);
const exactLog: WorldOptions = { flow: { filePattern: LOG } };

describe('lines', () => {
  test('arrive in order, their line feeds included', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'a\nb\n');
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });

  test('a line written in two pieces is one record', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'par');
    await sim.pass(3_000);
    sim.logs.append(LOG, 'tial\n');
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual(['partial\n']);
  });

  test('reading from the end begins behind the last whole line', async () => {
    const sim = new AgentSim({ flow: { initialPosition: 'end' } });
    sim.logs.append(LOG, 'old\nhalf');
    await sim.start();
    await sim.pass(2_000);
    sim.logs.append(LOG, 'done\nnew\n');
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual(['halfdone\n', 'new\n']);
  });

  test('an unterminated last line follows when its file was renamed and is quiet', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'a\ntail');
    await sim.pass(1_000);
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'b\n');
    await sim.pass(20_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
    await sim.pass(30_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n', 'tail']);
  });

  test('--once sends an unterminated last line at once, and a second run sends nothing', async () => {
    const sim = new AgentSim();
    sim.logs.append(LOG, 'a\ntail');
    await sim.once();
    expect(sim.service.accepted).toEqual(['a\n', 'tail']);
    await sim.once();
    expect(sim.service.accepted).toEqual(['a\n', 'tail']);
  });
});

describe('rotation by rename', () => {
  test.each([
    ['the rotated name matches', {}],
    ['it does not', exactLog],
  ])('%s: all lines once', async (_, options) => {
    const sim = await started(options);
    for (let round = 0; round < 4; round++) {
      for (const line of numbered(`r${round}`, 25)) sim.logs.append(LOG, line);
      // A file that never had a matching name while anyone looked cannot be known.
      await sim.pass(150);
      if (round > 1) sim.logs.rename('/t/app.log.1', '/t/app.log.2');
      sim.logs.rename(LOG, '/t/app.log.1');
      await sim.pass(round * 700);
    }
    await sim.pass(60_000);
    const expected = [0, 1, 2, 3].flatMap((round) => numbered(`r${round}`, 25));
    expect(sorted(sim.service.accepted)).toEqual(sorted(expected));
  });

  test('a writer that keeps the old file open is read on, and nothing is repeated', async () => {
    const sim = await started(exactLog);
    const late = sim.logs.writer(LOG);
    late('a1\na2\n');
    await sim.pass(500);
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'b1\n');
    await sim.pass(5_000);
    late('late1\n');
    await sim.pass(10_000);
    late('late2\n');
    sim.logs.append(LOG, 'b2\n');
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(['a1\n', 'a2\n', 'b1\n', 'b2\n', 'late1\n', 'late2\n']);
  });

  test('the number of a deleted file goes to the new log: both are read once', async () => {
    const sim = await started();
    for (let round = 0; round < 10; round++) {
      for (const line of numbered(`g${round}`, 20)) sim.logs.append(LOG, line);
      await sim.pass(200);
      if (round > 0) sim.logs.delete('/t/app.log.1');
      sim.logs.rename(LOG, '/t/app.log.1');
      await sim.pass(100);
    }
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(
      sorted(Array.from({ length: 10 }, (_, g) => numbered(`g${g}`, 20)).flat()),
    );
  });

  test('three rotations to dated names between two looks lose nothing that matches', async () => {
    const sim = await started();
    for (const name of ['a', 'b', 'c']) {
      sim.logs.append(LOG, `${name}\n`);
      sim.logs.rename(LOG, `/t/app.log-20261120${name}`);
    }
    sim.logs.append(LOG, 'd\n');
    await sim.pass(5_000);
    expect(sorted(sim.service.accepted)).toEqual(['a\n', 'b\n', 'c\n', 'd\n']);
  });

  test('into a directory outside the pattern: read to its end', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'a\n');
    await sim.pass(300);
    sim.logs.makeDirectory('/t/old');
    sim.logs.append(LOG, 'b\n');
    sim.logs.rename(LOG, '/t/old/app.log.1');
    await sim.pass(5_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });

  // A walk over a directory sees no name of a file that is renamed meanwhile.
  test('renamed again when it was done with, and missed by one look: not repeated', async () => {
    const sim = await started({ flow: { files: { rotateWaitMs: 0 } } });
    sim.logs.append(LOG, 'a\n');
    const rounds = Array.from({ length: 40 }, (_, i) => i);
    for (const round of rounds) {
      const [from, to] = [round === 0 ? LOG : `/t/app.log.${round}`, `/t/app.log.${round + 1}`];
      sim.logs.append(from, `late${round}\n`);
      await sim.pass(300 + round);
      sim.logs.rename(from, '/t/meanwhile');
      await sim.pass(0);
      sim.logs.rename('/t/meanwhile', to);
      await sim.pass(20_000);
    }
    expect(sim.service.accepted).toEqual(['a\n', ...rounds.map((round) => `late${round}\n`)]);
  });

  test('a successor with the same first lines is a file of its own', async () => {
    const sim = await started();
    const header = `#${'x'.repeat(200)}\n`;
    sim.logs.append(LOG, `${header}a\n`);
    await sim.pass(500);
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, header);
    await sim.pass(15_000);
    sim.logs.append(LOG, 'b\n');
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual([header, 'a\n', header, 'b\n']);
  });
});

describe('copy and truncate', () => {
  test.each([
    ['the copy matches', {}],
    ['it does not', exactLog],
  ])('%s: what was written before the copy arrives once', async (_, options) => {
    const sim = await started(options);
    const before = numbered('before', 50);
    for (const line of before.slice(0, 20)) sim.logs.append(LOG, line);
    await sim.pass(500);
    for (const line of before.slice(20)) sim.logs.append(LOG, line);
    sim.logs.copy(LOG, '/t/app.log.1');
    sim.logs.truncate(LOG, 0);
    sim.logs.append(LOG, 'after\n');
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...before, 'after\n']));
    expect(sim.told('copyFound')).toHaveLength(1);
  });

  test('refilled beyond the old size before anyone looked: the new lines from the first on', async () => {
    const sim = await started(exactLog);
    sim.logs.append(LOG, numbered('old', 10).join(''));
    await sim.pass(1_000);
    sim.logs.truncate(LOG, 0);
    const fresh = numbered('new', 40);
    sim.logs.append(LOG, fresh.join(''));
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual([...numbered('old', 10), ...fresh]);
  });

  test('refilled to exactly the old size', async () => {
    const sim = await started(exactLog);
    sim.logs.append(LOG, numbered('old', 10).join(''));
    await sim.pass(1_000);
    sim.logs.truncate(LOG, 0);
    const fresh = numbered('new', 10);
    sim.logs.append(LOG, fresh.join(''));
    await sim.pass(20_000);
    expect(sim.service.accepted).toEqual([...numbered('old', 10), ...fresh]);
  });

  test('lines that were read and are not in the copy are not missed', async () => {
    const sim = await started();
    sim.logs.append(LOG, numbered('a', 30).join(''));
    await sim.pass(300);
    sim.logs.copy(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'between\n');
    await sim.pass(300);
    sim.logs.truncate(LOG, 0);
    sim.logs.append(LOG, 'new\n');
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...numbered('a', 30), 'between\n', 'new\n']));
  });

  test('a copy that grows while it is made is not read as a new file', async () => {
    const sim = await started();
    const lines = numbered('a', 200);
    sim.logs.append(LOG, lines.join(''));
    await sim.pass(1_000);
    const whole = sim.logs.contents(LOG);
    for (let at = 0; at < whole.length; at += 1_000) {
      sim.logs.append('/t/app.log.1', whole.slice(at, at + 1_000));
      await sim.pass(300);
    }
    sim.logs.truncate(LOG, 0);
    sim.logs.append(LOG, 'new\n');
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...lines, 'new\n']));
  });

  test('a copy that is seen while it is still empty is not read as a new file', async () => {
    const sim = await started();
    sim.logs.append(LOG, numbered('a', 200).join(''));
    await sim.pass(1_000);
    sim.logs.append('/t/app.log.1', '');
    await sim.pass(200);
    sim.logs.append('/t/app.log.1', sim.logs.contents(LOG));
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual(numbered('a', 200));
  });

  test('a new file whose name looks like a copy, and that is empty at first, is read from its first line', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'a\n');
    await sim.pass(1_000);
    sim.logs.append('/t/app.log.other', '');
    await sim.pass(5_000);
    sim.logs.append('/t/app.log.other', 'b\n');
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
    sim.logs.append('/t/app.log.third', '');
    await sim.pass(60_000);
    sim.logs.append('/t/app.log.third', 'c\n');
    await sim.pass(12_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n', 'c\n']);
  });

  test('several in a row, each copy renamed by the next', async () => {
    const sim = await started();
    for (let round = 0; round < 5; round++) {
      sim.logs.append(LOG, numbered(`c${round}`, 20).join(''));
      await sim.pass(round % 2 === 0 ? 0 : 500);
      if (sim.logs.has('/t/app.log.1')) sim.logs.rename('/t/app.log.1', `/t/app.log.${round + 1}`);
      sim.logs.copy(LOG, '/t/app.log.1');
      sim.logs.truncate(LOG, 0);
      await sim.pass(1_000);
    }
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(
      sorted(Array.from({ length: 5 }, (_, c) => numbered(`c${c}`, 20)).flat()),
    );
  });

  test('a backup of a live log is left alone, and read from there on when it grows by itself', async () => {
    const sim = await started();
    const lines = numbered('a', 100);
    sim.logs.append(LOG, lines.join(''));
    await sim.pass(1_000);
    sim.logs.copy(LOG, '/t/app.log.bak');
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual(lines);
    expect(sim.told('backupFound')).toHaveLength(1);
    sim.logs.append('/t/app.log.bak', 'own\n');
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual([...lines, 'own\n']);
  });

  test('two logs that begin alike in name and content are two logs', async () => {
    const sim = new AgentSim({ flow: { filePattern: '/t/job*.log' } });
    const lines = numbered('same', 100);
    sim.logs.append('/t/job1.log', lines.join(''));
    await sim.start();
    await sim.pass(1_000);
    sim.logs.append('/t/job10.log', lines.join(''));
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual([...lines, ...lines]);
  });

  test('--once that may not read a file ends, and does not say that all is delivered', async () => {
    const sim = new AgentSim();
    sim.logs.append(LOG, 'a\n');
    sim.logs.append('/t/app.log.1', 'b\n');
    sim.logs.deny(LOG, 'EACCES');
    await sim.once();
    expect([sim.agent?.isDelivered, sim.service.accepted]).toEqual([false, ['b\n']]);
    sim.logs.deny(LOG, undefined);
    await sim.once();
    expect([sim.agent?.isDelivered, sim.service.accepted]).toEqual([true, ['b\n', 'a\n']]);
  });

  test('--once does not end before it is known what looks like a copy', async () => {
    const sim = new AgentSim();
    sim.logs.append(LOG, 'a\n');
    await sim.once();
    sim.logs.append('/t/app.log.new', 'a\n');
    await sim.once();
    expect(sim.service.accepted).toEqual(['a\n', 'a\n']);
  });

  test('cut to half in place begins again, and is told', async () => {
    const sim = await started(exactLog);
    const lines = numbered('x', 10);
    sim.logs.append(LOG, lines.join(''));
    await sim.pass(1_000);
    sim.logs.truncate(LOG, lines.slice(0, 5).join('').length);
    sim.logs.append(LOG, 'y\n');
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual([...lines, ...lines.slice(0, 5), 'y\n']);
    expect(sim.told('truncated')).toHaveLength(1);
  });

  test('the torn rest of a line that was truncated away is no record', async () => {
    const sim = await started(exactLog);
    sim.logs.append(LOG, 'whole\npar');
    await sim.pass(1_000);
    sim.logs.truncate(LOG, 0);
    sim.logs.append(LOG, 'new\n');
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual(['whole\n', 'new\n']);
  });
});

describe('names and identities', () => {
  test('deleted with lines unread: read to its end, then closed', async () => {
    const sim = await started(exactLog);
    sim.logs.append(LOG, 'a\n');
    await sim.pass(500);
    sim.logs.append(LOG, numbered('rest', 100).join(''));
    sim.logs.delete(LOG);
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual(['a\n', ...numbered('rest', 100)]);
    expect(sim.logs.openFiles).toBe(0);
  });

  test.each([[true], [false]])(
    'made anew with the same number and the same first 2 KiB (birth times kept: %s)',
    async (births) => {
      const sim = await started({ ...exactLog, births });
      const same = numbered('same', 80);
      sim.logs.append(LOG, [...same, 'first\n'].join(''));
      await sim.pass(1_000);
      sim.logs.delete(LOG);
      sim.logs.append(LOG, [...same, 'other\n'].join(''));
      await sim.pass(60_000);
      expect(sim.service.accepted).toEqual([...same, 'first\n', ...same, 'other\n']);
    },
  );

  test('five live files of one pattern, each in its own order', async () => {
    const sim = await started();
    for (let i = 0; i < 30; i++) {
      for (let file = 0; file < 5; file++) sim.logs.append(`/t/app.log.w${file}`, `${file}-${i}\n`);
      await sim.pass(1_000);
    }
    await sim.pass(2_000);
    for (let file = 0; file < 5; file++) {
      const own = sim.service.accepted.filter((line) => line.startsWith(`${file}-`));
      expect(own).toEqual(Array.from({ length: 30 }, (_, i) => `${file}-${i}\n`));
    }
    expect(sim.service.accepted).toHaveLength(150);
  });

  test('two names of one file are one file', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'a\n');
    sim.logs.link(LOG, '/t/app.log.hl');
    await sim.pass(15_000);
    sim.logs.append(LOG, 'b\n');
    await sim.pass(15_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });

  test('a directory that appears later, with a file in it', async () => {
    const sim = await started({ flow: { filePattern: '/t/late/deep/svc.log' } });
    await sim.pass(5_000);
    sim.logs.append('/t/late/deep/svc.log', '1\n2\n3\n');
    await sim.pass(12_000);
    expect(sim.service.accepted).toEqual(['1\n', '2\n', '3\n']);
  });

  test('wildcards in directories', async () => {
    const sim = await started({ flow: { filePattern: '/t/*/svc.log' } });
    sim.logs.append('/t/a/svc.log', 'a\n');
    sim.logs.append('/t/b/svc.log', 'b\n');
    sim.logs.append('/t/b/other.log', 'no\n');
    await sim.pass(12_000);
    expect(sorted(sim.service.accepted)).toEqual(['a\n', 'b\n']);
  });

  test('compressed files are never read', async () => {
    const sim = await started();
    sim.logs.append('/t/app.log.2.gz', 'zipped\n');
    await sim.pass(15_000);
    expect(sim.service.accepted).toEqual([]);
  });

  test('a file that may not be read for a while: one notice, then all its lines', async () => {
    const sim = await started();
    sim.logs.deny(LOG, 'EACCES');
    sim.logs.append(LOG, numbered('a', 10).join(''));
    await sim.pass(10_000);
    expect(sim.told('denied')).toHaveLength(1);
    sim.logs.deny(LOG, undefined);
    await sim.pass(20_000);
    expect(sim.service.accepted).toEqual(numbered('a', 10));
  });

  test('a rest longer than the time after which files are closed, then more lines', async () => {
    const sim = await started();
    sim.logs.append(LOG, 'a\n');
    await sim.pass(400_000);
    expect(sim.logs.openFiles).toBe(0);
    sim.logs.append(LOG, 'b\n');
    await sim.pass(20_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });

  test('rotated out of the pattern while it was closed', async () => {
    const sim = await started(exactLog);
    sim.logs.append(LOG, 'a\n');
    await sim.pass(400_000);
    sim.logs.append(LOG, 'b\n');
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'c\n');
    await sim.pass(20_000);
    expect(sorted(sim.service.accepted)).toEqual(['a\n', 'b\n', 'c\n']);
  });

  test('more files at once than may be open: all are read, none is refused', async () => {
    const sim = new AgentSim({ flow: { filePattern: '/t/*.log' }, openMax: 250 });
    sim.logs.append('/t/copy.log', 'one\n');
    await sim.start();
    const lines = Array.from({ length: 260 }, (_, i) => `line ${i}\n`);
    for (const [i, line] of lines.entries()) sim.logs.append(`/t/f-${i}.log`, line);
    for (let i = 0; i < 100; i++) sim.logs.append(`/t/copy-${i}.log`, 'one\n');
    // In small steps: so many files take their turns.
    for (let i = 0; i < 40; i++) await sim.pass(2_000);
    expect(sim.told('denied')).toEqual([]);
    expect([...sim.service.accepted].sort()).toEqual([...lines, ...new Array(101).fill('one\n')].sort());
  });

  test('a delivered file goes after its rotation when the flow says so', async () => {
    const sim = await started({ flow: { files: { deleteAfterAck: true } } });
    sim.logs.append(LOG, 'a\n');
    await sim.pass(500);
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'b\n');
    await sim.pass(60_000);
    expect([sim.logs.has('/t/app.log.1'), sim.logs.has(LOG)]).toEqual([false, true]);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });
});
