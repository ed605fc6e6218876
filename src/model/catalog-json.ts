/** The catalog and its events as JSON text. 128-bit values are decimal strings there. Pure. */
import type { Catalog, CatalogEvent } from './catalog.ts';
import type { Shard } from './shard.ts';
import type { Stream, Transition } from './stream.ts';

const bigintAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

export function encodeEvent(event: CatalogEvent): string {
  return JSON.stringify(event, bigintAsText);
}

/** Trusts that `text` came from encodeEvent; throws when it is no JSON. */
export function decodeEvent(text: string): CatalogEvent {
  const event = JSON.parse(text) as CatalogEvent;
  switch (event.kind) {
    case 'streamCreated':
      return { ...event, stream: revivedStream(event.stream) };
    case 'streamActivated':
      return { ...event, shards: event.shards.map(revivedShard) };
    case 'transitionStarted':
      return { ...event, transition: revivedTransition(event.transition) };
    case 'streamResharded':
      return { ...event, opened: event.opened.map(revivedShard) };
    default:
      return event;
  }
}

export function encodeCatalog(catalog: Catalog): string {
  const streams = [...catalog.streams.values()];
  return JSON.stringify({ ...catalog, streams, retired: [...catalog.retired] }, bigintAsText);
}

/** Trusts that `text` came from encodeCatalog; throws when it is no JSON. */
export function decodeCatalog(text: string): Catalog {
  const parsed = JSON.parse(text) as Omit<Catalog, 'streams' | 'retired'> & {
    readonly streams: readonly Stream[];
    readonly retired: readonly [string, number][];
  };
  const streams = new Map(parsed.streams.map((stream) => [stream.id, revivedStream(stream)]));
  return { ...parsed, streams, retired: new Map(parsed.retired) };
}

function revivedStream(stream: Stream): Stream {
  const { transition } = stream;
  const shards = stream.shards.map(revivedShard);
  return { ...stream, shards, ...(transition && { transition: revivedTransition(transition) }) };
}

function revivedShard(shard: Shard): Shard {
  return { ...shard, range: { start: BigInt(shard.range.start), end: BigInt(shard.range.end) } };
}

function revivedTransition(transition: Transition): Transition {
  const { change } = transition;
  if (change.kind !== 'split') return transition;
  return { ...transition, change: { ...change, startingHashKey: BigInt(change.startingHashKey) } };
}
