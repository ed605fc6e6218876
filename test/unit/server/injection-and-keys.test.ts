/** What stands between a request and its operation when the daemon is told so: keys to verify, faults and delays on purpose. */
import aws4 from 'aws4';
import { expect, test } from 'vitest';
import { operation } from '../../../src/operations/operation.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { createDispatch, type DispatchOptions } from '../../../src/server/dispatch.ts';
import { FaultInjector } from '../../../src/server/fault-injector.ts';
import { route } from '../../../src/server/route.ts';
import { string } from '../../../src/wire/shape.ts';

const AT = Date.UTC(2026, 10, 20, 12);
const who = operation({
  name: 'Who',
  doc: 'Says who calls.',
  input: { Text: string() },
  output: { Text: string(), Account: string(), Region: string() },
  errors: [],
});
const options: DispatchOptions = {
  service: {} as never,
  routes: [
    route<typeof who>({
      operation: who,
      handle: async ({ Text }, { scope }) => ({ Text, Account: scope.account, Region: scope.region }),
    }),
  ],
  declared: [who],
  home: { account: '000000000000', region: 'us-east-1' },
  origins: 'loopback',
  random: seededRandom(1),
  logger: silentLogger,
};

function signed(secret: string, body = '{"Text":"hi"}', extra: Record<string, string> = {}) {
  const headers = {
    host: 'h',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Kinesis_20131202.Who',
    'x-amz-date': '20261120T120000Z',
    ...extra,
  };
  const request = {
    method: 'POST',
    path: '/',
    service: 'kinesis',
    region: 'eu-west-3',
    headers,
    body: Buffer.from(body),
  };
  const { headers: all } = aws4.sign(request, { accessKeyId: 'AKID', secretAccessKey: secret });
  const lower = Object.entries(all).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { method: 'POST', path: '/', headers: Object.fromEntries(lower), body: Buffer.from(body) };
}

async function answer(more: Partial<DispatchOptions>, request: ReturnType<typeof signed>): Promise<unknown> {
  const handle = createDispatch({ ...options, ...more });
  const response = await handle({ ...request, peer: '127.0.0.1', signal: new AbortController().signal });
  return [response.status, JSON.parse(Buffer.from(response.body).toString())];
}

const verification = { keys: new Map([['AKID', { secret: 's', account: '123456789012' }]]), now: () => AT };

test('with keys the right secret is let in as its account, a wrong one is refused', async () => {
  const welcome = [200, { Text: 'hi', Account: '123456789012', Region: 'eu-west-3' }];
  expect(await answer({ verification }, signed('s'))).toEqual(welcome);
  expect(await answer({ verification }, signed('wrong'))).toMatchObject([400, { __type: 'InvalidSignatureException' }]);
  expect(await answer({}, signed('wrong'))).toEqual([
    200,
    { Text: 'hi', Account: '000000000000', Region: 'eu-west-3' },
  ]);
});

test('a body in chunks is read as its data, verified or not', async () => {
  const chunks = 'd\r\n{"Text":"hi"}\r\n0\r\n\r\n';
  const request = signed('s', chunks, { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' });
  expect(await answer({ verification }, request)).toMatchObject([200, { Text: 'hi' }]);
  expect(await answer({}, request)).toMatchObject([200, { Text: 'hi' }]);
});

const injector = (clock = systemClock) => new FaultInjector({ operations: ['Who'], clock, random: seededRandom(7) });

test('a rule makes calls fail at its rate, until it is taken back', async () => {
  const faults = injector();
  expect(faults.set({ fail: ['Who=1:InternalFailure'], delay: [] })).toBeUndefined();
  expect(await answer({ faults }, signed('s'))).toEqual([500, { __type: 'InternalFailure' }]);
  faults.set({ fail: ['*=50%'], delay: [] });
  let failed = 0;
  for (let i = 0; i < 400; i++) failed += Number(((await answer({ faults }, signed('s'))) as [number])[0] === 400);
  expect(failed).toBeGreaterThan(150);
  expect(failed).toBeLessThan(250);
  faults.set({ fail: [], delay: [] });
  expect(await answer({ faults }, signed('s'))).toMatchObject([200, {}]);
});

test('a rule that is none changes nothing', () => {
  const faults = injector();
  faults.set({ fail: ['Who=1'], delay: ['Who=1s'] });
  expect(faults.set({ fail: [], delay: ['Whom=1s'] })).toEqual({ field: 'operation', given: 'Whom' });
  expect(faults.texts).toEqual({ fail: ['Who=1'], delay: ['Who=1s'] });
});

test('a delay passes before the call is looked at', async () => {
  const clock = movableClock(systemClock);
  const faults = injector(clock);
  faults.set({ fail: [], delay: ['Who=10m'] });
  let isAnswered = false;
  const pending = answer({ faults }, signed('s')).then((value) => {
    isAnswered = true;
    return value;
  });
  await new Promise(setImmediate);
  clock.advance(599_000);
  await new Promise(setImmediate);
  expect(isAnswered).toBe(false);
  clock.advance(1_000);
  expect(await pending).toMatchObject([200, { Text: 'hi' }]);
});
