/** What a put and a read give back, in columns, for the renderers: no object per record. Pure. */
import type { FaultCode } from './fault.ts';
import type { RecordBlock } from './record-batch.ts';
import type { Shard, ShardIdentity } from './shard.ts';
import type { Offset } from './shard-key.ts';
import type { EpochMs } from './time.ts';

/** The records of one put that went to one shard. Record picks[i] has offset `offsetIn(first, i)`. */
export interface PutRun {
  readonly shard: ShardIdentity;
  /** Positions in the request, ascending. */
  readonly picks: Uint32Array;
  readonly result:
    | { readonly first: Offset; readonly arrivalMs: EpochMs }
    | { readonly code: FaultCode; readonly message: string };
}

export interface PutOutcome {
  /** Records in the request; each stands in exactly one run. */
  readonly count: number;
  readonly runs: readonly PutRun[];
  /** True when the stream encrypts: the answer then says KMS, else it says nothing. */
  readonly encrypted: boolean;
}

/** Records of one shard, in order. */
export interface ReadRecords {
  readonly shard: ShardIdentity;
  readonly blocks: readonly RecordBlock[];
  /** Milliseconds between now and the last record given (or the next unread one when there is none); 0 at the tip. */
  readonly lagMs: number;
  /** Present at the end of a closed shard only: its direct children. */
  readonly children?: readonly Shard[] | undefined;
}

export interface ReadPage extends ReadRecords {
  readonly shard: Shard;
  /** Absent at the end of a closed shard. */
  readonly nextIterator?: string | undefined;
}

/** What is pushed to the subscribers at one place of a shard: one value for all of them. Without records it says that the subscription lives. */
export interface ShardEvent extends ReadRecords {
  /** A sequence number after which reading goes on behind this event; absent at the end of a closed shard. */
  readonly continuation?: string | undefined;
}
