/** The events of a subscription, out of the bytes of its connection. */
import { subscribeToShard } from '../operations/kinesis/subscribe-to-shard.ts';
import { type TakenMessage, takeEventMessage } from '../wire/event-stream.ts';
import { coerceJson } from '../wire/json.ts';
import type { StructureValue } from '../wire/shape.ts';
import { parsedAnswer } from './client.ts';
import { ClientError } from './client-error.ts';
import { childrenOf, type ListedChild, recordsIn } from './records-page.ts';
import type { ConsumedRecord } from './shard-reader.ts';

export interface ShardEvent {
  readonly records: readonly ConsumedRecord[];
  /** Where the next subscription begins; undefined at the end of a closed shard. */
  readonly continuation: string | undefined;
  readonly lagMs: number;
  /** Of a closed shard, at its end. */
  readonly children: readonly ListedChild[];
}

type EventValue = Partial<StructureValue<typeof subscribeToShard.event.members>>;

/** Puts pieces together and takes messages out. */
export class EventReader {
  #rest: Uint8Array = new Uint8Array();

  /** The events that a piece completes. @throws {ClientError} that the service sends in place of one, or UnreadableAnswer. */
  *push(piece: Uint8Array): Generator<ShardEvent> {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    for (let taken = take(this.#rest); taken !== undefined; taken = take(this.#rest)) {
      const { headers, payload } = taken.message;
      this.#rest = this.#rest.subarray(taken.length);
      if (headers[':message-type'] === 'exception') throw exceptionOf(headers[':exception-type'], payload);
      if (headers[':event-type'] === subscribeToShard.event.name) yield eventOf(payload);
    }
  }
}

function take(bytes: Uint8Array): TakenMessage | undefined {
  try {
    return takeEventMessage(bytes);
  } catch (error) {
    throw new ClientError('UnreadableAnswer', (error as Error).message, { status: 200 });
  }
}

function eventOf(payload: Uint8Array): ShardEvent {
  const { Records, ...rest } = Object(parsedAnswer(payload)) as Record<string, unknown>;
  const facts = coerceJson(subscribeToShard.event.members, rest) as EventValue;
  return {
    records: recordsIn(Records),
    continuation: facts.ContinuationSequenceNumber,
    lagMs: facts.MillisBehindLatest ?? 0,
    children: childrenOf(facts.ChildShards),
  };
}

/** The kind of a failure that is told in the stream; the SDKs' models name no status for it. */
function exceptionOf(code: string | undefined, payload: Uint8Array): ClientError {
  const { message, Message } = Object(parsedAnswer(payload)) as Record<string, unknown>;
  const isOurs = code?.startsWith('Internal') ?? true;
  return new ClientError(code ?? 'UnknownException', String(message ?? Message ?? ''), { status: isOurs ? 500 : 400 });
}
