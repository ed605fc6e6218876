/** Where to split and what may merge, and how the key space looks. Pure. */
import { createHash } from 'node:crypto';
import { HASH_KEY_MAX } from '../model/limits.ts';
import { isOpen, type ListedShard } from './await-stream.ts';
import { CliError, usageError } from './cli-error.ts';
import { EXIT } from './exit.ts';
import { parentsOf } from './shard-columns.ts';
import { parseShard, shortShard } from './values.ts';

const BAR_CELLS = 48;

/** The shard a person means, as long as it takes records. */
export function openShard(shards: readonly ListedShard[], text: string): ListedShard {
  const id = parseShard(text);
  const shard = shards.find((one) => one.ShardId === id);
  const open = shards.filter(isOpen).map((one) => shortShard(one.ShardId));
  if (shard === undefined) {
    throw new CliError(`there is no shard ${shortShard(id)}`, {
      exit: EXIT.notFound,
      lines: [`Open: ${open.join(', ')}`],
    });
  }
  if (isOpen(shard)) return shard;
  const children = shards.filter((one) => parentsOf(one).includes(id)).map((one) => shortShard(one.ShardId));
  const went = children.length === 0 ? [] : [`It became ${children.join(' and ')}.`];
  throw new CliError(`shard ${shortShard(id)} is closed`, {
    exit: EXIT.conflict,
    lines: [...went, `Open: ${open.join(', ')}`],
  });
}

/** The first hash key of the upper child: `middle`, a number, or the hash of a partition key (`key:u-8812`). */
export function splitPoint(shard: ListedShard, at: string): bigint {
  const start = BigInt(shard.HashKeyRange.StartingHashKey);
  const end = BigInt(shard.HashKeyRange.EndingHashKey);
  const point = pointOf(at, start, end);
  if (point > start + 1n && point < end) return point;
  throw usageError(
    `shard ${shortShard(shard.ShardId)} cannot be split at ${point}`,
    `Its hash range is ${start} to ${end}; the point must be above ${start + 1n} and below ${end}.`,
  );
}

function pointOf(at: string, start: bigint, end: bigint): bigint {
  if (at === 'middle') return start + (end - start + 1n) / 2n;
  if (at.startsWith('key:')) return BigInt(`0x${createHash('md5').update(at.slice(4)).digest('hex')}`);
  if (/^\d{1,39}$/.test(at)) return BigInt(at);
  throw usageError(`"${at}" is no place to split at`, 'Write middle, a hash key, or key:<partition key>.');
}

/** The pair in the order the API wants, lower range first. Without a second shard, the next one up, else the one below. */
export function mergePair(
  shards: readonly ListedShard[],
  first: string,
  second: string | undefined,
): readonly ListedShard[] {
  const open = shards.filter(isOpen);
  const shard = openShard(shards, first);
  const above = open.find((one) => adjoins(shard, one));
  const below = open.find((one) => adjoins(one, shard));
  const other = second === undefined ? (above ?? below) : openShard(shards, second);
  if (other !== undefined && other === above) return [shard, other];
  if (other !== undefined && other === below) return [other, shard];
  const neighbours = [below, above].filter((one) => one !== undefined).map((one) => shortShard(one.ShardId));
  const [a, b] = [shortShard(shard.ShardId), other === undefined ? 'any' : shortShard(other.ShardId)];
  throw usageError(
    neighbours.length === 0 ? `shard ${a} has no neighbour` : `shards ${a} and ${b} are not neighbours`,
    ...(neighbours.length === 0 ? [] : [`Neighbours of ${a}: ${neighbours.join(' and ')}`]),
  );
}

function adjoins(lower: ListedShard, upper: ListedShard): boolean {
  return BigInt(lower.HashKeyRange.EndingHashKey) + 1n === BigInt(upper.HashKeyRange.StartingHashKey);
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
