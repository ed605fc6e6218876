/** What the one writer of a store is made from. */
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { HotTail } from './hot-tail.ts';
import type { Segment } from './segment.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** 'always': acknowledged once on disk. 'interval': once written, synced every 50 ms. 'os': once written. */
export type DurabilityMode = 'always' | 'interval' | 'os';

export interface LaneOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly durability: DurabilityMode;
  readonly segmentBytesMax: number;
  readonly waitingBytesMax: number;
  /** What has to wait for a commit to begin beside another. */
  readonly secondCommitBytesMin: number | undefined;
  readonly writer: SegmentWriter;
  readonly hotTail: HotTail;
  /** A segment has ended and will not change any more. */
  readonly onSealed: (segment: Segment) => void;
  /** 'resumed': an earlier run wrote the segment. 'restated': and shards go on elsewhere than its last blocks say. */
  readonly start: 'new' | 'resumed' | 'restated';
}
