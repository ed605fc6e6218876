/** What happens in the service, told to whoever logs and counts: the service itself does neither. */
import type { CatalogEvent } from '../model/catalog.ts';
import type { RegisteredConsumer } from '../model/consumer.ts';
import type { PutRun } from '../model/delivery.ts';
import type { RecordBatch, RecordBlock } from '../model/record-batch.ts';
import type { Shard } from '../model/shard.ts';
import type { Stream } from '../model/stream.ts';

/** A put that has been decided: some of its records may have been refused. */
export interface PutNotice {
  readonly batch: RecordBatch;
  readonly runs: readonly PutRun[];
  /** The most significant word of each record's hash key; absent where the service placed the records. */
  readonly hashWords?: Uint32Array | undefined;
  /** How long the store took; absent when it was not asked, because every record was refused. */
  readonly waitMs?: number | undefined;
}

/** Who calls GetRecords, as far as it can be told. */
export interface ReaderIdentity {
  /** IP address. */
  readonly address: string;
  /** The User-Agent header: any text, also an empty one. */
  readonly agent: string;
}

/** A page or an event that was given, maybe without records. */
export interface ReadNotice {
  readonly shard: Shard;
  readonly blocks: readonly RecordBlock[];
  readonly lagMs: number;
}

/** Someone who has the records of a shard pushed. */
export interface SubscriberNotice {
  readonly shard: Shard;
  readonly consumer: RegisteredConsumer;
}

export interface ServiceEvents {
  /** Once a put that passed its checks. Arrays are the caller's: read them at once. */
  recordsPut(stream: Stream, put: PutNotice): void;
  /** Once a call of GetRecords that was answered. */
  recordsRead(stream: Stream, read: ReadNotice, reader: ReaderIdentity | undefined): void;
  /** A call of GetRecords came too soon. */
  readThrottled(stream: Stream, shard: Shard): void;
  /** Once an event with records. */
  recordsPushed(stream: Stream, read: ReadNotice, consumer: RegisteredConsumer): void;
  subscriptionStarted(stream: Stream, subscriber: SubscriberNotice): void;
  /** Once for each that started, whyever it ended. */
  subscriptionEnded(stream: Stream, subscriber: SubscriberNotice): void;
  /** After the change is durable. */
  catalogChanged(event: CatalogEvent): void;
  /** The store would not take or give records; the caller was told InternalFailure or to slow down. */
  storeFailed(stream: Stream, error: Error): void;
  /** A change was accepted but could not be carried out; it will be tried again. */
  transitionFailed(stream: Stream, error: unknown): void;
  /** A file of a channel could not be written; it will be tried again. */
  deliveryFailed(stream: Stream, channel: string, error: unknown): void;
  sweepFailed(error: unknown): void;
}

/** Tells all of them, in this order. */
export function toAll(listeners: readonly Partial<ServiceEvents>[]): ServiceEvents {
  const tell = (each: (listener: Partial<ServiceEvents>) => void) => listeners.forEach(each);
  return {
    recordsPut: (stream, put) => tell((to) => to.recordsPut?.(stream, put)),
    recordsRead: (stream, read, reader) => tell((to) => to.recordsRead?.(stream, read, reader)),
    readThrottled: (stream, shard) => tell((to) => to.readThrottled?.(stream, shard)),
    recordsPushed: (stream, read, consumer) => tell((to) => to.recordsPushed?.(stream, read, consumer)),
    subscriptionStarted: (stream, subscriber) => tell((to) => to.subscriptionStarted?.(stream, subscriber)),
    subscriptionEnded: (stream, subscriber) => tell((to) => to.subscriptionEnded?.(stream, subscriber)),
    catalogChanged: (event) => tell((to) => to.catalogChanged?.(event)),
    storeFailed: (stream, error) => tell((to) => to.storeFailed?.(stream, error)),
    transitionFailed: (stream, error) => tell((to) => to.transitionFailed?.(stream, error)),
    deliveryFailed: (stream, channel, error) => tell((to) => to.deliveryFailed?.(stream, channel, error)),
    sweepFailed: (error) => tell((to) => to.sweepFailed?.(error)),
  };
}
