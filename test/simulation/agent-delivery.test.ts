/** What the agent does about a service that fails: nothing is lost, little is repeated, order is kept where promised. */
import { describe, expect, test } from 'vitest';
import { AgentSim, refusal, throttled, unreachable, type WorldOptions } from './agent-world.ts';

const LOG = '/t/app.log';
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}\n`);
const sorted = (lines: readonly string[]) => [...lines].sort();

async function started(options: WorldOptions = {}): Promise<AgentSim> {
  const sim = new AgentSim(options);
  await sim.start();
  return sim;
}

describe('a request that fails in part', () => {
  test('the failed records are sent again, alone in what failed, in their order and first', async () => {
    const sim = await started({ flow: { batch: { recordsMax: 10, inFlightMax: 1 } } });
    sim.service.answer = (records, number) =>
      number > 2 ? [] : records.map((line) => (/-(3|7)\n/.test(line) ? throttled : undefined));
    sim.logs.append(LOG, [...numbered('a', 10), ...numbered('b', 10)].join(''));
    await sim.pass(10_000);
    expect(sim.service.requests[1]!.slice(0, 3)).toEqual(['a-3\n', 'a-7\n', 'b-0\n']);
    expect(sorted(sim.service.accepted)).toEqual(sorted([...numbered('a', 10), ...numbered('b', 10)]));
  });

  test('in an ordered flow, records of one key are never on the way together', async () => {
    const sim = await started({ flow: { ordered: true } });
    let number = 0;
    sim.service.answer = (records) => records.map(() => (number++ % 3 === 0 ? throttled : undefined));
    sim.logs.append(LOG, numbered('a', 12).join(''));
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual(numbered('a', 12));
  });

  test('a stream that takes 100 records a second is not stormed', async () => {
    const sim = await started();
    let windowMs = sim.clock.monotonic();
    let left = 100;
    sim.service.answer = (records) => {
      if (sim.clock.monotonic() - windowMs >= 1_000) {
        windowMs = sim.clock.monotonic();
        left = 100;
      }
      return records.map(() => (left-- > 0 ? undefined : throttled));
    };
    sim.logs.append(LOG, numbered('a', 2_000).join(''));
    await sim.pass(120_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted(numbered('a', 2_000)));
    const sent = sim.service.requests.reduce((sum, request) => sum + request.length, 0);
    expect(sent).toBeLessThan(3 * 2_000);
  });
});

describe('a request that fails as a whole', () => {
  test.each([
    ['the service is throttling', () => refusal('ThrottlingException')],
    ['the service fails', () => refusal('InternalFailure', 500)],
    ['nothing answers', () => unreachable()],
    ['the stream is not there yet', () => refusal('ResourceNotFoundException')],
    ['the key is disabled', () => refusal('KMSDisabledException')],
    ['permission is missing', () => refusal('AccessDeniedException')],
    ['an error nobody has heard of', () => refusal('TeapotException', 418)],
  ])('%s: everything arrives once it is over', async (_, error) => {
    const sim = await started();
    sim.service.answer = () => error();
    sim.logs.append(LOG, numbered('a', 50).join(''));
    await sim.pass(300_000);
    const tries = sim.service.requests.length;
    // Half a minute a try at least, on the way to a minute: neither a storm nor silence.
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(60);
    sim.service.answer = () => [];
    await sim.pass(120_000);
    expect(sim.service.accepted).toEqual(numbered('a', 50));
  });

  test('expired credentials are renewed and the request goes again at once', async () => {
    const sim = await started();
    sim.service.answer = () => (sim.service.renewals === 0 ? refusal('ExpiredTokenException') : []);
    sim.logs.append(LOG, 'a\n');
    await sim.pass(300);
    expect(sim.service.renewals).toBe(1);
    expect(sim.service.accepted).toEqual(['a\n']);
  });

  test('one probe at a time while nothing answers', async () => {
    const sim = await started({ flow: { batch: { recordsMax: 10 } } });
    let underWay = 0;
    let mostLate = 0;
    sim.service.delayMs = 50;
    sim.service.answer = () => {
      underWay++;
      if (sim.clock.monotonic() > 60_000) mostLate = Math.max(mostLate, underWay);
      setImmediate(() => underWay--);
      return unreachable();
    };
    sim.logs.append(LOG, numbered('a', 500).join(''));
    await sim.pass(200_000);
    expect(mostLate).toBe(1);
  });
});

describe('a record the service refuses', () => {
  const poison = (bad: RegExp) => (records: readonly string[]) =>
    records.some((line) => bad.test(line)) ? refusal('ValidationException') : [];

  test('is found among the others and kept in the dead-letter file with its place; the others arrive', async () => {
    const sim = await started();
    sim.service.answer = poison(/^a-77\n/);
    sim.logs.append(LOG, numbered('a', 200).join(''));
    await sim.pass(30_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted(numbered('a', 200).filter((line) => line !== 'a-77\n')));
    const letters = new TextDecoder().decode(sim.disk.bytesOf('/state/dead-letters.jsonl')).trim().split('\n');
    const start = numbered('a', 77).join('').length;
    expect(letters.map((line) => JSON.parse(line))).toEqual([
      {
        flow: 'kinesis:s:/t/app.log*',
        file: LOG,
        offset: start,
        length: 5,
        error: 'ValidationException: ValidationException in words',
        data: Buffer.from('a-77\n').toString('base64'),
      },
    ]);
    expect(sim.agent!.status()[0]!.behindBytes).toBe(0);
  });

  test('is not set aside while nothing at all is accepted: the request itself may be wrong', async () => {
    const sim = await started();
    sim.service.answer = () => refusal('ValidationException');
    sim.logs.append(LOG, numbered('a', 5).join(''));
    await sim.pass(600_000);
    expect(sim.agent!.status()[0]!.delivery.deadLetters).toBe(0);
    sim.service.answer = () => [];
    await sim.pass(200_000);
    expect(sorted(sim.service.accepted)).toEqual(numbered('a', 5));
  });

  test('waits when the dead-letter file cannot be written', async () => {
    const sim = await started();
    sim.service.answer = poison(/^a-1\n/);
    await sim.pass(2_000);
    for (let call = 1; call <= 6; call++) sim.disk.failAt(call, 'EIO', 'sync');
    sim.logs.append(LOG, numbered('a', 3).join(''));
    await sim.pass(3_000);
    expect(sim.agent!.status()[0]!.behindBytes).toBeGreaterThan(0);
    await sim.pass(30_000);
    expect(sim.agent!.status()[0]!.delivery.deadLetters).toBe(1);
    expect(sim.agent!.status()[0]!.behindBytes).toBe(0);
  });
});

describe('room', () => {
  test('reading rests at the bound of unacknowledged bytes and goes on behind the acknowledgements', async () => {
    const line = `${'x'.repeat(999)}\n`;
    const sim = await started({ flow: { batch: { unackedBytesMax: 100_000 } } });
    sim.service.answer = () => unreachable();
    for (let i = 0; i < 1_000; i++) sim.logs.append(LOG, line);
    await sim.pass(30_000);
    const before = sim.agent!.status()[0]!;
    // What is held in memory counts with what goes around it.
    expect(before.unackedBytes).toBeLessThan(160_000);
    expect(before.behindBytes).toBe(1_000_000);
    sim.service.answer = () => [];
    await sim.pass(60_000);
    expect(sim.service.accepted).toHaveLength(1_000);
  });

  test('an outage with rotations: what was rotated away while there was no room is still delivered', async () => {
    const sim = await started({ flow: { filePattern: LOG, batch: { unackedBytesMax: 5_000 } } });
    sim.service.answer = () => unreachable();
    const all: string[] = [];
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 40; i++) all.push(`${round}-${i} ${'.'.repeat(100)}\n`);
      sim.logs.append(LOG, all.slice(-40).join(''));
      await sim.pass(20_000);
      if (round % 2 === 0) {
        if (sim.logs.has('/t/app.log.1')) sim.logs.delete('/t/app.log.1');
        sim.logs.rename(LOG, '/t/app.log.1');
      } else {
        if (sim.logs.has('/t/app.log.1')) sim.logs.delete('/t/app.log.1');
        sim.logs.copy(LOG, '/t/app.log.1');
        sim.logs.truncate(LOG, 0);
      }
      await sim.pass(1_000);
    }
    sim.service.answer = () => [];
    await sim.pass(300_000);
    expect(sorted(sim.service.accepted)).toEqual(sorted(all));
  });

  test('one busy file does not keep the others waiting', async () => {
    const sim = await started({ flow: { batch: { unackedBytesMax: 4_000_000 } } });
    sim.logs.append('/t/app.log.busy', `${'b'.repeat(99)}\n`.repeat(100_000));
    sim.logs.append('/t/app.log.quiet', 'quiet\n');
    await sim.pass(1_000);
    expect(sim.service.accepted.indexOf('quiet\n')).toBeGreaterThanOrEqual(0);
    expect(sim.service.accepted.indexOf('quiet\n')).toBeLessThan(50_000);
  });

  test('a backlog is read on as soon as there is room, not at the next poll', async () => {
    const sim = await started({ flow: { batch: { recordsMax: 10, inFlightMax: 2 }, files: { pollMs: 5_000 } } });
    sim.service.delayMs = 10;
    sim.logs.append(LOG, numbered('a', 30_000).join(''));
    await sim.pass(40_000);
    expect(sim.service.accepted).toHaveLength(30_000);
  });
});
