/** An HTTP server that stands for Kinesis or Firehose and misbehaves as it is told, request by request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cbor } from '@smithy/core/cbor';
import { putRecords } from '../../src/operations/kinesis/put-records.ts';
import type { Input } from '../../src/operations/operation.ts';
import { decodeCbor } from '../../src/wire/cbor.ts';

export interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly StreamName?: string;
    readonly DeliveryStreamName?: string;
    readonly Records: readonly { readonly Data: string; readonly PartitionKey?: string }[];
  };
  /** The records' data, decoded. */
  readonly lines: readonly string[];
}

/** Answers one request; `number` counts from 1. Returns 'ok' to have it answered as a healthy service does. */
export type Behaviour = (response: ServerResponse, seen: Seen, number: number) => 'ok' | 'done';

export class FaultServer {
  readonly seen: Seen[] = [];
  /** Lines of requests answered as healthy. */
  readonly accepted: string[] = [];
  behaviour: Behaviour = () => 'ok';
  /** What it says of its health: with a state it is a daemon of our own, which takes CBOR. undefined: it knows no such path. */
  health: object | undefined;
  /** Opened so far. */
  connections = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('connection', () => {
      this.connections++;
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'GET') {
      if (this.health === undefined) response.writeHead(403).end('<html></html>');
      else response.end(JSON.stringify(this.health));
      return;
    }
    const body = bodyOf(request, Buffer.concat(chunks));
    const lines = body.Records.map((record) => Buffer.from(record.Data, 'base64').toString());
    const seen: Seen = { headers: request.headers, body, lines };
    this.seen.push(seen);
    if (this.behaviour(response, seen, this.seen.length) === 'done') return;
    this.accepted.push(...lines);
    answer(response, 200, body.DeliveryStreamName === undefined ? kinesisAnswer(lines) : firehoseAnswer(lines));
  }
}

const CBOR = 'application/x-amz-cbor-1.1';
const isCbor = (request: IncomingMessage) => request.headers['content-type'] === CBOR;

function bodyOf(request: IncomingMessage, bytes: Buffer): Seen['body'] {
  if (!isCbor(request)) return JSON.parse(bytes.toString());
  const { StreamName = '', Records } = decodeCbor(putRecords.input, bytes) as unknown as Input<typeof putRecords>;
  const records = Records.map(({ Data, PartitionKey = '' }) => ({
    Data: Buffer.from(Data).toString('base64'),
    PartitionKey,
  }));
  return { StreamName, Records: records };
}

/** In the form of the request. */
export function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const inCbor = isCbor(response.req);
  response.writeHead(status, { 'content-type': inCbor ? CBOR : 'application/x-amz-json-1.1', ...headers });
  response.end(inCbor ? cbor.serialize(body) : JSON.stringify(body));
}

/** As PutRecords answers; entries whose index is in `failed` are throttled. */
export function kinesisAnswer(lines: readonly string[], failed: readonly number[] = []): object {
  const failure = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };
  const Records = lines.map((_, i) =>
    failed.includes(i) ? failure : { ShardId: 'shardId-000000000000', SequenceNumber: String(1_000 + i) },
  );
  return { FailedRecordCount: failed.length, Records };
}

/** As PutRecordBatch answers. */
export function firehoseAnswer(lines: readonly string[], failed: readonly number[] = []): object {
  const failure = { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' };
  const RequestResponses = lines.map((_, i) => (failed.includes(i) ? failure : { RecordId: `id-${i}` }));
  return { FailedPutCount: failed.length, Encrypted: false, RequestResponses };
}
