/** Clocks that are set and files dated anyhow: lines go on arriving, once, and what is known of files stays known. */
import { describe, expect, test } from 'vitest';
import { AgentSim, unreachable } from './agent-world.ts';

const LOG = '/t/app.log';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function started(): Promise<AgentSim> {
  const sim = new AgentSim();
  await sim.start();
  sim.logs.append(LOG, 'a\n');
  await sim.pass(5_000);
  return sim;
}

const jumps: readonly (readonly [string, number])[] = [
  ['back an hour', -HOUR_MS],
  ['forward a day', DAY_MS],
  ['forward a month', 30 * DAY_MS],
  ['back to 1970', -1_700_000_000_000],
];

describe.each(jumps)('the clock is set %s', (_, byMs) => {
  const jump = (sim: AgentSim) => sim.clock.set(sim.clock.now() + byMs);

  test('lines arrive as soon as before', async () => {
    const sim = await started();
    jump(sim);
    sim.logs.append(LOG, 'b\n');
    await sim.pass(2_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });

  test('a pause after failures is as long as before', async () => {
    const sim = await started();
    sim.service.answer = unreachable;
    sim.logs.append(LOG, 'b\n');
    await sim.pass(60_000);
    jump(sim);
    sim.service.answer = () => [];
    // The longest pause is 10 s.
    await sim.pass(20_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n']);
  });

  test('a rotation meanwhile and a restart: nothing is repeated, nothing is forgotten', async () => {
    const sim = await started();
    jump(sim);
    sim.logs.append(LOG, 'b\n');
    sim.logs.rename(LOG, '/t/app.log.1');
    sim.logs.append(LOG, 'c\n');
    await sim.pass(60_000);
    await sim.stop();
    sim.logs.append(LOG, 'd\n');
    await sim.start();
    await sim.pass(60_000);
    expect(sim.service.accepted).toEqual(['a\n', 'b\n', 'c\n', 'd\n']);
  });
});

test.each([
  ['in the future', 1_700_000_000_000 + 400 * DAY_MS],
  ['in 1970', 0],
])('files dated %s are read once, and go on', async (_, modifiedMs) => {
  const sim = new AgentSim();
  sim.logs.append('/t/app.log.1', 'old\n');
  sim.logs.append(LOG, 'new\n');
  sim.logs.date('/t/app.log.1', modifiedMs);
  await sim.start();
  await sim.pass(30_000);
  sim.logs.date(LOG, modifiedMs);
  sim.logs.date('/t/app.log.1', 1_700_000_000_000 - modifiedMs);
  await sim.pass(30_000);
  sim.logs.append(LOG, 'more\n');
  sim.logs.date(LOG, modifiedMs);
  await sim.pass(30_000);
  expect([...sim.service.accepted].sort()).toEqual(['more\n', 'new\n', 'old\n']);
});
