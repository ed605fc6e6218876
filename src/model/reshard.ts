/**
 * Splits, merges and uniform scaling, decided as values: which shards close and which open, with genuine lineage.
 * Children open at the instant their parents close, so the hash space shows no gap. Pure.
 */
import assert from 'node:assert/strict';
import { byStart, canSplitAt, evenBoundary, isAdjacent, joinRanges, splitRange } from './hash-range.ts';
import { middleOf } from './on-demand.ts';
import type { HashRange, Shard } from './shard.ts';
import type { ShardKey } from './shard-key.ts';
import type { Stream } from './stream.ts';
import { type EpochMs, SECOND_MS } from './time.ts';

export interface Reshard {
  /** The instant at which parents close and children open. */
  readonly atMs: EpochMs;
  /** Indexes of the stream's shards that close, ascending. */
  readonly closed: readonly number[];
  /** New shards, ascending by index. Those that scaling needs on its way only are closed already. */
  readonly opened: readonly Shard[];
}

export interface ReshardContext {
  readonly nowMs: EpochMs;
  /** Keys of the new shards are dealt from here on. */
  readonly firstKey: ShardKey;
}

/** An existing boundary this near an ideal one counts as that one: integer division makes them differ by a key or two. */
const BOUNDARY_TOLERANCE = 64n;

/** One shard becomes two; the upper one begins at `at`. */
export function decideSplit(stream: Stream, change: { index: number; at: bigint }, context: ReshardContext): Reshard {
  const draft = new Draft(stream, context);
  draft.split(draft.openShard(change.index), change.at);
  return draft.result();
}

/** Two neighbours become one; `first` lies below `second`. */
export function decideMerge(
  stream: Stream,
  change: { first: number; second: number },
  context: ReshardContext,
): Reshard {
  const draft = new Draft(stream, context);
  draft.merge(draft.openShard(change.first), draft.openShard(change.second));
  return draft.result();
}

/** Each of the shards becomes two halves. */
export function decideGrowth(stream: Stream, indexes: readonly number[], context: ReshardContext): Reshard {
  const draft = new Draft(stream, context);
  for (const shard of indexes.map((index) => draft.openShard(index))) draft.split(shard, middleOf(shard.range));
  return draft.result();
}

/**
 * `target` even shards: every shard is split at each even boundary inside it, then the pieces of each even range are
 * merged. Doubling and halving need no shards in between.
 */
export function planUniform(stream: Stream, target: number, context: ReshardContext): Reshard {
  const draft = new Draft(stream, context);
  const bounds = Array.from({ length: target }, (_, i) => draft.boundaryNear(evenBoundary(i, target)));
  for (const bound of bounds) {
    const shard = draft.holding(bound);
    if (shard.range.start !== bound) draft.split(shard, bound);
  }
  const kept = new Set(bounds);
  const [first, ...others] = [...draft.open];
  let whole = first!;
  for (const shard of others) whole = kept.has(shard.range.start) ? shard : draft.merge(whole, shard);
  return draft.result();
}

/** The open shards under change. Lives for one decision. */
class Draft {
  readonly #atMs: EpochMs;
  readonly #closed: number[] = [];
  readonly #opened: Shard[] = [];
  readonly #stream: Stream;
  readonly #firstKey: ShardKey;
  /** Ascending by hash range; without gaps, so neighbours stand side by side. */
  readonly #open: Shard[];

  constructor(stream: Stream, context: ReshardContext) {
    this.#stream = stream;
    this.#firstKey = context.firstKey;
    this.#open = stream.shards
      .filter((shard) => shard.closedMs === undefined)
      .sort((a, b) => byStart(a.range, b.range));
    // A clock that was set back must not close a shard before it opened.
    this.#atMs = this.#open.reduce((latest, shard) => Math.max(latest, shard.openedMs), context.nowMs);
  }

  get open(): readonly Shard[] {
    return this.#open;
  }

  openShard(index: number): Shard {
    const shard = this.#open.find((candidate) => candidate.index === index);
    assert(shard !== undefined, `shard ${index} is not open`);
    return shard;
  }

  holding(hashKey: bigint): Shard {
    return this.#open[this.#positionOf(hashKey)]!;
  }

  #positionOf(hashKey: bigint): number {
    let low = 0;
    let high = this.#open.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#open[middle]!.range.start <= hashKey) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  boundaryNear(ideal: bigint): bigint {
    const position = this.#positionOf(ideal);
    const below = this.#open[position]!.range.start;
    const above = this.#open[position + 1]?.range.start;
    if (ideal - below <= BOUNDARY_TOLERANCE) return below;
    return above !== undefined && above - ideal <= BOUNDARY_TOLERANCE ? above : ideal;
  }

  split(parent: Shard, at: bigint): void {
    assert(canSplitAt(parent.range, at));
    this.#replace([parent], splitRange(parent.range, at));
  }

  merge(first: Shard, second: Shard): Shard {
    assert(isAdjacent(first.range, second.range));
    return this.#replace([first, second], [joinRanges(first.range, second.range)])[0]!;
  }

  #replace(parents: readonly Shard[], ranges: readonly HashRange[]): readonly Shard[] {
    const nowSeconds = Math.floor(this.#atMs / SECOND_MS);
    const creationSeconds = Math.max(nowSeconds, ...parents.map((parent) => parent.creationSeconds + 1));
    const parentIndexes = parents.map((parent) => parent.index);
    const children = ranges.map((range, i): Shard => {
      const nth = this.#opened.length + i;
      const key = (this.#firstKey + nth) as ShardKey;
      const index = this.#stream.nextShardIndex + nth;
      return { key, index, creationSeconds, range, parents: parentIndexes, openedMs: this.#atMs, horizonMs: 0 };
    });
    for (const parent of parents) this.#close(parent);
    this.#opened.push(...children);
    this.#open.splice(this.#open.indexOf(parents[0]!), parents.length, ...children);
    return children;
  }

  #close(shard: Shard): void {
    const nth = shard.index - this.#stream.nextShardIndex;
    if (nth < 0) this.#closed.push(shard.index);
    else this.#opened[nth] = { ...shard, closedMs: this.#atMs };
  }

  result(): Reshard {
    return { atMs: this.#atMs, closed: this.#closed.sort((a, b) => a - b), opened: this.#opened };
  }
}
