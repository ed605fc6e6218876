/** RPC v2 CBOR byte by byte: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
import { expect, test } from 'vitest';
import { operation } from '../../../src/operations/operation.ts';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { createDispatch } from '../../../src/server/dispatch.ts';
import { route } from '../../../src/server/route.ts';
import { rpcTarget } from '../../../src/server/smithy-rpc.ts';
import { timestamp } from '../../../src/wire/shape.ts';

const at = operation({ name: 'At', doc: '', input: { At: timestamp() }, output: { At: timestamp() }, errors: [] });
const silent = operation({ name: 'Silent', doc: '', input: {}, output: null, errors: [] });
const direct = operation({ name: 'Direct', doc: '', input: {}, output: {}, errors: [] });
const dispatch = createDispatch({
  service: {} as never,
  routes: [
    route<typeof at>({ operation: at, handle: async ({ At }) => ({ At }) }),
    route<typeof silent>({ operation: silent, handle: async () => undefined }),
    route<typeof direct>({ operation: direct, handle: async () => ({}), direct: async (body) => body }),
  ],
  declared: [at, silent, direct],
  home: { account: '000000000000', region: 'us-east-1' },
  origins: 'loopback',
  random: seededRandom(1),
  logger: silentLogger,
});

async function send(name: string, hex: string, headers: Record<string, string> = {}) {
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00';
  const answer = await dispatch({
    method: 'POST',
    path: `/service/Kinesis_20131202/operation/${name}`,
    headers: { 'smithy-protocol': 'rpc-v2-cbor', 'x-amz-date': '20261120T120000Z', authorization, ...headers },
    body: Buffer.from(hex, 'hex'),
    peer: '127.0.0.1',
    signal: new AbortController().signal,
  });
  const named = (name: string) => answer.headers[answer.headers.indexOf(name) + 1];
  const type = answer.headers.includes('Content-Type') ? named('Content-Type') : undefined;
  return [answer.status, type, named('smithy-protocol'), Buffer.from(answer.body).toString('latin1')];
}

// {"At": 1(5)}: tag 1, whole seconds.
const AT_5_S = 'a1624174c105';

test('timestamps are tagged seconds', async () => {
  const [status, type, protocol, body] = await send('At', AT_5_S);
  expect([status, type, protocol]).toEqual([200, 'application/cbor', 'rpc-v2-cbor']);
  expect(Buffer.from(body as string, 'latin1').toString('hex')).toBe(AT_5_S);
});

test('an answer by the direct path names the protocol too', async () => {
  expect(await send('Direct', 'a0')).toEqual([200, 'application/cbor', 'rpc-v2-cbor', '\xa0']);
});

test('no body is no input, and no output is no body', async () => {
  expect(await send('Silent', '')).toEqual([200, undefined, 'rpc-v2-cbor', '']);
});

test('errors are named in full', async () => {
  const [status, type, protocol, body] = await send('Nope', 'a0');
  expect([status, type, protocol]).toEqual([400, 'application/cbor', 'rpc-v2-cbor']);
  expect(body).toBe('\xa1\x66__type\x78\x2fcom.amazonaws.kinesis#UnknownOperationException');
  expect((await send('At', 'ff', { 'content-type': 'application/json' }))[3]).toContain(
    'com.amazonaws.kinesis#SerializationException',
  );
  expect((await send('At', 'a0', { authorization: '' }))[3]).toContain('#MissingAuthenticationTokenException');
});

test.each([
  ['/service/Kinesis_20131202/operation/At', 'Kinesis_20131202.At'],
  ['/behind/a/proxy/service/S/operation/At?x=y', 'S.At'],
  ['/service/S/operation/', ''],
  ['/', ''],
])('%s calls %j', (path, target) => {
  expect(rpcTarget({ path, headers: { 'smithy-protocol': 'rpc-v2-cbor' } })).toBe(target);
  expect(rpcTarget({ path, headers: {} })).toBeUndefined();
});
