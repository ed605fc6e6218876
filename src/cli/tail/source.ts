/** What a tail reads: one or more streams, from where, how fast, as one sequence of batches. */
import type { ShardPlaces } from '../../client/checkpoint.ts';
import type { Consumer } from '../../client/consumer.ts';
import { mergeAsTheyCome, mergeByArrival, type Source } from '../../client/merge.ts';
import { PageShare } from '../../client/page-share.ts';
import { ByteBudget, type Pace } from '../../client/poll.ts';
import type { Position } from '../../client/position.ts';
import type { HashRangeText } from '../../client/records-page.ts';
import type { ShardBatch } from '../../client/shard-reader.ts';
import { CONSUMER_BYTES_MAX } from '../../model/limits.ts';
import { SECOND_MS } from '../../model/time.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { namedShards } from '../observe.ts';
import { consumerOf, positionOf, untilOf } from '../record/reading.ts';
import { checkShards, shardPosition } from '../replay/start.ts';
import type { TailOptions } from '../table/tail.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { parsePosition } from '../times.ts';
import type { FanOut } from './fan-out.ts';
import { presentPlaces } from './horizon.ts';
import { savedPlaces } from './saved-places.ts';

export type Options = Call<TailOptions>['options'];

/** A batch with where it came from. */
export interface TailBatch extends ShardBatch {
  readonly stream: string;
  /** Of the shard. */
  readonly hashRange: HashRangeText | undefined;
}

export interface TailSourceOptions {
  readonly streams: readonly OpenStream[];
  readonly fanOut: FanOut;
  readonly options: Options;
  readonly from: string;
  readonly follow: boolean;
  readonly onShardStart: (stream: string, shardId: string, from: Position) => void;
  readonly onNothing: (stream: string, shardId: string) => void;
  readonly onTrouble: () => void;
  /** Ends all reading. */
  readonly signal: AbortSignal;
}

/** Of the five reads a second that all readers of a shard share, these are taken on AWS. */
const SHARE = 2;

/** Whether a tail goes on at the tip. */
export function follows(context: Context, options: Options): boolean {
  const untilMs = untilTime(context, options);
  return options.follow && options.until !== 'latest' && (untilMs === undefined || untilMs > context.clock.now());
}

/** Batches of all streams; leaving the loop ends all reading. */
export async function tailBatches(context: Context, source: TailSourceOptions): Promise<AsyncGenerator<TailBatch>> {
  const { streams, from, options } = source;
  const saved = from.startsWith('@') ? await savedPlaces(from.slice(1), streams) : undefined;
  const named = from.startsWith('lsn:') ? shardPlace(context, from) : undefined;
  const position = saved === undefined && named === undefined ? positionOf(context, from) : undefined;
  if (streams.length > 1 && (named !== undefined || (position !== undefined && 'sequenceNumber' in position))) {
    throw usageError('a place in a shard belongs to one stream', 'Tail the streams one by one.');
  }
  if (named !== undefined) await checkShards(streams[0]!, [...named.keys()]);
  const perSecond = options.maxBytes?.perSecond;
  const budget = perSecond === undefined ? undefined : new ByteBudget(perSecond, context.clock);
  const pages = new PageShare(CONSUMER_BYTES_MAX);
  const begin: Source<TailBatch, void>[] = [];
  for (const stream of streams) {
    const { strict } = options;
    const places = await presentPlaces({ stream, position, places: named ?? saved?.get(stream.name), strict });
    const shard = await namedShards(stream, options.shard);
    const pace = paceOf(stream, options, budget);
    const consumer = readingOf(stream, { source, position, places, pace, pages, shard });
    begin.push({ name: stream.name, batches: labelled(stream.name, consumer) });
  }
  const sources = { begin, follow: async () => ({ next: [] }) };
  if (begin.length === 1) return begin[0]!.batches;
  return isSorted(source) ? mergeByArrival(sources) : mergeAsTheyCome(sources);
}

/** `lsn:<shard>@<position>`: that shard alone, and what follows it. */
function shardPlace(context: Context, from: string): ShardPlaces {
  const { shard, position } = shardPosition(context, from);
  return new Map([[shard!, { position }]]);
}

/** What is stored can be put in order while it is read; only what is still to come needs a window. */
function isSorted({ options, follow }: Pick<TailSourceOptions, 'options' | 'follow'>): boolean {
  return (options.order ?? 'arrival') !== 'arrival' && !follow;
}

interface ConsumerPlan {
  readonly source: TailSourceOptions;
  readonly position: Position | undefined;
  readonly places: ShardPlaces | undefined;
  readonly pace: Pace;
  readonly pages: PageShare;
  readonly shard: readonly string[];
}

function readingOf(stream: OpenStream, { source, position, places, pace, pages, shard }: ConsumerPlan): Consumer {
  const { options, follow, onShardStart, onNothing, onTrouble, signal } = source;
  const { context } = stream;
  return consumerOf(stream, {
    from: position ?? { at: 'horizon' },
    positions: places === undefined ? undefined : new Map([...places].map(([id, place]) => [id, place.position])),
    untilMs: untilTime(context, options),
    follow,
    shard,
    order: isSorted(source) ? 'time' : 'arrival',
    pace,
    pages,
    read: source.fanOut.readerOf(stream),
    onShardStart: (shardId, from) => onShardStart(stream.name, shardId, from),
    onNothing: (shardId) => onNothing(stream.name, shardId),
    onTrouble,
    signal,
  });
}

async function* labelled(stream: string, consumer: Consumer): AsyncGenerator<TailBatch, void> {
  for await (const batch of consumer.batches()) {
    yield { ...batch, stream, hashRange: consumer.hashRangeOf(batch.shardId) };
  }
}

function untilTime(context: Context, { until, from }: Options): number | undefined {
  if (until === 'latest') return undefined;
  const position = from === undefined || /^(@|lsn:)/.test(from) ? undefined : parsePosition(from, context.moment);
  return untilOf(context, until, position?.at === 'time' ? position.ms : undefined);
}

/** On AWS others read the shard too. */
function paceOf({ target }: OpenStream, options: Options, budget: ByteBudget | undefined): Pace {
  const isShared = /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(target.endpoint).hostname);
  const share = options.share ?? (isShared ? SHARE : undefined);
  return { apartMs: share === undefined ? undefined : SECOND_MS / share, pollMs: options.poll, budget };
}
