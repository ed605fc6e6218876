/** SubscribeToShard over HTTP/1.1 and HTTP/2 with prior knowledge, its messages decoded by AWS's own codec. */
import http from 'node:http';
import http2 from 'node:http2';
import type { Readable } from 'node:stream';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { headersFor } from './kinesis.ts';

export const PROTOCOLS = ['HTTP/1.1', 'HTTP/2'] as const;
export type ProtocolName = (typeof PROTOCOLS)[number];

// biome-ignore lint/suspicious/noExplicitAny: the payloads are whatever the server says; each test looks at what it expects
type Json = any;

export interface Message {
  /** By name. All are texts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Json;
}

const utf8 = new TextDecoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : utf8.decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

const LENGTH_BYTES = 4;

/** Bytes of the message at the beginning, or of its length while that has not come. */
function lengthOf(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) return LENGTH_BYTES;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** An answer that goes on. */
export class Pushed {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly messages: Message[] = [];
  /** True when the body has come to its end, as opposed to a broken connection. */
  isEnded = false;
  readonly #readable: Readable;
  readonly #close: () => void;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Bytes of the next message, as far as they are known. */
  #wanted = LENGTH_BYTES;
  #onNews: (() => void) | undefined;

  constructor(answer: { status: number; headers: http.IncomingHttpHeaders; readable: Readable; close: () => void }) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.#readable = answer.readable;
    this.#close = answer.close;
    answer.readable.on('data', (chunk: Uint8Array) => this.#take(chunk));
    answer.readable.on('end', () => {
      this.isEnded = true;
      this.#onNews?.();
    });
    answer.readable.on('error', () => this.#onNews?.());
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.status !== 200 || this.#bytes < this.#wanted) return;
    let rest: Uint8Array = Buffer.concat(this.#chunks);
    for (this.#wanted = lengthOf(rest); rest.length >= this.#wanted; this.#wanted = lengthOf(rest)) {
      const { headers, body } = codec.decode(rest.subarray(0, this.#wanted));
      const texts = Object.entries(headers).map(([name, { type, value }]) => [name, type === 'string' ? value : type]);
      this.messages.push({ headers: Object.fromEntries(texts), payload: JSON.parse(utf8.decode(body)) });
      rest = rest.subarray(this.#wanted);
    }
    this.#chunks = [rest];
    this.#bytes = rest.length;
    this.#onNews?.();
  }

  /** The payloads of all events so far, without the initial response. */
  get events(): Json[] {
    return this.messages
      .filter((each) => each.headers[':event-type'] === 'SubscribeToShardEvent')
      .map((m) => m.payload);
  }

  /** The data of all records so far. */
  get texts(): string[] {
    return this.events.flatMap((event) =>
      event.Records.map((record: Json) => Buffer.from(record.Data, 'base64').toString()),
    );
  }

  /** Resolves when `done` holds or the body has ended. */
  async until(done: () => boolean): Promise<this> {
    while (!done() && !this.#readable.destroyed && !this.isEnded) {
      await new Promise<void>((resolve) => {
        this.#onNews = resolve;
      });
    }
    return this;
  }

  /** Everything until the end. */
  end(): Promise<this> {
    return this.until(() => false);
  }

  /** Takes nothing more from the connection for now. */
  pause(): void {
    this.#readable.pause();
  }

  resume(): void {
    this.#readable.resume();
  }

  /** What a refusal says. */
  async refusal(): Promise<{ readonly type: string; readonly message: string }> {
    await this.end();
    const { __type, message } = JSON.parse(utf8.decode(Buffer.concat(this.#chunks)));
    return { type: __type, message };
  }

  close(): void {
    this.#close();
  }
}

/** Calls SubscribeToShard; resolves with the head of the answer. */
export function subscribeOver(protocol: ProtocolName, api: { readonly url: string }, input: object): Promise<Pushed> {
  const headers = headersFor('SubscribeToShard');
  const body = JSON.stringify(input);
  return protocol === 'HTTP/2' ? over2(api.url, headers, body) : over1(api.url, headers, body);
}

function over1(url: string, headers: http.OutgoingHttpHeaders, body: string): Promise<Pushed> {
  return new Promise((resolve, reject) => {
    const req = http.request(url, { method: 'POST', headers, agent: false }, (res) => {
      resolve(
        new Pushed({ status: res.statusCode!, headers: res.headers, readable: res, close: () => void req.destroy() }),
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}

function over2(url: string, headers: http.OutgoingHttpHeaders, body: string): Promise<Pushed> {
  const session = http2.connect(url);
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': '/', ...(headers as http2.OutgoingHttpHeaders) });
    stream.on('response', (received) => {
      const status = Number(received[':status']);
      resolve(new Pushed({ status, headers: received, readable: stream, close: () => session.destroy() }));
      // As AWS's JavaScript client does: no more requests on this session.
      session.close();
    });
    stream.on('error', reject);
    session.on('error', reject);
    stream.end(body);
  });
}
