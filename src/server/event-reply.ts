/**
 * Answers that are event streams: one message that the stream has begun, at once, then an event a message for as long as
 * there are any. An event is encoded once for all who get it. Whoever does not take what was written gets nothing more
 * until it has: at most EVENTS_QUEUED_MAX messages wait for a client.
 */
import type { Writable } from 'node:stream';
import type { Fault, FaultCode } from '../model/fault.ts';
import { EVENTS_QUEUED_MAX } from '../model/limits.ts';
import { encodeEventMessage } from '../wire/event-stream.ts';
import { string } from '../wire/shape.ts';
import { CODECS } from './codec.ts';
import type { Push } from './exchange.ts';
import type { Reply } from './reply.ts';
import type { EventSource, Wire } from './route.ts';

export interface EventReplyOptions {
  /** The name of its events. */
  readonly eventName: string;
  readonly wire: Wire;
  /** What the client is told of an error, and the operator of one of ours. */
  readonly faultOf: (error: unknown) => Fault;
}

const CONTENT_TYPE = 'application/vnd.amazon.eventstream';
/** Java's client knows this name inside event streams only; elsewhere AWS says InternalFailure. */
const IN_STREAM: Partial<Record<FaultCode, FaultCode>> = { InternalFailure: 'InternalFailureException' };
const PAYLOAD_TYPES: Readonly<Record<Wire, string>> = {
  json: 'application/json',
  cbor: CODECS.cbor.contentType,
  rpc: CODECS.rpc.contentType,
};

/** Messages by event, so that subscribers who get the same event get the same bytes. */
const messages: Readonly<Record<Wire, WeakMap<object, Uint8Array>>> = {
  json: new WeakMap(),
  cbor: new WeakMap(),
  rpc: new WeakMap(),
};

/** The answer that begins with `initial-response` and goes on with the events of `source`. */
export function eventReply(source: EventSource, options: EventReplyOptions): Reply {
  const { wire } = options;
  const body = eventMessage('initial-response', CODECS[wire].encode({}, {}), wire);
  const push: Push = (out, signal) => pushEvents(source, { ...options, out, signal });
  return { status: 200, contentType: CONTENT_TYPE, headers: CODECS[wire].headers, body, push };
}

interface Pushing extends EventReplyOptions {
  readonly out: Writable;
  readonly signal: AbortSignal;
}

async function pushEvents(source: EventSource, pushing: Pushing): Promise<void> {
  const { out, wire, eventName, faultOf, signal } = pushing;
  const queue = new WriteQueue(out);
  signal.addEventListener('abort', source.stop, { once: true });
  if (signal.aborted) source.stop();
  try {
    for await (const event of source.events) {
      let message = messages[wire].get(event);
      if (message === undefined) {
        message = eventMessage(eventName, source.payload(event, wire), wire);
        messages[wire].set(event, message);
      }
      queue.write(message);
      await queue.room();
    }
  } catch (error) {
    queue.write(exceptionMessage(faultOf(error), wire));
  } finally {
    signal.removeEventListener('abort', source.stop);
  }
}

function eventMessage(name: string, payload: Uint8Array, wire: Wire): Uint8Array {
  const headers = { ':message-type': 'event', ':event-type': name, ':content-type': PAYLOAD_TYPES[wire] };
  return encodeEventMessage({ headers, payload });
}

function exceptionMessage({ code, message }: Fault, wire: Wire): Uint8Array {
  const headers = {
    ':message-type': 'exception',
    ':exception-type': IN_STREAM[code] ?? code,
    ':content-type': PAYLOAD_TYPES[wire],
  };
  return encodeEventMessage({ headers, payload: CODECS[wire].encode({ message: string() }, { message }) });
}

/** Counts the messages that the client's connection, or HTTP/2's flow control, has not taken yet. */
class WriteQueue {
  readonly #out: Writable;
  #waiting = 0;
  #onRoom: (() => void) | undefined;

  constructor(out: Writable) {
    this.#out = out;
    out.once('close', () => this.#onRoom?.());
  }

  write(message: Uint8Array): void {
    this.#waiting += 1;
    this.#out.write(message, () => {
      this.#waiting -= 1;
      this.#onRoom?.();
    });
  }

  /** Resolves when another message may be written, or when nobody is there to take it. */
  async room(): Promise<void> {
    while (this.#waiting >= EVENTS_QUEUED_MAX && !this.#out.destroyed) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }
}
