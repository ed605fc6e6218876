/** Stops, kills and starts again: what a checkpoint promises, and what is found again that was rotated away meanwhile. */
import { describe, expect, test } from 'vitest';
import { AgentSim, throttled, unreachable, type WorldOptions } from './agent-world.ts';

const LOG = '/t/app.log';
const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${i} ${'.'.repeat(20)}\n`);
const sorted = (lines: readonly string[]) => [...lines].sort();
const exactLog: WorldOptions = { flow: { filePattern: LOG } };

/** An agent that has delivered `before` and was stopped. */
async function stopped(options: WorldOptions, before: readonly string[]): Promise<AgentSim> {
  const sim = new AgentSim(options);
  sim.logs.append(LOG, before.join(''));
  await sim.start();
  await sim.pass(3_000);
  await sim.stop();
  return sim;
}

describe('after a stop', () => {
  test('nothing is sent twice and what came meanwhile is sent', async () => {
    const sim = await stopped({}, numbered('a', 10));
    sim.logs.append(LOG, 'b\n');
    await sim.start();
    await sim.pass(3_000);
    expect(sim.service.accepted).toEqual([...numbered('a', 10), 'b\n']);
  });

  test('what waited for its batch is sent before the end', async () => {
    const sim = new AgentSim({ flow: { batch: { ageMsMax: 60_000, ageIsExplicit: false } } });
    await sim.start();
    sim.logs.append(LOG, 'a\n');
    await sim.pass(500);
    expect(sim.service.accepted).toEqual([]);
    await sim.stop();
    expect(sim.service.accepted).toEqual(['a\n']);
  });

  test('a stop with nothing to wait for takes no time', async () => {
    const sim = new AgentSim({ flow: { batch: { ageMsMax: 60_000, ageIsExplicit: false } } });
    await sim.start();
    sim.logs.append(LOG, 'a\n');
    await sim.pass(500);
    let stopped = false;
    void sim.agent!.stop().then(() => {
      stopped = true;
    });
    await sim.pass(100);
    expect(stopped).toBe(true);
    expect(sim.service.accepted).toEqual(['a\n']);
  });

  test('a stop while nothing answers ends in time and loses nothing', async () => {
    const sim = new AgentSim();
    await sim.start();
    sim.service.answer = () => unreachable();
    sim.logs.append(LOG, 'a\n');
    await sim.pass(500);
    await sim.stop();
    sim.service.answer = () => [];
    await sim.start();
    await sim.pass(3_000);
    expect(sim.service.accepted).toEqual(['a\n']);
  });

  test('from the end applies once: files that are new to a flow that has run are read from their beginning', async () => {
    const sim = new AgentSim({ flow: { initialPosition: 'end' } });
    await sim.start();
    await sim.pass(3_000);
    await sim.stop();
    sim.logs.append(LOG, 'new\n');
    await sim.start();
    await sim.pass(3_000);
    expect(sim.service.accepted).toEqual(['new\n']);
  });

  test.each([
    ['the rotated name matches', {}],
    ['it does not', exactLog],
  ])('rotated by rename meanwhile, %s', async (_, options) => {
    const sim = await stopped(options, numbered('a', 10));
    sim.logs.append(LOG, 'rest\n');
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'b\n');
    await sim.start();
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...numbered('a', 10), 'rest\n', 'b\n']));
  });

  test.each([
    ['the copy matches', {}],
    ['it does not', exactLog],
  ])('copied and truncated meanwhile, %s', async (_, options) => {
    const sim = await stopped(options, numbered('a', 10));
    sim.logs.append(LOG, 'rest\n');
    sim.logs.copy(LOG, '/t/app.log.1');
    sim.logs.truncate(LOG, 0);
    sim.logs.append(LOG, numbered('b', 30).join(''));
    await sim.start();
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...numbered('a', 10), 'rest\n', ...numbered('b', 30)]));
  });

  test('two rotations meanwhile', async () => {
    const sim = await stopped({}, numbered('a', 10));
    sim.logs.append(LOG, 'rest\n');
    sim.logs.rename(LOG, '/t/app.log.2');
    sim.logs.append('/t/app.log.1', 'between\n');
    sim.logs.append(LOG, 'b\n');
    await sim.start();
    await sim.pass(60_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...numbered('a', 10), 'rest\n', 'between\n', 'b\n']));
  });

  test.each([[true], [false]])('the log made anew under its old number meanwhile (birth times: %s)', async (births) => {
    const sim = await stopped({ ...exactLog, births }, numbered('a', 10));
    sim.logs.delete(LOG);
    sim.logs.append(LOG, numbered('b', 30).join(''));
    await sim.start();
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual([...numbered('a', 10), ...numbered('b', 30)]);
  });

  test('the file system mounted again under another number', async () => {
    const sim = await stopped({}, numbered('a', 10));
    sim.logs.remount();
    sim.logs.append(LOG, 'b\n');
    await sim.start();
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual([...numbered('a', 10), 'b\n']);
  });

  test('a file that cannot be found again is told, with the bytes that may be missing', async () => {
    const sim = new AgentSim(exactLog);
    await sim.start();
    sim.service.answer = () => unreachable();
    sim.logs.append(LOG, 'lost\n');
    await sim.pass(2_000);
    await sim.stop();
    sim.logs.delete(LOG);
    await sim.start();
    await sim.pass(1_000);
    expect(sim.told('missing')).toEqual([{ kind: 'missing', path: LOG, bytes: 5 }]);
  });
});

describe('after kill -9', () => {
  test('the first batch had failed and later ones had not: nothing is lost', async () => {
    const sim = new AgentSim({ flow: { batch: { recordsMax: 10 } } });
    await sim.start();
    sim.service.answer = (records) => records.map((line) => (/^a-\d /.test(line) ? throttled : undefined));
    sim.logs.append(LOG, numbered('a', 90).join(''));
    await sim.pass(10_000);
    expect(new Set(sim.service.accepted).size).toBe(80);
    await sim.kill();
    sim.service.answer = () => [];
    await sim.start();
    await sim.pass(10_000);
    expect(new Set(sim.service.accepted).size).toBe(90);
    expect(sim.service.accepted.length).toBeLessThanOrEqual(90 + 80);
  });

  test('before anything was read, from the end of a file: what was written since is not skipped', async () => {
    const sim = new AgentSim({ flow: { initialPosition: 'end' } });
    sim.logs.append(LOG, 'old\n');
    sim.service.answer = () => unreachable();
    await sim.start();
    await sim.pass(50);
    await sim.kill();
    sim.logs.append(LOG, 'new\n');
    sim.service.answer = () => [];
    await sim.start();
    await sim.pass(10_000);
    expect(sim.service.accepted).toEqual(['new\n']);
  });

  test('after a truncation with a copy, both half delivered: the rest of both', async () => {
    const sim = new AgentSim({ flow: { filePattern: LOG, batch: { recordsMax: 5, inFlightMax: 1 } } });
    await sim.start();
    sim.logs.append(LOG, numbered('a', 20).join(''));
    await sim.pass(2_000);
    sim.logs.append(LOG, numbered('b', 20).join(''));
    sim.logs.copy(LOG, '/t/app.log.1');
    sim.logs.truncate(LOG, 0);
    sim.logs.append(LOG, numbered('c', 20).join(''));
    const from = sim.service.requests.length;
    sim.service.answer = (_, number) => (number > from + 2 ? unreachable() : []);
    await sim.pass(3_000);
    await sim.kill();
    sim.service.answer = () => [];
    await sim.start();
    await sim.pass(20_000);
    const expected = [...numbered('a', 20), ...numbered('b', 20), ...numbered('c', 20)];
    expect(sorted([...new Set(sim.service.accepted)])).toEqual(sorted(expected));
  });
});

describe('a checkpoint file', () => {
  test('that is torn: the flow reads again rather than not at all, and says so', async () => {
    const sim = await stopped({ flow: { initialPosition: 'end' } }, numbered('a', 10));
    const length = sim.disk.bytesOf('/state/checkpoints').length;
    sim.disk.shorten('/state/checkpoints', length - 20);
    sim.logs.append(LOG, 'b\n');
    await sim.start();
    await sim.pass(5_000);
    expect(sim.service.accepted).toContain('b\n');
    expect(sim.told('checkpointDamaged')).toHaveLength(1);
  });

  test('of something else is not written over', async () => {
    const sim = new AgentSim();
    await sim.start();
    await sim.stop();
    sim.disk.damage('/state/checkpoints', 0, new TextEncoder().encode('SQLite format 3'));
    await expect(sim.start()).rejects.toMatchObject({ code: 'SLUICE_AGENT_CHECKPOINTS_FOREIGN' });
  });

  test('that cannot be written: delivery goes on, one notice, and after the trouble it is right again', async () => {
    const sim = new AgentSim();
    await sim.start();
    sim.disk.capacityBytes = 0;
    for (const line of numbered('a', 30)) {
      sim.logs.append(LOG, line);
      await sim.pass(1_000);
    }
    expect(sim.service.accepted).toEqual(numbered('a', 30));
    expect(sim.told('checkpointFailed').length).toBeLessThanOrEqual(1);
    sim.disk.capacityBytes = Number.MAX_SAFE_INTEGER;
    await sim.pass(3_000);
    await sim.kill();
    await sim.start();
    await sim.pass(5_000);
    expect(sim.service.accepted).toEqual(numbered('a', 30));
  });

  test('in a folder that cannot be written ends the start with words', async () => {
    const sim = new AgentSim();
    sim.disk.failAt(1, 'EIO', 'makeDirectory');
    await expect(sim.start()).rejects.toMatchObject({ code: 'SLUICE_AGENT_STATE_FOLDER' });
  });
});
