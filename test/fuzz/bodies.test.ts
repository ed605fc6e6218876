/** Every operation on every wire with inputs and bytes that nobody would send: answers of 4xx, never of 500. */
import http from 'node:http';
import { cbor, tag } from '@smithy/core/cbor';
import { expect, test } from 'vitest';
import { kinesisOperations } from '../../src/operations/kinesis/index.ts';
import type { Random } from '../../src/runtime/random.ts';
import { harvest, randomMembers, type Seen } from './random-input.ts';
import { below, damaged, type FuzzRun, fuzz, oneIn, pick, SECONDS } from './run.ts';

const WORKERS = 8;
/** An event stream is left in its beginning. */
const PATIENCE_MS = 300;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=00';

interface Attack {
  readonly operation: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

function asJson(input: unknown): Uint8Array {
  return Buffer.from(
    JSON.stringify(input, (_, value) => (isBytes(value) ? Buffer.from(value).toString('base64') : value)),
  );
}

function asCbor(random: Random, input: unknown): Uint8Array {
  const isTagged = oneIn(random, 2);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'number' && value > 1e12 && Number.isSafeInteger(value) && isTagged)
      return tag({ tag: 1, value });
    if (typeof value !== 'object' || value === null || isBytes(value)) return value;
    if (Array.isArray(value)) return value.map(walk);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return cbor.serialize(walk(input));
}

function attackOf(random: Random, seen: Seen): Attack {
  const operation = pick(random, kinesisOperations);
  const wire = pick(random, ['json', 'json', 'cbor', 'rpc'] as const);
  const input = randomMembers(random, operation.input, seen);
  let body: Uint8Array;
  try {
    body = wire === 'json' ? asJson(input) : asCbor(random, input);
  } catch {
    // Deeper than the encoder goes.
    body = random.bytes(below(random, 200));
  }
  if (oneIn(random, 5)) body = damaged(random, body);
  const type = { json: 'application/x-amz-json-1.1', cbor: 'application/x-amz-cbor-1.1', rpc: 'application/cbor' }[
    wire
  ];
  const headers: Record<string, string> = {
    'content-type': type,
    authorization: AUTHORIZATION,
    'x-amz-date': '20261120T120000Z',
    ...(wire === 'rpc'
      ? { 'smithy-protocol': 'rpc-v2-cbor' }
      : { 'x-amz-target': `Kinesis_20131202.${operation.name}` }),
  };
  if (oneIn(random, 15)) headers[pick(random, Object.keys(headers))] = headerText(random);
  if (oneIn(random, 30))
    headers[pick(random, ['origin', 'x-amz-content-sha256', 'expect', 'host'])] = headerText(random);
  const path = wire === 'rpc' ? `/service/Kinesis_20131202/operation/${operation.name}` : '/';
  const query = oneIn(random, 30) ? `?X-Amz-Algorithm=${encodeURIComponent(headerText(random))}&%zz=&&=` : '';
  return { operation: operation.name, path: path + query, headers, body };
}

function headerText(random: Random): string {
  const known = ['application/json', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'UNSIGNED-PAYLOAD', 'null', ',', '=,=,= ='];
  return oneIn(random, 2) ? pick(random, known) : Buffer.from(random.bytes(20)).toString('base64');
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** undefined: left before the end, as an event stream has none. */
function send(run: FuzzRun, agent: http.Agent, attack: Attack): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const { path, headers, body } = attack;
    const sent = { ...headers, 'content-length': String(body.length) };
    const request = http.request(
      new URL(path, run.daemon.url),
      { method: 'POST', headers: sent, agent },
      (response) => {
        const chunks: Uint8Array[] = [];
        response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
        response.on('end', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString('latin1') });
        });
        response.on('error', () => resolve(undefined));
        const isEndless = String(response.headers['content-type']).includes('eventstream');
        const timer = setTimeout(() => isEndless && request.destroy(), PATIENCE_MS);
      },
    );
    request.on('error', (error) => reject(new Error(`no answer to ${JSON.stringify(attack)}`, { cause: error })));
    request.end(body);
  });
}

/** Answers by status, and the operations that succeeded. */
interface Tally {
  readonly statuses: Map<number, number>;
  readonly succeeded: Set<string>;
}

async function work(run: FuzzRun, { statuses, succeeded }: Tally): Promise<void> {
  const agent = new http.Agent({ keepAlive: true });
  const seen: Seen = [];
  while (run.goesOn()) {
    const attack = attackOf(run.random, seen);
    const answer = await send(run, agent, attack);
    if (answer === undefined) continue;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 200) succeeded.add(attack.operation);
    const { headers, path, body } = attack;
    const told = `${answer.text}\n${JSON.stringify({ headers, path, body: Buffer.from(body).toString('latin1') })}`;
    expect(answer.status, told).toBeLessThan(500);
    harvest(answer.text, seen);
  }
  agent.destroy();
}

test('random inputs and damaged bodies', { timeout: SECONDS * 1_000 + 60_000 }, async () => {
  await fuzz({ create: [{ name: 'a', shards: 3 }] }, async (run) => {
    const tally: Tally = { statuses: new Map(), succeeded: new Set() };
    await Promise.all(Array.from({ length: WORKERS }, () => work(run, tally)));
    console.log('answers by status', tally.statuses, 'succeeded', [...tally.succeeded].sort().join(' '));
    // Else the inputs are so wrong that they never get far.
    for (const name of ['PutRecord', 'ListShards', 'GetShardIterator']) expect(tally.succeeded).toContain(name);
  });
});
