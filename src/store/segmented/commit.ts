/**
 * A commit: what waits, made into one block. Records are copied once, into an arena of which readers will be given views.
 */
import type { AppendSlice, RecordBlock } from '../../model/record-batch.ts';
import type { Offset } from '../../model/shard-key.ts';
import { copyPicks } from '../copy-picks.ts';
import type { StoreError } from '../store.ts';
import { type CipherKeys, TAG_BYTES } from './cipher.ts';
import { encryptRuns, isSecret } from './encrypted-runs.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_KIND,
  blockSeed,
  finishBlock,
  freshBytes,
  type LanePosition,
  RUN_FLAG,
  RUN_HEADER_BYTES,
  type SegmentName,
  viewOf,
  writeRunHeader,
} from './frame.ts';
import type { ShardState } from './shard-state.ts';

/** One slice to append, or (without a slice) a statement that the shard exists as it is now. */
export interface Part {
  readonly shard: ShardState;
  readonly slice?: AppendSlice;
  readonly bytes: number;
  /** Filled in by the commit. */
  first: number;
  /** Filled in by the commit. */
  arrivalMs: number;
  /** The shard was dropped before its turn came: nothing was written. */
  gone: boolean;
}

/** Called once: with nothing when what was asked is as durable as the lane promises, else with why not. */
export type Settle = (error: StoreError | undefined) => void;

/** What one call asks of the lane; all of it goes into one commit. */
export interface Waiting {
  readonly parts: readonly Part[];
  readonly bytes: number;
  readonly settle: Settle;
}

/** The run of one shard in a commit. `records` is absent for a bare statement. */
export interface CommittedRun {
  readonly shard: ShardState;
  readonly records: RecordBlock | undefined;
  readonly bytes: number;
}

export interface Commit {
  readonly number: number;
  readonly position: number;
  readonly block: Uint8Array;
  readonly runs: readonly CommittedRun[];
  readonly waiting: readonly Waiting[];
  /** Holds a statement (a new or sealed shard), which is synced in every mode. */
  readonly states: boolean;
}

/** Exactly so many bytes, with arbitrary contents. */
type Take = (bytes: number) => Uint8Array;

/** Where a block goes and what it says of the lane. */
export interface BlockPlace {
  readonly segment: SegmentName;
  readonly position: number;
  readonly commit: number;
  readonly durable: LanePosition;
  readonly nowMs: number;
  /** For records that are to be encrypted; without keys nothing is. */
  readonly keys?: CipherKeys | undefined;
}

/** Deals offsets and arrival times to what waits, and builds its block, in memory that `take` gives. */
export function buildCommit(waiting: readonly Waiting[], place: BlockPlace, take: Take = freshBytes): Commit {
  const runs = runsOf(waiting);
  let bytes = 0;
  let records = 0;
  for (const run of runs) {
    for (const part of run) {
      bytes += part.bytes;
      records += part.slice?.picks.length ?? 0;
    }
  }
  const dataStart = BLOCK_HEADER_BYTES + runs.length * RUN_HEADER_BYTES;
  const block = take(dataStart + bytes);
  const filling = {
    block,
    view: viewOf(block),
    starts: new Uint32Array(records + runs.length),
    at: dataStart,
    index: 0,
  };
  const committed = runs.map((run, i) => fillRun(filling, run, { i, nowMs: place.nowMs }));
  const states = runs.some((run) => run.some((part) => part.slice === undefined));
  return { number: place.commit, position: place.position, ...finished(block, committed, place), waiting, states };
}

/** The block as it goes to the disk. Records stay plain in the arena it was built in, which readers see. */
function finished(
  plain: Uint8Array,
  runs: readonly CommittedRun[],
  { keys, commit, durable, nowMs, segment, position }: BlockPlace,
): Pick<Commit, 'block' | 'runs'> {
  const secret = keys === undefined ? [] : runs.map(({ records }) => isSecret(records));
  const cipher = secret.includes(true) ? keys!.fresh() : undefined;
  const block = cipher === undefined ? plain : encryptRuns(plain, secret, cipher);
  const fields = { kind: BLOCK_KIND.DATA, flags: 0, runs: runs.length, commit, arrivalMs: nowMs, durable };
  finishBlock(block, { ...fields, cipher: cipher?.bytes }, blockSeed(segment, position));
  if (cipher === undefined) return { block, runs };
  return { block, runs: runs.map((run, i) => (secret[i] ? { ...run, bytes: run.bytes + TAG_BYTES } : run)) };
}

/** A block without records: a snapshot of the given shards, a marker or a seal. */
export function buildPlainBlock(
  kind: number,
  flags: number,
  { shards = [], ...place }: BlockPlace & { readonly shards?: readonly ShardState[] },
): Uint8Array {
  const block = new Uint8Array(BLOCK_HEADER_BYTES + shards.length * RUN_HEADER_BYTES);
  const view = viewOf(block);
  const ordered = [...shards].sort((a, b) => a.key - b.key);
  for (const [i, shard] of ordered.entries()) writeStatement(view, i, shard);
  finishBlock(
    block,
    { kind, flags, runs: shards.length, commit: place.commit, arrivalMs: place.nowMs, durable: place.durable },
    blockSeed(place.segment, place.position),
  );
  return block;
}

/** The parts of each shard, shards ascending, parts in the order in which they came. */
function runsOf(waiting: readonly Waiting[]): Part[][] {
  const byShard = new Map<ShardState, Part[]>();
  for (const { parts } of waiting) {
    for (const part of parts) {
      part.gone = part.shard.dropped;
      if (part.gone) continue;
      const run = byShard.get(part.shard);
      if (run === undefined) byShard.set(part.shard, [part]);
      else run.push(part);
    }
  }
  return [...byShard.values()].sort((a, b) => a[0]!.shard.key - b[0]!.shard.key);
}

interface Filling {
  readonly block: Uint8Array;
  readonly view: DataView;
  /** Of all runs, one after the other, each with one entry more than it has records. */
  readonly starts: Uint32Array;
  at: number;
  index: number;
}

function fillRun(filling: Filling, parts: readonly Part[], { i, nowMs }: { i: number; nowMs: number }): CommittedRun {
  const { shard } = parts[0]!;
  const { block, view, starts } = filling;
  const [first, start, index] = [shard.dealt, filling.at, filling.index];
  const arrivalMs = Math.max(shard.arrivalMs, nowMs);
  for (const part of parts) {
    part.first = shard.dealt;
    part.arrivalMs = arrivalMs;
    if (part.slice === undefined) continue;
    filling.at = copyPicks(part.slice, { arena: block, starts, at: filling.at, index: filling.index });
    filling.index += part.slice.picks.length;
    shard.dealt += part.slice.picks.length;
  }
  const count = shard.dealt - first;
  if (count > 0) shard.arrivalMs = arrivalMs;
  starts[filling.index++] = filling.at;
  const flags = shard.sealed ? RUN_FLAG.SEALED : 0;
  writeRunHeader(view, i, { shard: shard.key, flags, count, start, first, arrivalMs: shard.arrivalMs });
  const records: RecordBlock | undefined =
    count === 0
      ? undefined
      : {
          arena: block,
          starts: starts.subarray(index, index + count + 1),
          count,
          first: first as Offset,
          next: shard.dealt as Offset,
          arrivalMs,
        };
  return { shard, records, bytes: filling.at - start + RUN_HEADER_BYTES };
}

function writeStatement(view: DataView, i: number, shard: ShardState): void {
  writeRunHeader(view, i, {
    shard: shard.key,
    flags: shard.sealed ? RUN_FLAG.SEALED : 0,
    count: 0,
    start: view.byteLength,
    first: shard.dealt,
    arrivalMs: shard.arrivalMs,
  });
}
