/** Where a reader starts, and how the API is told. Pure. */
import type { EpochMs } from '../model/time.ts';

export type Position =
  | { readonly at: 'latest' }
  | { readonly at: 'horizon' }
  /** The first record that arrived at or after the time. */
  | { readonly at: 'time'; readonly ms: EpochMs }
  /** The record with that number (or the first above it), or the one behind it. Names a place in one shard. */
  | { readonly at: 'number' | 'afterNumber'; readonly sequenceNumber: string };

/** GetShardIterator's members for a position. */
export function iteratorInput(position: Position): IteratorInput {
  switch (position.at) {
    case 'latest':
      return { ShardIteratorType: 'LATEST' };
    case 'horizon':
      return { ShardIteratorType: 'TRIM_HORIZON' };
    case 'time':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: position.ms };
    case 'number':
      return { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequenceNumber };
    case 'afterNumber':
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequenceNumber };
  }
}

interface IteratorInput {
  readonly ShardIteratorType:
    | 'LATEST'
    | 'TRIM_HORIZON'
    | 'AT_TIMESTAMP'
    | 'AT_SEQUENCE_NUMBER'
    | 'AFTER_SEQUENCE_NUMBER';
  readonly StartingSequenceNumber?: string;
  readonly Timestamp?: EpochMs;
}
