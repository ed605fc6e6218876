/**
 * Which shard takes a record: the MD5 of its partition key, or its explicit hash key, looked up among the open shards'
 * hash ranges. Works on four 32-bit words a key, straight from the arena: no BigInt and no object per record. Pure.
 */
import { byStart } from './hash-range.ts';
import { md5 } from './md5.ts';
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBatch } from './record-batch.ts';
import type { Shard } from './shard.ts';

export interface Router {
  /** Open shards by hash range; together they hold every hash key once. */
  readonly shards: readonly Shard[];
  /** Four words, most significant first, of each shard's first hash key. */
  readonly starts: Uint32Array;
}

/** Where the records of a batch go. */
export interface PlacedBatch {
  /** For each record the position in `router.shards` of the shard that takes it. */
  readonly shardOf: Uint32Array;
  /** The most significant word of each record's hash key; absent where keys play no part. */
  readonly hashWords?: Uint32Array;
}

/** A batch dealt out: the records of `router.shards[i]` are `order.subarray(bounds[i], bounds[i + 1])`, ascending. */
export interface DealtBatch {
  readonly order: Uint32Array;
  readonly bounds: Uint32Array;
}

/** A router over the open ones of `shards`. */
export function routerOf(shards: readonly Shard[]): Router {
  const open = shards.filter((shard) => shard.closedMs === undefined).sort((a, b) => byStart(a.range, b.range));
  const starts = new Uint32Array(open.length * 4);
  for (const [i, shard] of open.entries()) {
    for (let word = 0; word < 4; word++) {
      starts[i * 4 + word] = Number((shard.range.start >> BigInt(96 - 32 * word)) & 0xffff_ffffn);
    }
  }
  return { shards: open, starts };
}

/** How many values a word has. */
const WORDS = 2 ** 32;

/** Position in `router.shards` of the shard that holds a hash key of four words. */
function shardHolding(router: Router, hashKey: Uint32Array): number {
  const { starts } = router;
  let low = 0;
  let high = router.shards.length - 1;
  // Most streams have ranges of about one size: the first guess is right, or next to it.
  const guess = Math.floor((hashKey[0]! / WORDS) * (high + 1));
  if (isAtOrAbove(hashKey, starts, guess * 4)) {
    low = guess;
    if (guess < high && !isAtOrAbove(hashKey, starts, guess * 4 + 4)) return guess;
  } else high = guess - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isAtOrAbove(hashKey, starts, middle * 4)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isAtOrAbove(hashKey: Uint32Array, starts: Uint32Array, at: number): boolean {
  for (let word = 0; word < 4; word++) {
    const given = hashKey[word]!;
    const start = starts[at + word]!;
    if (given !== start) return given > start;
  }
  return true;
}

/** An explicit hash key under way; nothing in here waits. */
const explicit = new Uint32Array(4);

/** The four words of the hash key of record `i` of a batch; read them before the next one is asked for. */
function hashKeyOf(batch: RecordBatch, i: number): Uint32Array {
  const { arena } = batch;
  const start = batch.starts[i]!;
  const keyStart = start + RECORD_HEADER_BYTES;
  const keyEnd = keyStart + (arena[start]! | (arena[start + 1]! << 8));
  if ((arena[start + 2]! & RECORD_FLAG.EXPLICIT_HASH) === 0) return md5(arena, keyStart, keyEnd);
  for (let word = 0; word < 4; word++) {
    const at = keyEnd + word * 4;
    explicit[word] = (arena[at]! << 24) | (arena[at + 1]! << 16) | (arena[at + 2]! << 8) | arena[at + 3]!;
  }
  return explicit;
}

/** Places each record by its hash key. */
export function routeBatch(router: Router, batch: RecordBatch): Required<PlacedBatch> {
  const shardOf = new Uint32Array(batch.count);
  const hashWords = new Uint32Array(batch.count);
  for (let i = 0; i < batch.count; i++) {
    const hashKey = hashKeyOf(batch, i);
    hashWords[i] = hashKey[0]!;
    shardOf[i] = shardHolding(router, hashKey);
  }
  return { shardOf, hashWords };
}

/** Sorts the records of a routed batch by shard, keeping their order within each (a counting sort). */
export function dealBatch(shardOf: Uint32Array, shards: number): DealtBatch {
  const bounds = new Uint32Array(shards + 1);
  for (let i = 0; i < shardOf.length; i++) bounds[shardOf[i]! + 1]! += 1;
  for (let shard = 0; shard < shards; shard++) bounds[shard + 1]! += bounds[shard]!;
  const next = bounds.slice(0, shards);
  const order = new Uint32Array(shardOf.length);
  for (let i = 0; i < shardOf.length; i++) {
    const shard = shardOf[i]!;
    order[next[shard]!] = i;
    next[shard]! += 1;
  }
  return { order, bounds };
}
