/** Asks a server on this machine for names, in one call without the client: completion has no time to load it. */
import { connect } from 'node:net';
import type { Clock } from '../../runtime/clock.ts';
import { type ApiShard, type CachedShard, cachedShard } from './cache.ts';

export interface Question {
  readonly url: string;
  readonly clock: Clock;
  readonly waitMs: number;
}

/** The names of the first streams; undefined without an answer in time. */
export async function askStreams(question: Question): Promise<readonly string[] | undefined> {
  const answer = await ask(question, 'ListStreams', {});
  const names = answer?.['StreamNames'];
  return Array.isArray(names) ? names.map(String) : undefined;
}

/** The shards of a stream; undefined without an answer in time, or without such a stream. */
export async function askShards(question: Question, stream: string): Promise<readonly CachedShard[] | undefined> {
  const answer = await ask(question, 'ListShards', { StreamName: stream });
  return (answer?.['Shards'] as readonly ApiShard[] | undefined)?.map(cachedShard);
}

/** The registered consumers of a stream; undefined without an answer in time. */
export async function askConsumers(question: Question, stream: string): Promise<readonly string[] | undefined> {
  const summary = await ask(question, 'DescribeStreamSummary', { StreamName: stream });
  const { StreamARN } = Object(summary?.['StreamDescriptionSummary']) as { readonly StreamARN?: string };
  if (StreamARN === undefined) return undefined;
  const answer = await ask(question, 'ListStreamConsumers', { StreamARN });
  const consumers = answer?.['Consumers'];
  return Array.isArray(consumers) ? consumers.map(({ ConsumerName }) => String(ConsumerName)) : undefined;
}

const SHARDS_LOOKED_AT = 4;
const RECORDS_LOOKED_AT = 10;
const RECENT_MS = 900_000;

/** The JSON of some records of a stream, of the last quarter of an hour if there are any. */
export async function askRecords(question: Question, stream: string): Promise<readonly unknown[]> {
  const shards = ((await askShards(question, stream)) ?? []).filter(({ open }) => open).slice(0, SHARDS_LOOKED_AT);
  const recent = { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: (question.clock.now() - RECENT_MS) / 1_000 };
  for (const place of [recent, { ShardIteratorType: 'TRIM_HORIZON' }]) {
    const read = shards.map(({ id }) => someRecords(question, { StreamName: stream, ShardId: id, ...place }));
    const found = (await Promise.all(read)).flat();
    if (found.length > 0) return found;
  }
  return [];
}

async function someRecords(question: Question, place: object): Promise<readonly unknown[]> {
  const ShardIterator = (await ask(question, 'GetShardIterator', place))?.['ShardIterator'];
  if (ShardIterator === undefined) return [];
  const { Records = [] } = ((await ask(question, 'GetRecords', { ShardIterator, Limit: RECORDS_LOOKED_AT })) ?? {}) as {
    readonly Records?: readonly { readonly Data: string }[];
  };
  return Records.flatMap(({ Data }) => parsed(Buffer.from(Data, 'base64').toString()) ?? []);
}

/** A request must carry a signature in form; a daemon that verifies it refuses this one, and there is no answer. */
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=local/19700101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

/** One exchange over a bare socket: node:http alone costs what Tab may. HTTP/1.0 asks for a body in one piece, and its end. */
function ask(
  { url, clock, waitMs }: Question,
  operation: string,
  input: object,
): Promise<Record<string, unknown> | undefined> {
  return new Promise((resolve) => {
    const { hostname, port, host, pathname } = new URL(url);
    const body = JSON.stringify(input);
    const head = [
      `POST ${pathname} HTTP/1.0`,
      `Host: ${host}`,
      'Content-Type: application/x-amz-json-1.1',
      `X-Amz-Target: Kinesis_20131202.${operation}`,
      'X-Amz-Date: 19700101T000000Z',
      `Authorization: ${AUTHORIZATION}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 80 });
    const done = new AbortController();
    const pieces: Uint8Array[] = [];
    socket.on('data', (piece: Uint8Array) => pieces.push(piece));
    socket.on('end', () => resolve(bodyOf(Buffer.concat(pieces).toString())));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      done.abort();
      resolve(undefined);
    });
    clock.sleep(waitMs, done.signal).then(
      () => socket.destroy(),
      () => undefined,
    );
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

/** The JSON of an answer that went well. */
function bodyOf(answer: string): Record<string, unknown> | undefined {
  const end = answer.indexOf('\r\n\r\n');
  return /^HTTP\/1\.\d 200 /.test(answer) ? parsed(answer.slice(end + 4)) : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
