/** What uneven partition keys do to a stream: how much of the load the hottest shard gets, and how many shards that asks for. Pure. */
import { createHash } from 'node:crypto';
import { wholeShards } from './capacity.ts';

/** By partition key: its part of the load in any unit. */
export type KeyWeights = ReadonlyMap<string, number>;

/** How far beyond the even case is looked: what does not fit then is for other keys to solve. */
const TIMES_MORE_MAX = 16;
const SHARDS_LOOKED_AT_MAX = 10_000;

export interface Skew {
  readonly keys: number;
  readonly hottestKey: string;
  /** Of the whole load, 0 to 1. */
  readonly hottestShare: number;
  /** Of the load that the busiest shard gets when the keys are spread over `shards`. */
  readonly shardShare: number;
  /** The fewest that carry it; undefined when one key is more than a shard takes, or nothing looked at was enough. */
  readonly shards: number | undefined;
}

/** Spreads the keys over more and more equal shards until the busiest can carry its part of `need` (in whole shards' load). */
export function skewOf(weights: KeyWeights, need: number): Skew {
  const entries = [...weights].map(([key, weight]) => ({ key, weight, place: placeOf(key) }));
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  const hottest = entries.reduce((a, b) => (b.weight > a.weight ? b : a));
  const hottestShare = hottest.weight / total;
  const even = wholeShards(need);
  const found = { keys: entries.length, hottestKey: hottest.key, hottestShare };
  const last = hottestShare * need > 1 ? even : Math.min(SHARDS_LOOKED_AT_MAX, even * TIMES_MORE_MAX);
  let share = 0;
  for (let shards = even; shards <= last; shards++) {
    share = busiestShare(entries, shards) / total;
    if (share * need <= 1) return { ...found, shardShare: share, shards };
  }
  return { ...found, shardShare: share, shards: undefined };
}

interface Placed {
  readonly weight: number;
  /** Of the hash key in the whole space, 0 to below 1. */
  readonly place: number;
}

function busiestShare(entries: readonly Placed[], shards: number): number {
  const loads = new Float64Array(shards);
  for (const { place, weight } of entries) loads[Math.floor(place * shards)]! += weight;
  return loads.reduce((a, b) => Math.max(a, b), 0);
}

/** 48 bits of MD5 are exact in a number, and more than any count of shards tells apart. */
function placeOf(key: string): number {
  return createHash('md5').update(key).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** The keys of a text, one a line; a line that comes again weighs again. Empty lines are none. */
export function keysOfText(text: string): KeyWeights {
  const weights = new Map<string, number>();
  for (const line of text.split(/\r?\n/)) if (line !== '') weights.set(line, (weights.get(line) ?? 0) + 1);
  return weights;
}
