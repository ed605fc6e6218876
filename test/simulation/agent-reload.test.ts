/** Flows exchanged while the agent works: what stays does not notice, what changes goes on where it was. */
import { expect, test } from 'vitest';
import { AgentSim, type FlowOverrides, flowConfig } from './agent-world.ts';

/** Waits a quarter of an hour for a full batch, so that an early request shows that the flow was disturbed. */
const patient = { ageMsMax: 900_000, ageIsExplicit: true };
const web: FlowOverrides = { filePattern: '/t/web.log', batch: patient };
const app: FlowOverrides = { filePattern: '/t/app.log' };
const appends = (sim: AgentSim, lines: Record<string, string>) => {
  for (const [name, text] of Object.entries(lines)) sim.logs.append(`/t/${name}.log`, text);
};

async function working(flows: readonly FlowOverrides[]): Promise<AgentSim> {
  const sim = new AgentSim({ flows });
  await sim.start();
  return sim;
}

/** As SIGHUP does. */
async function exchange(sim: AgentSim, flows: readonly FlowOverrides[]): Promise<readonly string[]> {
  const exchanged = sim.agent!.exchange(flows.map(flowConfig));
  await sim.pass(11_000);
  return (await exchanged).map((flow) => flow.id);
}

test('a flow that stays as it is keeps waiting for its batch while another changes', async () => {
  const sim = await working([web, app]);
  appends(sim, { web: 'w1\n', app: 'a1\n' });
  await sim.pass(20_000);
  expect(await exchange(sim, [web, { ...app, batch: { recordsMax: 7 } }])).toEqual(['kinesis:s:/t/app.log']);
  appends(sim, { app: 'a2\n' });
  await sim.pass(20_000);
  expect(sim.service.accepted).toEqual(['a1\n', 'a2\n']);
  await sim.pass(900_000);
  expect(sim.service.accepted).toEqual(['a1\n', 'a2\n', 'w1\n']);
});

test('a changed flow sends what it holds, then goes on behind it', async () => {
  const sim = await working([web]);
  appends(sim, { web: 'w1\nw2\n' });
  await sim.pass(20_000);
  await exchange(sim, [{ ...web, batch: {} }]);
  appends(sim, { web: 'w3\n' });
  await sim.pass(20_000);
  expect(sim.service.accepted).toEqual(['w1\n', 'w2\n', 'w3\n']);
});

test('a flow taken out and put back goes on where it was; what was new in between is not skipped', async () => {
  const sim = await working([app, web]);
  appends(sim, { app: 'a1\n' });
  await sim.pass(20_000);
  await exchange(sim, [web]);
  appends(sim, { app: 'a2\n' });
  await sim.pass(20_000);
  expect(sim.service.accepted).toEqual(['a1\n']);
  await exchange(sim, [app, web]);
  await sim.pass(20_000);
  expect(sim.service.accepted).toEqual(['a1\n', 'a2\n']);
  expect(sim.agent!.status().map((flow) => flow.id)).toEqual(['kinesis:s:/t/app.log', 'kinesis:s:/t/web.log']);
});

test('all flows exchanged for others: the agent works on, and what is new has its place at a restart', async () => {
  const sim = await working([app]);
  appends(sim, { app: 'a1\n' });
  await sim.pass(20_000);
  await exchange(sim, [{ ...app, filePattern: '/t/new.log' }]);
  appends(sim, { new: 'n1\n' });
  await sim.pass(20_000);
  await sim.stop();
  await sim.start();
  await sim.pass(20_000);
  expect(sim.service.accepted).toEqual(['a1\n', 'n1\n']);
});

test('a flow that cannot deliver does not keep the exchange waiting for longer than a stop may take', async () => {
  const sim = await working([app]);
  sim.service.answer = () => new Error('nobody there');
  appends(sim, { app: 'a1\n' });
  await sim.pass(20_000);
  await exchange(sim, [{ ...app, batch: { recordsMax: 7 } }]);
  const tries = sim.service.requests.length;
  sim.service.answer = () => [];
  await sim.pass(60_000);
  expect(sim.service.requests.length).toBe(tries + 1);
  expect(sim.service.accepted).toEqual(['a1\n']);
});
