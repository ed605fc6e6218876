/**
 * Which answer a request gets, without a socket. Expected values are AWS's, as the suite of mhart/kinesalite recorded
 * them at the service; they are read as bytes, so that our own codecs cannot hide a fault of theirs.
 */
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { BODY_BYTES_MAX } from '../../../src/model/limits.ts';
import { operation } from '../../../src/operations/operation.ts';
import type { LogLevel } from '../../../src/runtime/logger.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { createDispatch, type DispatchOptions } from '../../../src/server/dispatch.ts';
import type { Handle, HttpResponse } from '../../../src/server/exchange.ts';
import { OperationMeter } from '../../../src/server/metrics-operations.ts';
import { route } from '../../../src/server/route.ts';
import { blob, integer, required, string } from '../../../src/wire/shape.ts';

const JSON_11 = 'application/x-amz-json-1.1';
const CBOR_11 = 'application/x-amz-cbor-1.1';
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKID/20261120/eu-west-3/kinesis/aws4_request, SignedHeaders=host, Signature=ab';

const echo = operation({
  name: 'Echo',
  doc: 'Says it back.',
  input: { Text: required(string({ min: 1 })), Data: blob(), Count: integer() },
  output: { Text: string(), Region: string(), Account: string() },
  errors: [],
});
const silent = operation({ name: 'Silent', doc: 'Says nothing.', input: {}, output: null, errors: [] });
const broken = operation({ name: 'Broken', doc: 'Fails.', input: { Text: string() }, output: {}, errors: [] });
const hot = operation({ name: 'Hot', doc: 'Reads by itself.', input: { Text: string() }, output: {}, errors: [] });
const unserved = operation({ name: 'Unserved', doc: 'Has no route.', input: {}, output: {}, errors: [] });

const routes = [
  route<typeof echo>({
    operation: echo,
    handle: async ({ Text }, { scope }) => ({ Text, Region: scope.region, Account: scope.account }),
  }),
  route<typeof silent>({ operation: silent, handle: async () => undefined }),
  route<typeof broken>({
    operation: broken,
    handle: async ({ Text }) => {
      if (Text === 'fault') throw new Fault('ResourceNotFoundException', 'Stream s not found.');
      throw new Error('a bug');
    },
  }),
  route<typeof hot>({
    operation: hot,
    handle: async () => ({}),
    direct: (body) => (body.length > 2 ? Promise.resolve(Buffer.from('direct')) : undefined),
  }),
];

const logged: unknown[] = [];
const options: DispatchOptions = {
  service: {} as never,
  routes,
  declared: [echo, silent, broken, hot, unserved],
  home: { account: '000000000000', region: 'us-east-1' },
  origins: 'loopback',
  random: seededRandom(1),
  logger: { log: (level: LogLevel, message: string) => logged.push([level, message]) },
};
const dispatch = createDispatch(options);

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly target?: string;
  readonly type?: string;
  readonly auth?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

function send(sent: Sent, handle: Handle = dispatch): Promise<HttpResponse> {
  const { target = 'Kinesis_20131202.Echo', type = JSON_11, auth = AUTHORIZATION } = sent;
  const body = 'body' in sent ? sent.body : '{"Text":"hi"}';
  return handle({
    method: sent.method ?? 'POST',
    path: sent.path ?? '/',
    headers: {
      ...(target === '' ? {} : { 'x-amz-target': target }),
      ...(type === '' ? {} : { 'content-type': type }),
      ...(auth === '' ? {} : { authorization: auth, 'x-amz-date': '20261120T000000Z' }),
      ...sent.headers,
    },
    body: typeof body === 'string' ? Buffer.from(body) : body,
    peer: '127.0.0.1',
    signal: new AbortController().signal,
  });
}

const text = (response: HttpResponse) => Buffer.from(response.body).toString('latin1');
function header(response: HttpResponse, name: string): string | undefined {
  const at = response.headers.findIndex((entry, i) => i % 2 === 0 && entry.toLowerCase() === name.toLowerCase());
  return at < 0 ? undefined : response.headers[at + 1];
}
const json = (value: unknown) => JSON.stringify(value);

test('a call is answered in the coding it came in', async () => {
  const answer = await send({});
  expect([answer.status, text(answer)]).toEqual([200, '{"Text":"hi","Region":"eu-west-3","Account":"000000000000"}']);
  expect(header(answer, 'content-type')).toBe(JSON_11);
  expect(header(answer, 'content-length')).toBe('59');
  // {"Text": "hi"} in CBOR, RFC 8949: map of 1, text of 4, text of 2.
  const cbor = await send({ type: CBOR_11, body: Buffer.from('a16454657874626869', 'hex') });
  expect([cbor.status, header(cbor, 'content-type')]).toEqual([200, CBOR_11]);
  expect(Buffer.from(cbor.body).toString('hex')).toMatch(/^a36454657874626869/);
});

test('a content type may carry parameters and spaces, and the path does not matter', async () => {
  expect((await send({ type: ' application/x-amz-json-1.1 ; charset=utf-8', path: '/whatever' })).status).toBe(200);
});

test('an operation without output answers with nothing at all', async () => {
  const answer = await send({ target: 'Kinesis_20131202.Silent', body: '{}' });
  expect([answer.status, answer.body.length, header(answer, 'content-length')]).toEqual([200, 0, '0']);
  expect(header(answer, 'content-type')).toBe(JSON_11);
});

test('every answer has its ids', async () => {
  const answers = await Promise.all([send({}), send({}), send({ method: 'GET' }), send({ body: undefined })]);
  const ids = answers.map((answer) => header(answer, 'x-amzn-RequestId'));
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(4);
  const extended = answers.map((answer) => header(answer, 'x-amz-id-2')!);
  for (const id of extended) expect(Buffer.from(id, 'base64').length).toBe(72);
  expect(new Set(extended).size).toBe(4);
});

const NO_OPERATION =
  '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n';
const CORAL = 'com.amazon.coral.service#';

interface Refusal extends Sent {
  readonly name: string;
  readonly status: number;
  readonly says: string;
  /** undefined: the answer has no content type. */
  readonly saysAs?: string;
}

const refusals: readonly Refusal[] = [
  { name: 'a GET', method: 'GET', status: 403, says: NO_OPERATION },
  { name: 'a PUT with a valid body', method: 'PUT', status: 403, says: NO_OPERATION },
  { name: 'OPTIONS without an origin', method: 'OPTIONS', status: 403, says: NO_OPERATION },
  { name: 'no body', body: '', status: 400, says: json({ __type: 'SerializationException' }), saysAs: JSON_11 },
  {
    name: 'no body and an unknown target',
    target: 'Kinesis_20131202.Nope',
    body: '',
    status: 400,
    says: json({ __type: 'UnknownOperationException' }),
    saysAs: JSON_11,
  },
  {
    name: 'no body, no credentials',
    auth: '',
    body: '',
    status: 400,
    says: json({ __type: 'SerializationException' }),
    saysAs: JSON_11,
  },
  {
    // {"__type": "SerializationException"}: map of 1, text of 6, text of 22.
    name: 'no body and no content type, in CBOR',
    type: '',
    body: '',
    status: 400,
    says: Buffer.from(`a1665f5f7479706576${Buffer.from('SerializationException').toString('hex')}`, 'hex').toString(
      'latin1',
    ),
    saysAs: CBOR_11,
  },
  {
    name: 'no body and an unknown content type, in CBOR',
    type: 'text/plain',
    target: '',
    body: '',
    status: 400,
    says: `\xa1\x66__type\x78\x19UnknownOperationException`,
    saysAs: CBOR_11,
  },
  { name: 'an unknown coding', type: 'text/plain', status: 404, says: '<UnknownOperationException/>\n' },
  { name: 'an unknown coding and no target', type: 'text/plain', target: '', status: 403, says: NO_OPERATION },
  {
    name: 'an unknown coding and half a target',
    type: 'text/plain',
    target: 'Kinesis',
    status: 403,
    says: NO_OPERATION,
  },
  ...['hello', 'true', 'null', '"x"', '{'].map((body) => ({
    name: `${body} as a body`,
    body,
    status: 400,
    says: json({ __type: 'SerializationException' }),
    saysAs: JSON_11,
  })),
  {
    name: 'a body that is no CBOR',
    type: CBOR_11,
    body: 'hello',
    status: 400,
    says: '\xa1\x66__type\x76SerializationException',
    saysAs: CBOR_11,
  },
  {
    name: 'a bad body before an unknown operation',
    target: 'Kinesis_20131202.Nope',
    body: 'hello',
    status: 400,
    says: json({ __type: 'SerializationException' }),
    saysAs: JSON_11,
  },
  {
    name: 'a bad body before missing credentials',
    auth: '',
    body: 'hello',
    status: 400,
    says: json({ __type: 'SerializationException' }),
    saysAs: JSON_11,
  },
  {
    name: 'plain JSON that is none',
    type: 'application/json',
    body: 'hello',
    status: 400,
    says: json({ Output: { __type: `${CORAL}SerializationException` }, Version: '1.0' }),
    saysAs: 'application/json',
  },
  {
    name: 'plain JSON',
    type: 'application/json',
    body: '{}',
    status: 404,
    says: json({ Output: { __type: `${CORAL}UnknownOperationException` }, Version: '1.0' }),
    saysAs: 'application/json',
  },
  ...['Kinesis_20131202.echo', 'Kinesis_20131202', 'Kinesis_20131201.Echo', 'DynamoDB_20120810.ListTables', 'x'].map(
    (target) => ({
      name: `the target ${target}`,
      target,
      auth: '',
      status: 400,
      says: json({ __type: 'UnknownOperationException' }),
      saysAs: JSON_11,
    }),
  ),
  {
    name: 'no credentials',
    auth: '',
    status: 400,
    says: json({ __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' }),
    saysAs: JSON_11,
  },
  {
    name: 'no credentials before a wrong type',
    auth: '',
    body: '{"Text":true}',
    status: 400,
    says: json({ __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' }),
    saysAs: JSON_11,
  },
  {
    name: 'a wrong type before a missing member',
    body: '{"Count":"x"}',
    status: 400,
    says: json({
      __type: 'SerializationException',
      Message: 'class java.lang.String can not be converted to an Integer',
    }),
    saysAs: JSON_11,
  },
  {
    name: 'a missing member',
    body: '{}',
    status: 400,
    says: json({
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'text' failed to satisfy constraint: Member must not be null",
    }),
    saysAs: JSON_11,
  },
  {
    name: 'a fault of the operation',
    target: 'Kinesis_20131202.Broken',
    body: '{"Text":"fault"}',
    status: 400,
    says: json({ __type: 'ResourceNotFoundException', message: 'Stream s not found.' }),
    saysAs: JSON_11,
  },
  {
    name: 'a bug',
    target: 'Kinesis_20131202.Broken',
    body: '{}',
    status: 500,
    says: json({ __type: 'InternalFailure' }),
    saysAs: JSON_11,
  },
  {
    name: 'an operation of the API that is not served',
    target: 'Kinesis_20131202.Unserved',
    body: '{}',
    status: 400,
    says: json({
      __type: 'UnknownOperationException',
      message: 'Unserved is not served by this version of sluice.',
    }),
    saysAs: JSON_11,
  },
];

test.each(refusals)('refused: $name', async ({ name: _, status, says, saysAs, ...sent }) => {
  const answer = await send(sent);
  expect([answer.status, text(answer), header(answer, 'content-type')]).toEqual([status, says, saysAs]);
  expect(header(answer, 'content-length')).toBe(String(answer.body.length));
});

test('a body over the bound is refused before anything else, whether it was read or not', async () => {
  const unread = await send({ method: 'GET', body: undefined });
  const read = await send({ body: Buffer.alloc(BODY_BYTES_MAX + 1) });
  expect([unread.status, read.status]).toEqual([413, 413]);
  expect((await send({ body: Buffer.alloc(BODY_BYTES_MAX) })).status).toBe(400);
});

test.each([
  ['Busy', JSON_11, '{"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded: '],
  ['Echo', JSON_11, '{"__type":"ThrottlingException","message":"Rate exceeded: '],
  ['Nowhere', 'text/plain', '{"__type":"ThrottlingException","message":"Rate exceeded: '],
])(
  'what found no room is throttled in words its caller knows, unread, and counted as throttled: %s',
  async (...row) => {
    const [name, type, says] = row;
    const meter = new OperationMeter({ monotonic: () => 0 });
    const busy = operation({
      ...{ name: 'Busy', doc: 'Takes a lot.', input: {}, output: {} },
      errors: ['ProvisionedThroughputExceededException'],
    });
    const handle = createDispatch({ ...options, declared: [busy, echo], routes, meter });
    const throttled: Handle = (request) => handle({ ...request, isThrottled: true });
    const answer = await send({ target: `Kinesis_20131202.${name}`, type, body: '' }, throttled);
    expect([answer.status, text(answer).slice(0, says.length)]).toEqual([400, says]);
    const counts = meter.members()[name];
    expect(counts && [counts.calls, counts.throttled]).toEqual(name === 'Nowhere' ? undefined : [1, 1]);
  },
);

test('what was answered well is counted as no fault, and each refusal once, by its kind', async () => {
  const meter = new OperationMeter({ monotonic: () => 0 });
  const handle = createDispatch({ ...options, meter });
  const bodies = ['{"Text":"hi"}', '{}', '{"Text":1}', '{"Text":"hi"', '{"Text":"fault"}', '{"Text":"bug"}'];
  const seen: Record<string, number[]> = {};
  for (const name of ['Echo', 'Silent', 'Broken', 'Hot', 'Unserved']) {
    for (const auth of [AUTHORIZATION, '']) {
      for (const body of bodies) {
        const { status } = await send({ target: `Kinesis_20131202.${name}`, body, auth }, handle);
        seen[name] = [...(seen[name] ?? []), status];
      }
    }
  }
  for (const [name, statuses] of Object.entries(seen)) {
    const { calls, clientFaults, serverFaults, throttled } = meter.members()[name]!;
    const count = (from: number) => statuses.filter((status) => Math.floor(status / 100) === from).length;
    expect([name, calls, clientFaults, serverFaults, throttled]).toEqual([
      name,
      statuses.length,
      count(4),
      count(5),
      0,
    ]);
  }
  expect(new Set(Object.values(seen).flat())).toEqual(new Set([200, 400, 500]));
});

test('a bug is told to the operator, not to the caller', async () => {
  logged.length = 0;
  await send({ target: 'Kinesis_20131202.Broken', body: '{}' });
  expect(logged).toEqual([['error', 'A request failed inside the daemon']]);
});

const incomplete = (names: string, header: string) => ({
  __type: 'IncompleteSignatureException',
  message: `${names
    .split(' ')
    .filter(Boolean)
    .map((part) => `Authorization header requires '${part}' parameter. `)
    .join(
      '',
    )}Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${header}`,
});
const inQuery = (names: string) => ({
  __type: 'IncompleteSignatureException',
  message: `${names
    .split(' ')
    .map((part) => `AWS query-string parameters must include '${part}'. `)
    .join('')}Re-examine the query-string parameters.`,
});

interface Credentials {
  readonly auth?: string;
  readonly query?: string;
  readonly date?: string;
  readonly error: unknown;
}

const credentials: readonly Credentials[] = [
  {
    auth: 'X',
    query: 'X-Amz-Algorithm=x',
    error: {
      __type: 'InvalidSignatureException',
      message: "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    },
  },
  {
    query: 'X-Amz-Credential=a&X-Amz-Signature=b',
    error: { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
  },
  { auth: 'X', error: incomplete('Credential Signature SignedHeaders', 'X') },
  { auth: 'AWS4- Signature=b Credential=a', error: incomplete('SignedHeaders', 'AWS4- Signature=b Credential=a') },
  {
    auth: 'AWS4- Signature=,Credential=a',
    error: incomplete('Signature SignedHeaders', 'AWS4- Signature=,Credential=a'),
  },
  {
    auth: 'AWS4- SignedHeaders=c,Signature=b,Credential=a',
    error: incomplete('', 'AWS4- SignedHeaders=c,Signature=b,Credential=a'),
  },
  {
    auth: 'AWS4- SignedHeaders=c,SignatureX,Credential=a,',
    error: incomplete('Signature', 'AWS4- SignedHeaders=c,SignatureX,Credential=a,'),
  },
  { auth: 'AWS4- SignedHeaders=c,Signature=b,Credential=a', date: 'a', error: undefined },
  {
    query: 'X-Amz-Algorithm=',
    error: inQuery('X-Amz-Algorithm X-Amz-Credential X-Amz-Signature X-Amz-SignedHeaders X-Amz-Date'),
  },
  { query: 'X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c', error: inQuery('X-Amz-SignedHeaders X-Amz-Date') },
  {
    query: 'X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e',
    error: undefined,
  },
];

test.each(credentials)('credentials $auth $query $date', async ({ auth, query, date, error }) => {
  const answer = await send({
    auth: '',
    headers: { ...(auth === undefined ? {} : { authorization: auth }), ...(date === undefined ? {} : { date }) },
    path: query === undefined ? '/' : `/?${query}`,
  });
  if (error === undefined) expect(answer.status).toBe(200);
  else expect([answer.status, JSON.parse(text(answer))]).toEqual([400, error]);
});

test.each([
  ['AKID/20261120/ap-south-1/kinesis/aws4_request', 'ap-south-1'],
  ['AKID', 'us-east-1'],
  ['AKID/20261120/%0a<x>/kinesis/aws4_request', 'us-east-1'],
])('the region of credential %s is %s', async (credential, region) => {
  const auth = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=ab`;
  expect(JSON.parse(text(await send({ auth }))).Region).toBe(region);
  const query = `X-Amz-Algorithm=a&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e`;
  expect(JSON.parse(text(await send({ auth: '', path: `/?${query}` }))).Region).toBe(region);
});

test('a route that reads by itself does so only for callers with credentials, and may decline', async () => {
  const target = 'Kinesis_20131202.Hot';
  expect(text(await send({ target }))).toBe('direct');
  expect(text(await send({ target, body: '{}' }))).toBe('{}');
  expect((await send({ target, auth: '' })).status).toBe(400);
});

const LOCAL = [
  'http://localhost:3000',
  'https://app.localhost',
  'http://127.0.0.1',
  'http://127.8.9.1:80',
  'http://[::1]:5',
];
const FOREIGN = [
  'http://example.org',
  'null',
  'http://localhost.example.org',
  'http://127.0.0.1.nip.io',
  'file://',
  'x',
];
const EXPOSED = 'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date';

test.each(LOCAL)('a page of %s may call', async (origin) => {
  const answer = await send({ headers: { origin } });
  expect(answer.status).toBe(200);
  expect(header(answer, 'access-control-allow-origin')).toBe('*');
  expect(header(answer, 'access-control-expose-headers')).toBe(EXPOSED);
});

test.each(FOREIGN)('a page of %s may not call, unless all may', async (origin) => {
  const answer = await send({ headers: { origin } });
  expect(answer.status).toBe(403);
  expect(header(answer, 'access-control-allow-origin')).toBeUndefined();
  expect(JSON.parse(text(answer)).__type).toBe('AccessDeniedException');
  const preflight = await send({ method: 'OPTIONS', headers: { origin }, body: '' });
  expect([preflight.status, header(preflight, 'access-control-allow-origin')]).toEqual([403, undefined]);
  const open = await send({ headers: { origin } }, createDispatch({ ...options, origins: 'any' }));
  expect([open.status, header(open, 'access-control-allow-origin')]).toEqual([200, '*']);
});

test('a browser that asks first is told what it may send', async () => {
  const asked = { 'access-control-request-headers': 'x-amz-target', 'access-control-request-method': 'POST' };
  const answer = await send({ method: 'OPTIONS', auth: '', body: '', headers: { origin: LOCAL[0]!, ...asked } });
  expect([answer.status, answer.body.length]).toEqual([200, 0]);
  expect(header(answer, 'access-control-allow-origin')).toBe('*');
  expect(header(answer, 'access-control-allow-headers')).toBe('x-amz-target');
  expect(header(answer, 'access-control-allow-methods')).toBe('POST');
  expect(header(answer, 'access-control-max-age')).toBe('172800');
  expect(header(answer, 'x-amzn-RequestId')).toBeDefined();
  for (const name of ['content-type', 'x-amz-id-2', 'access-control-expose-headers']) {
    expect(header(answer, name)).toBeUndefined();
  }
});
