/** Where to split and what may merge, and how the key space looks. Pure. */
import { hashKeyOf } from '../../client/hash-key.ts';
import { balancePoint } from '../../model/balance.ts';
import { byStart, canSplitAt, isAdjacent } from '../../model/hash-range.ts';
import { HASH_KEY_MAX } from '../../model/limits.ts';
import type { HashRange } from '../../model/shard.ts';
import { isOpen, type ListedShard, openShardsLine } from '../await-stream.ts';
import { CliError, notFoundError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import { parseShard, shortShard } from '../values.ts';
import { parentsOf } from './shard-columns.ts';
import type { ShardLoad } from './shard-load.ts';

const BAR_CELLS = 48;

/** The shard a person means, as long as it takes records. */
export function openShard(shards: readonly ListedShard[], text: string): ListedShard {
  const id = parseShard(text);
  const shard = shards.find((one) => one.ShardId === id);
  if (shard === undefined) throw notFoundError(`there is no shard ${shortShard(id)}`, ...openShardsLine(shards));
  if (isOpen(shard)) return shard;
  const children = shards.filter((one) => parentsOf(one).includes(id)).map((one) => shortShard(one.ShardId));
  const went = children.length === 0 ? [] : [`It became ${children.join(' and ')}.`];
  throw new CliError(`shard ${shortShard(id)} is closed`, {
    exit: EXIT.conflict,
    lines: [...went, ...openShardsLine(shards)],
  });
}

/** The hash range of a shard. */
export function rangeOf({ HashKeyRange }: ListedShard): HashRange {
  return { start: BigInt(HashKeyRange.StartingHashKey), end: BigInt(HashKeyRange.EndingHashKey) };
}

/**
 * The first hash key of the upper child: `middle`, `ratio:0.3` (of the range), a number, or the hash of a partition key
 * (`key:u-8812`).
 */
export function splitPoint(shard: ListedShard, at: string): bigint {
  const range = rangeOf(shard);
  const point = pointOf(at, range);
  if (canSplitAt(range, point)) return point;
  throw usageError(
    `shard ${shortShard(shard.ShardId)} cannot be split at ${point}`,
    `Its hash range is ${range.start} to ${range.end}; the point must be above ${range.start + 1n} and below ${range.end}.`,
  );
}

const RATIO_PARTS = 1_000_000;

function pointOf(at: string, { start, end }: HashRange): bigint {
  const width = end - start + 1n;
  if (at === 'middle') return start + width / 2n;
  if (at.startsWith('key:')) return hashKeyOf(at.slice(4));
  if (/^\d{1,39}$/.test(at)) return BigInt(at);
  const ratio = /^ratio:(0?\.\d+)$/.exec(at)?.[1];
  if (ratio !== undefined)
    return start + (width * BigInt(Math.round(Number(ratio) * RATIO_PARTS))) / BigInt(RATIO_PARTS);
  throw usageError(
    `"${at}" is no place to split at`,
    'Write balance, middle, ratio:0.3, a hash key, or key:<partition key>.',
  );
}

/** The cuts that part a range into `parts` of the same width, ascending. */
export function evenCuts({ start, end }: HashRange, parts: number): readonly bigint[] {
  const width = end - start + 1n;
  return Array.from({ length: parts - 1 }, (_, i) => start + (width * BigInt(i + 1)) / BigInt(parts));
}

/** The cuts that part a shard into `parts` that took the same; fewer when few keys took most of it. */
export function loadCuts({ range, buckets }: ShardLoad, parts: number): readonly bigint[] {
  const cuts = Array.from({ length: parts - 1 }, (_, i) => balancePoint(range, buckets, (i + 1) / parts));
  return [...new Set(cuts.filter((cut) => cut !== undefined))];
}

/** The open shards whose hash ranges begin where this one's ends, and end where it begins. */
export function neighbours(
  shards: readonly ListedShard[],
  shard: ListedShard,
): { readonly below: ListedShard | undefined; readonly above: ListedShard | undefined } {
  const open = shards.filter(isOpen);
  return {
    below: open.find((one) => isAdjacent(rangeOf(one), rangeOf(shard))),
    above: open.find((one) => isAdjacent(rangeOf(shard), rangeOf(one))),
  };
}

/** The pair in the order the API wants, lower range first. Without a second shard, the next one up, else the one below. */
export function mergePair(
  shards: readonly ListedShard[],
  first: string,
  second: string | undefined,
): readonly [ListedShard, ListedShard] {
  const shard = openShard(shards, first);
  const { below, above } = neighbours(shards, shard);
  const other = second === undefined ? (above ?? below) : openShard(shards, second);
  if (other !== undefined && other === above) return [shard, other];
  if (other !== undefined && other === below) return [other, shard];
  const beside = [below, above].filter((one) => one !== undefined).map((one) => shortShard(one.ShardId));
  const [a, b] = [shortShard(shard.ShardId), other === undefined ? 'any' : shortShard(other.ShardId)];
  throw usageError(
    beside.length === 0 ? `shard ${a} has no neighbour` : `shards ${a} and ${b} are not neighbours`,
    ...(beside.length === 0 ? [] : [`Neighbours of ${a}: ${beside.join(' and ')}`]),
  );
}

/** The adjacent pair that took least together, of those the narrowest; undefined with a single open shard. */
export function coldestPair(
  shards: readonly ListedShard[],
  loads: ReadonlyMap<string, number>,
): readonly [ListedShard, ListedShard] | undefined {
  const open = shards.filter(isOpen).sort((a, b) => byStart(rangeOf(a), rangeOf(b)));
  const loadOf = (shard: ListedShard) => loads.get(shard.ShardId) ?? 0;
  const widthOf = (shard: ListedShard) => rangeOf(shard).end - rangeOf(shard).start;
  const pairs = open.slice(1).map((upper, i) => [open[i]!, upper] as const);
  const measured = pairs.map((pair) => {
    return { pair, load: loadOf(pair[0]) + loadOf(pair[1]), width: widthOf(pair[0]) + widthOf(pair[1]) };
  });
  measured.sort((a, b) => a.load - b.load || (a.width < b.width ? -1 : a.width > b.width ? 1 : 0));
  return measured[0]?.pair;
}

/** The key space as a bar, `|` where one shard ends: `[-----|=====|-----]`, `=` in the ranges marked. */
export function keySpaceBar(
  edges: readonly bigint[],
  marked: { readonly start: bigint; readonly end: bigint },
): string {
  const cellOf = (key: bigint) => Number((key * BigInt(BAR_CELLS)) / HASH_KEY_MAX);
  const cells: string[] = Array.from({ length: BAR_CELLS }, (_, i) => {
    const key = (HASH_KEY_MAX * BigInt(2 * i + 1)) / BigInt(2 * BAR_CELLS);
    return key >= marked.start && key <= marked.end ? '=' : '-';
  });
  for (const edge of edges) if (edge > 0n) cells[Math.min(BAR_CELLS - 1, cellOf(edge))] = '|';
  return `[${cells.join('')}]`;
}

/** First hash keys of the open shards. */
export function edgesOf(shards: readonly ListedShard[]): readonly bigint[] {
  return shards.filter(isOpen).map((shard) => BigInt(shard.HashKeyRange.StartingHashKey));
}

/** A hash key short enough for a line: `148873…`. */
export function shortKey(key: bigint): string {
  const text = String(key);
  return text.length <= 8 ? text : `${text.slice(0, 6)}…`;
}
