/** The daemon's own path: what it answers, and whom it does not. */
import { expect, test } from 'vitest';
import type { MetricsFrame } from '../../../src/model/metrics-frame.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { type AdminOptions, createAdmin, isAdminPath } from '../../../src/server/admin.ts';
import type { HttpRequest } from '../../../src/server/exchange.ts';
import { FaultInjector } from '../../../src/server/fault-injector.ts';

let stops = 0;
const emptyFrame = { format: 1, atMs: 5, operations: {}, streams: {}, events: {} } as unknown as MetricsFrame;
const clock = movableClock(systemClock);
const options: AdminOptions = {
  status: () => ({ port: 4567 }),
  health: () => ({ state: 'ok' }),
  checksSignatures: true,
  stop: () => {
    stops += 1;
  },
  clock,
  faults: new FaultInjector({ operations: ['PutRecords', 'GetRecords'], clock, random: seededRandom(1) }),
  realism: { transitionMs: 0, strictLimits: false },
  metrics: { clock, frame: () => emptyFrame },
};

async function ask(request: Partial<HttpRequest>, more: Partial<AdminOptions> = {}): Promise<[number, unknown]> {
  const response = await createAdmin({ ...options, ...more })({
    method: 'GET',
    path: '/_sluice/status',
    headers: { host: '127.0.0.1:4567' },
    body: new Uint8Array(0),
    peer: '127.0.0.1',
    signal: new AbortController().signal,
    ...request,
  });
  return [response.status, JSON.parse(Buffer.from(response.body).toString())];
}

test('status, health and stop are answered', async () => {
  expect(await ask({})).toEqual([200, { port: 4567 }]);
  const checked = { signatures: 'checked' };
  expect(await ask({ path: '/_sluice/health' })).toEqual([200, { state: 'ok', ...checked }]);
  const ill = { state: 'failed', reason: 'EIO' };
  expect(await ask({ path: '/_sluice/health' }, { health: () => ill })).toEqual([503, { ...ill, ...checked }]);
  expect(await ask({ method: 'POST', path: '/_sluice/stop' })).toEqual([200, { stopping: true }]);
  expect(stops).toBe(1);
});

test('a daemon that needs no keys says so, for those who would sign for nothing', async () => {
  const [, health] = await ask({ path: '/_sluice/health' }, { checksSignatures: false });
  expect(health).toEqual({ state: 'ok', signatures: 'unchecked' });
});

test('metrics are answered as a frame and as text, to this machine only', async () => {
  expect(await ask({ path: '/_sluice/metrics/frame' })).toEqual([200, { full: emptyFrame }]);
  expect((await ask({ path: '/_sluice/metrics/frame', method: 'POST' }))[0]).toBe(404);
  expect(
    (await ask({ path: '/_sluice/metrics/stream?interval=1000', headers: { origin: 'http://localhost' } }))[0],
  ).toBe(403);
  expect((await ask({ path: '/_sluice/metrics', headers: { host: 'example.org' } }))[0]).toBe(403);
});

test.each(['99', '60001', 'x', '', '1e3', '-5'])('an interval of "%s" is none', async (interval) => {
  expect((await ask({ path: `/_sluice/metrics/stream?interval=${interval}` }))[0]).toBe(400);
});

test.each([
  { method: 'GET', path: '/_sluice/stop' },
  { method: 'POST', path: '/_sluice/status' },
  { method: 'GET', path: '/_sluice/' },
])('$method $path is nothing', async (request) => {
  expect((await ask(request))[0]).toBe(404);
});

const HOSTS = ['localhost', 'localhost:4567', '127.0.0.1', '[::1]:80'];
test.each(HOSTS)('the host %s is this machine', async (host) => {
  expect((await ask({ headers: { host } }))[0]).toBe(200);
  expect((await ask({ headers: { ':authority': host } }))[0]).toBe(200);
});

test.each([
  { headers: { host: 'example.org' } },
  { headers: { host: 'localhost.example.org' } },
  { headers: { host: '127.0.0.1.nip.io:4567' } },
  { headers: { host: 'localhost@example.org' } },
  { headers: {} },
  { headers: { host: '127.0.0.1', origin: 'http://localhost' } },
  { headers: { host: '127.0.0.1', origin: '' } },
  { headers: { host: '127.0.0.1', 'sec-fetch-site': 'cross-site' } },
  { headers: { host: 'localhost', 'sec-fetch-site': 'same-origin' } },
  { headers: { host: '127.0.0.1', 'x-forwarded-for': '192.0.2.1' } },
  { headers: { host: '127.0.0.1', forwarded: 'for=192.0.2.1' } },
  { headers: { host: '127.0.0.1', via: '1.1 proxy' } },
  { peer: '192.168.0.7' },
  { peer: '::ffff:10.0.0.1' },
  { peer: '' },
])('%j is refused', async (request) => {
  stops = 0;
  for (const call of [{}, { method: 'POST', path: '/_sluice/stop' }]) {
    expect((await ask({ ...request, ...call }))[0]).toBe(403);
  }
  expect(stops).toBe(0);
});

test('a person may look with a browser', async () => {
  expect((await ask({ headers: { host: 'localhost:4567', 'sec-fetch-site': 'none' } }))[0]).toBe(200);
});

test.each(['::1', '::ffff:127.0.0.1', '127.1.2.3'])('the peer %s is this machine', async (peer) => {
  expect((await ask({ peer }))[0]).toBe(200);
});

const move = (body: string) => ({ method: 'POST', path: '/_sluice/clock', body: Buffer.from(body) });

test('the clock moves forward by what is asked', async () => {
  const before = clock.now();
  const [status, answer] = await ask(move('{"advanceMs": 3600000}'));
  expect(status).toBe(200);
  expect((answer as { nowMs: number }).nowMs - before).toBeGreaterThanOrEqual(3_600_000);
});

test.each(['', '{}', '[]', 'null', '{"advanceMs": -1}', '{"advanceMs": "1"}', '{"advanceMs": 1e400}'])(
  'the clock does not move by %j',
  async (body) => {
    expect((await ask(move(body)))[0]).toBe(400);
  },
);

test('without --test-clock it does not move at all', async () => {
  expect((await ask(move('{"advanceMs": 1}'), { clock: undefined }))[0]).toBe(409);
});

test('the path is told from that of the API', () => {
  expect(['/_sluice/status', '/', '/_sluice', '/x/_sluice/status'].map(isAdminPath)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('faults and delays on purpose are set, shown and taken back', async () => {
  const set = (body: string) => ask({ method: 'POST', path: '/_sluice/faults', body: Buffer.from(body) });
  const rules = { fail: ['PutRecords=2%'], delay: ['*=10ms'] };
  expect(await set(JSON.stringify(rules))).toEqual([200, rules]);
  expect(await set('{"fail":["Nope=1"]}')).toEqual([
    400,
    { error: 'A rule is wrong', field: 'operation', given: 'Nope' },
  ]);
  for (const body of ['', 'null', '{"fail":1}', '{"delay":[1]}']) expect((await set(body))[0]).toBe(400);
  expect(await ask({ path: '/_sluice/faults' })).toEqual([200, rules]);
  expect(await set('{}')).toEqual([200, { fail: [], delay: [] }]);
});

const realism = (body: string) => ask({ method: 'POST', path: '/_sluice/realism', body: Buffer.from(body) });

test('what is simulated of AWS is told and changed, either part alone', async () => {
  expect(await ask({ path: '/_sluice/realism' })).toEqual([200, { transitionMs: 0, limits: 'off' }]);
  expect(await realism('{"limits":"aws"}')).toEqual([200, { transitionMs: 0, limits: 'aws' }]);
  expect(await realism('{"transitionMs":500}')).toEqual([200, { transitionMs: 500, limits: 'aws' }]);
  expect(options.realism).toEqual({ transitionMs: 500, strictLimits: true });
  expect(await realism('{"transitionMs":0,"limits":"off"}')).toEqual([200, { transitionMs: 0, limits: 'off' }]);
});

test.each(['', '[]x', 'null', '{"limits":"on"}', '{"transitionMs":-1}', '{"transitionMs":"1"}', '{"limit":"aws"}'])(
  'a wrong wish is refused and changes nothing: %s',
  async (body) => {
    expect((await realism(body))[0]).toBe(400);
    expect(options.realism).toEqual({ transitionMs: 0, strictLimits: false });
  },
);
