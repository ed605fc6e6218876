/**
 * The runs of a commit in memory: a thousand shards must not make a thousand objects, which would live as long as the hot
 * tail does and be copied by the collector while they do. What one run holds stands in the block itself.
 */
import type { RecordBlock } from '../../model/record-batch.ts';
import type { Offset } from '../../model/shard-key.ts';
import { RUN_HEADER_BYTES, readRunHeader } from './frame.ts';

/** The runs of one block, before any of it is encrypted. Views of it are given to readers. */
export interface CommittedRuns {
  readonly arena: Uint8Array;
  /** Of the arena: run headers stand in it as in every block; the header before them may not be there. */
  readonly view: DataView;
  /**
   * First, for each run, where its own begin in here. Then those, run by run: where each record starts in the arena, and
   * where the last one ends.
   */
  readonly starts: Uint32Array;
}

/** The records of run `i`: views of the block. Without records they are nothing to read, but tell the next offset. */
export function recordsOfRun({ arena, view, starts }: CommittedRuns, i: number): RecordBlock {
  const { count, first, arrivalMs } = readRunHeader(view, i);
  const own = starts[i]!;
  return {
    arena,
    starts: starts.subarray(own, own + count + 1),
    count,
    first: first as Offset,
    next: (first + count) as Offset,
    arrivalMs,
  };
}

/** What a plain run takes in its block, with its header. */
export function bytesOfRun({ view, starts }: CommittedRuns, i: number): number {
  const own = starts[i]!;
  return starts[own + readRunHeader(view, i).count]! - starts[own]! + RUN_HEADER_BYTES;
}
