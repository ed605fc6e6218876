/**
 * Names that completion offers without asking a server: one file a target, kept warm by every command that has them
 * anyway. Losing it costs a question.
 */
import { join } from 'node:path';
import { readNow, writeNow } from '../../runtime/small-files.ts';
import type { Target } from '../target/target.ts';
import type { SeenField } from './seen-fields.ts';

export interface CachedShard {
  readonly id: string;
  /** First and last hash key. */
  readonly start: string;
  readonly end: string;
  readonly open: boolean;
}

/** A shard as the API lists it. */
export interface ApiShard {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string | undefined };
}

/** What is remembered of a shard. */
export function cachedShard({ ShardId, HashKeyRange, SequenceNumberRange }: ApiShard): CachedShard {
  const { StartingHashKey: start, EndingHashKey: end } = HashKeyRange;
  return { id: ShardId, start, end, open: SequenceNumberRange.EndingSequenceNumber === undefined };
}

export interface CachedNames {
  /** When all streams were listed last; 0: never. */
  readonly streamsAtMs: number;
  readonly streams: readonly string[];
  readonly shards: Readonly<Record<string, { readonly atMs: number; readonly shards: readonly CachedShard[] }>>;
  /** By stream, as they were listed last. */
  readonly consumers?: Readonly<Record<string, readonly string[]>> | undefined;
  /** By stream: what was in records that were read. */
  readonly fields?: Readonly<Record<string, readonly SeenField[]>> | undefined;
}

/** More streams than anyone reads from a list, and their shards would make the file slow. */
const STREAMS_MAX = 5_000;
const SHARD_LISTS_MAX = 20;
const SHARDS_MAX = 1_000;

const noNames: CachedNames = { streamsAtMs: 0, streams: [], shards: {} };

/** What the cache calls a target: its context's name, with the profile where that was chosen on the line, or its endpoint. */
export function targetKey({ context, endpoint, profile }: Pick<Target, 'context' | 'endpoint' | 'profile'>): string {
  if (context === 'endpoint') return endpoint;
  return context === 'aws' && profile !== undefined ? `aws ${profile}` : context;
}

/** The file of a target. */
export function cachePath(folder: string, target: string): string {
  return join(folder, 'complete', `${encodeURIComponent(target)}.json`);
}

/** What is known of a target; a file that cannot be read is none. */
export function readNames(path: string): CachedNames {
  try {
    const names = JSON.parse(readNow(path) ?? '') as CachedNames;
    return Array.isArray(names.streams) && typeof names.shards === 'object' ? names : noNames;
  } catch {
    return noNames;
  }
}

/** Remembers the streams of a target: all of them, where they were listed. */
export function rememberStreams(path: string, streams: readonly string[], nowMs: number): void {
  const known = readNames(path);
  writeNow(path, JSON.stringify({ ...known, streamsAtMs: nowMs, streams: streams.slice(0, STREAMS_MAX) }));
}

/** Remembers that there is a stream, where that is not known yet. */
export function rememberStream(path: string, name: string): void {
  const known = readNames(path);
  if (known.streams.includes(name) || known.streams.length >= STREAMS_MAX) return;
  writeNow(path, JSON.stringify({ ...known, streams: [...known.streams, name].sort() }));
}

/** Remembers that a stream is gone. */
export function forgetStream(path: string, name: string): void {
  const known = readNames(path);
  if (!known.streams.includes(name)) return;
  writeNow(path, JSON.stringify({ ...known, streams: known.streams.filter((one) => one !== name) }));
}

/** Remembers the shards of a stream; those of the streams asked for last are kept. */
export function rememberShards(
  path: string,
  stream: string,
  { shards, nowMs }: { readonly shards: readonly CachedShard[]; readonly nowMs: number },
): void {
  const known = readNames(path);
  const others = Object.entries(known.shards).filter(([name]) => name !== stream);
  const kept = [
    ...others.slice(1 - SHARD_LISTS_MAX),
    [stream, { atMs: nowMs, shards: shards.slice(0, SHARDS_MAX) }] as const,
  ];
  writeNow(path, JSON.stringify({ ...known, shards: Object.fromEntries(kept) }));
}

/** Remembers the registered consumers of a stream. */
export function rememberConsumers(path: string, stream: string, consumers: readonly string[]): void {
  const known = readNames(path);
  writeNow(path, JSON.stringify({ ...known, consumers: withLatest(known.consumers, stream, consumers) }));
}

/** Remembers what fields records of a stream have. */
export function rememberFields(path: string, stream: string, fields: readonly SeenField[]): void {
  const known = readNames(path);
  writeNow(path, JSON.stringify({ ...known, fields: withLatest(known.fields, stream, fields) }));
}

/** The streams asked for last are kept. */
function withLatest<T>(known: Readonly<Record<string, T>> | undefined, stream: string, value: T): Record<string, T> {
  const others = Object.entries(known ?? {}).filter(([name]) => name !== stream);
  return Object.fromEntries([...others.slice(1 - SHARD_LISTS_MAX), [stream, value]]);
}
