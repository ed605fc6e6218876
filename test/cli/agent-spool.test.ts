/** Deleted logs while nothing can be delivered: with a spool they outlive the agent, and the spool keeps its bound. */
import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import { movableClock } from '../../src/runtime/movable-clock.ts';
import { unreachable } from '../simulation/agent-world.ts';
import { AgentLab } from './agent-lab.ts';

let lab: AgentLab | undefined;
afterEach(async () => await lab?.end());

const lines = Array.from({ length: 3_000 }, (_, i) => `line ${i} ${'.'.repeat(i % 90)}\n`);

/** Lines that the agent may read only in part, in a file that is deleted while nothing answers; then a stop. */
async function stoppedInOutage(bytesMax: number): Promise<AgentLab> {
  const made = new AgentLab('app.log', { batch: { unackedBytesMax: 20_000 } }, { mode: 'shutdown', bytesMax });
  lab = made;
  appendFileSync(made.log, lines.slice(0, 10).join(''));
  await made.start();
  await made.delivered(10);
  made.service.answer = unreachable;
  appendFileSync(made.log, lines.slice(10).join(''));
  await made.until(() => made.status().unackedBytes > 10_000);
  rmSync(made.log);
  await made.until(() => made.status().files.some((file) => file.state === 'draining'));
  await made.stop();
  made.service.answer = () => [];
  return made;
}

test('a deleted log that is not delivered goes on after a restart, and the copy goes when it is delivered', async () => {
  const made = await stoppedInOutage(1_000_000);
  expect(readdirSync(join(made.folder, 'state/spool'))).toHaveLength(1);
  await made.start();
  await made.delivered(lines.length);
  expect(made.service.accepted).toEqual(lines);
  await made.until(() => readdirSync(join(made.folder, 'state/spool')).length === 0);
});

test('an outage of a minute: what was deleted meanwhile outlives kill -9 too', async () => {
  const clock = movableClock(systemClock);
  const made = new AgentLab('app.log', { batch: { unackedBytesMax: 20_000 } }, { mode: 'outage', bytesMax: 1_000_000 });
  lab = made;
  made.clock = clock;
  appendFileSync(made.log, lines.slice(0, 10).join(''));
  await made.start();
  await made.delivered(10);
  made.service.answer = unreachable;
  appendFileSync(made.log, lines.slice(10).join(''));
  await made.until(() => made.status().unackedBytes > 10_000);
  rmSync(made.log);
  await made.until(() => made.status().files.some((file) => file.state === 'draining'));
  expect(made.events.filter((event) => event.kind === 'spooled')).toEqual([]);
  clock.advance(61_000);
  await made.until(() => made.events.some((event) => event.kind === 'spooled'));
  // What is written down in the next second is all that is left of it.
  await made.checkpointed();
  await made.kill();
  made.service.answer = () => [];
  await made.start();
  await made.delivered(lines.length);
  expect([...new Set(made.service.accepted)].sort()).toEqual([...lines].sort());
});

test('what is larger than the spool is not copied, and the loss is told at the next start', async () => {
  const made = await stoppedInOutage(10_000);
  await made.start();
  await made.until(() => made.events.some((event) => event.kind === 'missing'));
  expect(made.service.accepted).toEqual(lines.slice(0, 10));
});
