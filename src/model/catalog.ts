/**
 * All metadata as one value, and the events that change it. A journal keeps the events; replaying them gives the same
 * catalog again, so an event holds results and never asks the time. Pure.
 */
import assert from 'node:assert/strict';
import { type Channel, type DeliveredPlace, withChannel, withDelivered, withoutChannel } from './channel.ts';
import type { Commitment } from './commitment.ts';
import {
  type ConsumerPatch,
  lastConsumerSeconds,
  type RegisteredConsumer,
  withConsumer,
  withoutConsumer,
  withPatchedConsumer,
} from './consumer.ts';
import type { EncryptionCalls } from './encryption.ts';
import { type QueueEvent, withQueueEvent } from './queue.ts';
import type { Shard } from './shard.ts';
import type { ShardKey } from './shard-key.ts';
import type { Stream, StreamPatch, Transition } from './stream.ts';
import { DAY_MS, type EpochMs, SECOND_MS } from './time.ts';

export interface Catalog {
  /** Counts the starts of the service on this data. */
  readonly epoch: number;
  /** Secret of iterators and page tokens, 64 hex digits; '' before the first start. */
  readonly tokenKey: string;
  /** By id, in order of creation. */
  readonly streams: ReadonlyMap<number, Stream>;
  readonly nextStreamId: number;
  readonly nextShardKey: ShardKey;
  /** Names deleted within about a day, with the highest creation second their shards and consumers had: a new incarnation starts above. */
  readonly retired: ReadonlyMap<string, number>;
  /** By namespace; absent before the first. */
  readonly commitments?: Readonly<Record<string, Commitment>> | undefined;
}

export type CatalogEvent =
  | { readonly kind: 'serviceStarted'; readonly epoch: number; readonly tokenKey: string }
  /** CREATING, with its transition and without shards. */
  | { readonly kind: 'streamCreated'; readonly stream: Stream }
  | { readonly kind: 'streamActivated'; readonly id: number; readonly shards: readonly Shard[] }
  | {
      readonly kind: 'transitionStarted';
      readonly id: number;
      readonly transition: Transition;
      readonly scaledMs?: readonly EpochMs[] | undefined;
      readonly encryptionCalls?: EncryptionCalls | undefined;
    }
  /** Without a key: new records are not encrypted any more. */
  | { readonly kind: 'encryptionChanged'; readonly id: number; readonly keyId?: string | undefined }
  /** One event, so that no hash key is ever without a shard. */
  | {
      readonly kind: 'streamResharded';
      readonly id: number;
      readonly atMs: EpochMs;
      readonly closed: readonly number[];
      readonly opened: readonly Shard[];
    }
  | { readonly kind: 'streamDeleted'; readonly id: number; readonly atMs: EpochMs }
  /** `horizonMs`: what had expired by then, or expires by the change, stays gone. */
  | {
      readonly kind: 'retentionChanged';
      readonly id: number;
      readonly retentionHours: number;
      readonly horizonMs: EpochMs;
    }
  /** `id`: of the stream. */
  | { readonly kind: 'consumerRegistered'; readonly id: number; readonly consumer: RegisteredConsumer }
  | {
      readonly kind: 'consumerDeregistered';
      readonly id: number;
      readonly name: string;
      readonly nowMs: EpochMs;
      /** When it will be gone. */
      readonly goneMs: EpochMs;
    }
  /** Holds at once, whatever the stream is doing. */
  | { readonly kind: 'streamSet'; readonly id: number; readonly settings: StreamPatch }
  /** What the stream's transition was to set is set. */
  | { readonly kind: 'settingsSettled'; readonly id: number }
  | { readonly kind: 'consumerSet'; readonly id: number; readonly name: string; readonly settings: ConsumerPatch }
  | { readonly kind: 'commitmentChanged'; readonly namespace: string; readonly commitment: Commitment }
  /** A new channel of the stream, or one as it is now. */
  | { readonly kind: 'channelSet'; readonly id: number; readonly channel: Channel }
  | { readonly kind: 'channelDeleted'; readonly id: number; readonly channelId: string }
  | {
      readonly kind: 'channelDelivered';
      readonly id: number;
      readonly channelId: string;
      readonly places: Readonly<Record<number, DeliveredPlace>>;
    }
  | QueueEvent
  /** Retention went by: horizons move up, and closed shards without records left go. */
  | { readonly kind: 'retentionSwept'; readonly streams: readonly SweptStream[] };

interface SweptStream {
  readonly id: number;
  readonly horizonMs: EpochMs;
  /** Indexes of shards. */
  readonly expired: readonly number[];
}

export const emptyCatalog: Catalog = {
  epoch: 0,
  tokenKey: '',
  streams: new Map(),
  nextStreamId: 1,
  nextShardKey: 1 as ShardKey,
  retired: new Map(),
};

/** The key of a stream's name among all namespaces. */
export function qualifiedName(stream: Pick<Stream, 'namespace' | 'name'>): string {
  return stream.namespace === '' ? stream.name : `${stream.namespace}/${stream.name}`;
}

/** The catalog after an event. Throws an AssertionError when the event cannot belong here. */
export function applyEvent(catalog: Catalog, event: CatalogEvent): Catalog {
  switch (event.kind) {
    case 'serviceStarted':
      return { ...catalog, epoch: event.epoch, tokenKey: event.tokenKey };
    case 'streamCreated':
      return created(catalog, event.stream);
    case 'streamDeleted':
      return deleted(catalog, event.id, event.atMs);
    case 'transitionStarted':
      return withKeys(withStreams(catalog, [started(streamOf(catalog, event.id), event)]), event.transition);
    case 'streamActivated': {
      const { transition: _, ...stream } = streamOf(catalog, event.id);
      const { shards } = event;
      return withStreams(catalog, [{ ...stream, status: 'ACTIVE', shards, nextShardIndex: shards.length }]);
    }
    case 'encryptionChanged': {
      const { transition: _, encryptionKeyId: __, ...stream } = streamOf(catalog, event.id);
      const key = event.keyId === undefined ? {} : { encryptionKeyId: event.keyId };
      return withStreams(catalog, [{ ...stream, ...key, status: 'ACTIVE' }]);
    }
    case 'streamResharded':
      return withStreams(catalog, [resharded(streamOf(catalog, event.id), event)]);
    case 'retentionChanged': {
      const stream = raiseHorizon(streamOf(catalog, event.id), event.horizonMs);
      return withStreams(catalog, [{ ...stream, retentionHours: event.retentionHours }]);
    }
    case 'consumerRegistered':
      return withStreams(catalog, [withConsumer(streamOf(catalog, event.id), event.consumer)]);
    case 'consumerDeregistered':
      return withStreams(catalog, [withoutConsumer(streamOf(catalog, event.id), event.name, event)]);
    case 'streamSet':
      return withStreams(catalog, [patched(streamOf(catalog, event.id), event.settings)]);
    case 'settingsSettled':
      return withStreams(catalog, [settled(streamOf(catalog, event.id))]);
    case 'consumerSet':
      return withStreams(catalog, [withPatchedConsumer(streamOf(catalog, event.id), event.name, event.settings)]);
    case 'commitmentChanged':
      return { ...catalog, commitments: { ...catalog.commitments, [event.namespace]: event.commitment } };
    case 'channelSet':
      return withStreams(catalog, [withChannel(streamOf(catalog, event.id), event.channel)]);
    case 'channelDeleted':
      return withStreams(catalog, [withoutChannel(streamOf(catalog, event.id), event.channelId)]);
    case 'channelDelivered':
      return withStreams(catalog, [withDelivered(streamOf(catalog, event.id), event.channelId, event.places)]);
    case 'queueCreated':
    case 'queueSet':
    case 'queueDeleted':
    case 'queueMoved':
      return withStreams(catalog, [withQueueEvent(streamOf(catalog, event.id), event)]);
    case 'retentionSwept':
      return swept(catalog, event.streams);
    default:
      assert.fail(`no such catalog event: ${(event as { kind: unknown }).kind}`);
  }
}

function streamOf(catalog: Catalog, id: number): Stream {
  const stream = catalog.streams.get(id);
  assert(stream !== undefined, `the catalog has no stream of id ${id}`);
  return stream;
}

function withStreams(catalog: Catalog, changed: readonly Stream[]): Catalog {
  const streams = new Map(catalog.streams);
  for (const stream of changed) streams.set(stream.id, stream);
  return { ...catalog, streams };
}

function withKeys(catalog: Catalog, { keys }: Transition): Catalog {
  const end = (keys.first + keys.count) as ShardKey;
  return end > catalog.nextShardKey ? { ...catalog, nextShardKey: end } : catalog;
}

function created(catalog: Catalog, stream: Stream): Catalog {
  assert(stream.transition !== undefined && stream.id >= catalog.nextStreamId);
  return withKeys({ ...withStreams(catalog, [stream]), nextStreamId: stream.id + 1 }, stream.transition);
}

function deleted(catalog: Catalog, id: number, atMs: EpochMs): Catalog {
  const stream = streamOf(catalog, id);
  const streams = new Map(catalog.streams);
  streams.delete(id);
  const floor = Math.floor((atMs - DAY_MS) / SECOND_MS);
  const retired = new Map([...catalog.retired].filter(([, seconds]) => seconds > floor));
  retired.set(
    qualifiedName(stream),
    stream.shards.reduce(
      (highest, shard) => Math.max(highest, shard.creationSeconds),
      Math.max(stream.creationSeconds, lastConsumerSeconds(stream)),
    ),
  );
  return { ...catalog, streams, retired };
}

function started(stream: Stream, event: CatalogEvent & { kind: 'transitionStarted' }): Stream {
  const { transition, scaledMs, encryptionCalls } = event;
  const status = transition.change.kind === 'delete' ? 'DELETING' : 'UPDATING';
  return { ...stream, status, transition, ...(scaledMs && { scaledMs }), ...(encryptionCalls && { encryptionCalls }) };
}

/** Members that are null leave. */
function patched(stream: Stream, settings: StreamPatch): Stream {
  const merged = Object.entries({ ...stream, ...settings }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as unknown as Stream;
}

function settled(before: Stream): Stream {
  const { transition, ...stream } = before;
  assert(transition?.change.kind === 'set', 'the stream has no settings to come');
  return patched({ ...stream, status: 'ACTIVE' }, transition.change.settings);
}

function resharded(before: Stream, event: CatalogEvent & { kind: 'streamResharded' }): Stream {
  const { transition: _, ...stream } = before;
  const closing = new Set(event.closed);
  const shards = stream.shards.map((shard) => (closing.has(shard.index) ? { ...shard, closedMs: event.atMs } : shard));
  return {
    ...stream,
    status: 'ACTIVE',
    shards: [...shards, ...event.opened],
    nextShardIndex: stream.nextShardIndex + event.opened.length,
  };
}

function swept(catalog: Catalog, streams: readonly SweptStream[]): Catalog {
  const changed = streams.map(({ id, horizonMs, expired }) => {
    const stream = raiseHorizon(streamOf(catalog, id), horizonMs);
    return { ...stream, shards: stream.shards.filter((shard) => !expired.includes(shard.index)) };
  });
  return withStreams(catalog, changed);
}

function raiseHorizon(stream: Stream, horizonMs: EpochMs): Stream {
  const shards = stream.shards.map((shard) => (shard.horizonMs < horizonMs ? { ...shard, horizonMs } : shard));
  return { ...stream, shards };
}
