/**
 * A commit: what waits, made into one block. Records are copied once, into an arena of which readers will be given views.
 */
import type { AppendSlice } from '../../model/record-batch.ts';
import { copyPicks } from '../copy-picks.ts';
import type { StoreError } from '../store.ts';
import type { CipherKeys } from './cipher.ts';
import { type CommittedRuns, recordsOfRun } from './committed-runs.ts';
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

export interface Commit {
  readonly number: number;
  readonly position: number;
  readonly block: Uint8Array;
  /** In the order of the block, ascending by number; none in a marker. */
  readonly shards: readonly ShardState[];
  /** As long as `shards`. Absent without any. */
  readonly runs?: CommittedRuns | undefined;
  /** For each run whether it was encrypted on its way to the disk. Absent when none was. */
  readonly secret?: readonly boolean[] | undefined;
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
  const parts = partsOf(waiting);
  const { filling, states } = layOut(parts, take);
  const { runs, shards } = filling;
  for (let next = 0; next < parts.length; ) next = fillRun(filling, parts, { next, nowMs: place.nowMs });
  return {
    number: place.commit,
    position: place.position,
    ...finished(runs, shards, place),
    shards,
    runs,
    waiting,
    states,
  };
}

/** The block as it goes to the disk. Records stay plain in the arena it was built in, which readers see. */
function finished(
  runs: CommittedRuns,
  shards: readonly ShardState[],
  { keys, commit, durable, nowMs, segment, position }: BlockPlace,
): Pick<Commit, 'block' | 'secret'> {
  const secret = keys === undefined ? [] : shards.map((_, i) => isSecret(recordsOfRun(runs, i)));
  const cipher = secret.includes(true) ? keys!.fresh() : undefined;
  const block = cipher === undefined ? runs.arena : encryptRuns(runs.arena, secret, cipher);
  const fields = { kind: BLOCK_KIND.DATA, flags: 0, runs: shards.length, commit, arrivalMs: nowMs, durable };
  finishBlock(block, { ...fields, cipher: cipher?.bytes }, blockSeed(segment, position));
  return { block, secret: cipher && secret };
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

/** Shards ascending, the parts of each in the order in which they came. */
function partsOf(waiting: readonly Waiting[]): readonly Part[] {
  const all: Part[] = [];
  let isAscending = true;
  for (const { parts } of waiting) {
    for (const part of parts) {
      part.gone = part.shard.dropped;
      if (part.gone) continue;
      isAscending &&= all.length === 0 || all[all.length - 1]!.shard.key <= part.shard.key;
      all.push(part);
    }
  }
  return isAscending ? all : all.sort((a, b) => a.shard.key - b.shard.key);
}

/** A block under way. */
interface Filling {
  readonly runs: CommittedRuns;
  /** Of the runs that are there already. */
  readonly shards: ShardState[];
  /** Where the next record goes in the arena, and its start in `runs.starts`. */
  at: number;
  index: number;
}

function layOut(parts: readonly Part[], take: Take): { readonly filling: Filling; readonly states: boolean } {
  let bytes = 0;
  let records = 0;
  let count = 0;
  let states = false;
  let before: ShardState | undefined;
  for (const { shard, slice, bytes: partBytes } of parts) {
    bytes += partBytes;
    if (slice === undefined) states = true;
    else records += slice.picks.length;
    if (shard !== before) count++;
    before = shard;
  }
  const at = BLOCK_HEADER_BYTES + count * RUN_HEADER_BYTES;
  const arena = take(at + bytes);
  const runs = { arena, view: viewOf(arena), starts: new Uint32Array(count + records + count) };
  return { filling: { runs, shards: [], at, index: count }, states };
}

/** Fills in the run of the shard that the part with number `next` is for; returns the number of the part behind it. */
function fillRun(
  filling: Filling,
  parts: readonly Part[],
  { next, nowMs }: { readonly next: number; readonly nowMs: number },
): number {
  const { shard } = parts[next]!;
  const { runs, shards, at: start } = filling;
  const { arena, starts } = runs;
  const first = shard.dealt;
  const arrivalMs = Math.max(shard.arrivalMs, nowMs);
  starts[shards.length] = filling.index;
  let p = next;
  for (; p < parts.length && parts[p]!.shard === shard; p++) {
    const part = parts[p]!;
    part.first = shard.dealt;
    part.arrivalMs = arrivalMs;
    if (part.slice === undefined) continue;
    const { picks } = part.slice;
    filling.at = copyPicks(part.slice, { arena, starts, at: filling.at, index: filling.index });
    filling.index += picks.length;
    shard.dealt += picks.length;
  }
  starts[filling.index++] = filling.at;
  const count = shard.dealt - first;
  if (count > 0) shard.arrivalMs = arrivalMs;
  const flags = shard.sealed ? RUN_FLAG.SEALED : 0;
  const header = { shard: shard.key, flags, count, start, first, arrivalMs: shard.arrivalMs };
  writeRunHeader(runs.view, shards.length, header);
  shards.push(shard);
  return p;
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
