/** Copying the records of a slice into an arena of the engine's own: one copy, neighbours together. Pure. */
import type { AppendSlice } from '../model/record-batch.ts';

/** Where copied records go: from byte `at` of `arena`; record i of the slice starts at `starts[index + i]`. */
export interface CopyTarget {
  readonly arena: Uint8Array;
  readonly starts: Uint32Array;
  readonly at: number;
  readonly index: number;
}

/** Bytes the picked records take. */
export function pickedBytes(slice: AppendSlice): number {
  const { starts } = slice.batch;
  const { picks } = slice;
  let bytes = 0;
  for (let i = 0; i < picks.length; i++) bytes += starts[picks[i]! + 1]! - starts[picks[i]!]!;
  return bytes;
}

/** Copies the picked records in their order and returns the byte after them. Writes `starts` for each, not for the end. */
export function copyPicks(slice: AppendSlice, target: CopyTarget): number {
  const { arena, starts } = slice.batch;
  const { picks } = slice;
  let at = target.at;
  for (let i = 0; i < picks.length; ) {
    const begin = starts[picks[i]!]!;
    let last = picks[i]!;
    target.starts[target.index + i] = at;
    for (i++; i < picks.length && picks[i] === last + 1; i++) {
      last++;
      target.starts[target.index + i] = at + starts[last]! - begin;
    }
    const end = starts[last + 1]!;
    target.arena.set(arena.subarray(begin, end), at);
    at += end - begin;
  }
  return at;
}
