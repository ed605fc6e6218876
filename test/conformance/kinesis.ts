/**
 * The endpoint under test and how to speak to it: HTTP and nothing else. SLUICE_TEST_ENDPOINT names any server with
 * the Kinesis API; without it a daemon starts in this process for each file.
 */
import http from 'node:http';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/index.ts';

/** True when the server is somebody else's: its clock and its transitions are not in our hands. */
export const isForeign = process.env['SLUICE_TEST_ENDPOINT'] !== undefined;

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Replaces the usual headers. */
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

// biome-ignore lint/suspicious/noExplicitAny: the answers are whatever the server says; each test looks at what it expects
type Json = any;

export interface Stream {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
}

export const JSON_11 = 'application/x-amz-json-1.1';
export const CBOR_11 = 'application/x-amz-cbor-1.1';
export const HASH_KEY_MAX = '340282366920938463463374607431768211455';

/** The headers of a call that passes, for an operation. */
export function headersFor(operation: string, contentType = JSON_11): http.OutgoingHttpHeaders {
  return {
    'Content-Type': contentType,
    'X-Amz-Target': `Kinesis_20131202.${operation}`,
    'X-Amz-Date': '20261120T120000Z',
    Authorization:
      'AWS4-HMAC-SHA256 Credential=local/20261120/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
  };
}

export class Kinesis {
  #daemon: Daemon | undefined;
  #made: string[] = [];
  readonly #options: DaemonOptions;
  readonly #agent = new http.Agent({ keepAlive: true });

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (!isForeign) this.#daemon = await startDaemon({ memory: true, port: 0, ...this.#options });
  }

  async stop(): Promise<void> {
    if (isForeign) for (const StreamName of this.#made) await this.send({ ...request('DeleteStream', { StreamName }) });
    this.#agent.destroy();
    await this.#daemon?.close({ drainMs: 0 });
  }

  get url(): string {
    return this.#daemon?.url ?? process.env['SLUICE_TEST_ENDPOINT']!;
  }

  send(sent: Sent): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { method = 'POST', path = '/', headers = {} } = sent;
      const req = http.request(new URL(path, this.url), { method, headers, agent: this.#agent }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk) => chunks.push(chunk));
        res.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: res.statusCode!, headers: res.headers, bytes, text: bytes.toString() });
        });
      });
      req.on('error', reject);
      req.end(sent.body);
    });
  }

  /** A call that must succeed; its output, undefined when there is none. */
  async call(operation: string, input: object = {}): Promise<Json> {
    const { status, text } = await this.send(request(operation, input));
    expect([status, status === 200 ? '' : text], operation).toEqual([200, '']);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A call that must fail: its status and what it says. */
  async fault(operation: string, input: object = {}): Promise<{ status: number; type: string; message: string }> {
    const { status, text } = await this.send(request(operation, input));
    expect(status, `${operation}: ${text}`).not.toBe(200);
    const { __type, message, Message } = JSON.parse(text);
    return { status, type: __type, message: message ?? Message ?? '' };
  }

  /** A name nobody has used. */
  freshName(): string {
    const name = `t-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    this.#made.push(name);
    return name;
  }

  /** A new stream, ACTIVE. */
  async stream(shards = 3): Promise<Stream> {
    const name = this.freshName();
    await this.call('CreateStream', { StreamName: name, ShardCount: shards });
    return this.whenActive(name);
  }

  /** Asks until the stream is ACTIVE. */
  async whenActive(name: string): Promise<Stream> {
    for (;;) {
      const { StreamDescriptionSummary: found } = await this.call('DescribeStreamSummary', { StreamName: name });
      if (found.StreamStatus === 'ACTIVE') {
        return { name, arn: found.StreamARN, account: found.StreamARN.split(':')[4] };
      }
      if (isForeign) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** All shards of a stream, as DescribeStream shows them. */
  async shards(name: string): Promise<Json[]> {
    return (await this.call('DescribeStream', { StreamName: name })).StreamDescription.Shards;
  }

  /** An iterator. */
  async iterator(stream: string, shard: number, more: object = { ShardIteratorType: 'TRIM_HORIZON' }): Promise<string> {
    const ShardId = `shardId-${String(shard).padStart(12, '0')}`;
    return (await this.call('GetShardIterator', { StreamName: stream, ShardId, ...more })).ShardIterator;
  }

  /** The first page from a position. */
  async read(stream: string, shard: number, more?: object): Promise<Json> {
    return this.call('GetRecords', { ShardIterator: await this.iterator(stream, shard, more) });
  }

  /** Moves the time of a daemon with testClock. */
  async advance(advanceMs: number): Promise<void> {
    const answer = await this.send({ path: '/_sluice/clock', body: JSON.stringify({ advanceMs }) });
    expect(answer.status, answer.text).toBe(200);
  }
}

/** A call as bytes. */
export function request(operation: string, input: object): Sent {
  return { headers: headersFor(operation), body: JSON.stringify(input) };
}

/** The endpoint for the tests of a file. */
export function kinesis(options: DaemonOptions = {}): Kinesis {
  const endpoint = new Kinesis(options);
  beforeAll(() => endpoint.start());
  afterAll(() => endpoint.stop());
  return endpoint;
}

export const base64 = (text: string) => Buffer.from(text).toString('base64');
