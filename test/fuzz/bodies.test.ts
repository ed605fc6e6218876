/** Every operation on every wire with inputs and bytes that nobody would send: answers of 4xx, never of 500. */
import { cbor, tag } from '@smithy/core/cbor';
import { expect, test } from 'vitest';
import { kinesisOperations } from '../../src/operations/kinesis/index.ts';
import type { Random } from '../../src/runtime/random.ts';
import { harvest, randomMembers, type Seen } from './random-input.ts';
import { below, damaged, type FuzzRun, fuzz, oneIn, pick, SECONDS } from './run.ts';
import { type Attack, http1Sender, http2Sender, type Sender } from './senders.ts';

/** Half of them speak HTTP/2. */
const WORKERS = 8;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=00';

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

/** Answers by status, and the operations that succeeded. */
interface Tally {
  readonly statuses: Map<number, number>;
  readonly succeeded: Set<string>;
}

async function work({ goesOn, random }: FuzzRun, sender: Sender, { statuses, succeeded }: Tally): Promise<void> {
  const seen: Seen = [];
  while (goesOn()) {
    const attack = attackOf(random, seen);
    const { headers, path, body } = attack;
    const sent = JSON.stringify({ headers, path, body: Buffer.from(body).toString('latin1') });
    const { status, text } = await sender.send(attack).catch((cause: unknown) => {
      throw new Error(`no answer to ${sent}`, { cause });
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 200) succeeded.add(attack.operation);
    expect(status, `${text}\n${sent}`).toBeLessThan(500);
    harvest(text, seen);
  }
  sender.close();
}

test('random inputs and damaged bodies', { timeout: SECONDS * 1_000 + 60_000 }, async () => {
  await fuzz({ create: [{ name: 'a', shards: 3 }] }, async (run) => {
    const tally: Tally = { statuses: new Map(), succeeded: new Set() };
    const { url } = run.daemon;
    const senders = Array.from({ length: WORKERS }, (_, i) => (i % 2 === 0 ? http1Sender(url) : http2Sender(url)));
    await Promise.all(senders.map((sender) => work(run, sender, tally)));
    console.log('answers by status', tally.statuses, 'succeeded', [...tally.succeeded].sort().join(' '));
    // Else the inputs are so wrong that they never get far.
    expect(tally.succeeded.size).toBeGreaterThan(10);
  });
});
