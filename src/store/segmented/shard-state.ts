/** What the engine knows of one shard while it runs. */
import type { Offset, ShardKey } from '../../model/shard-key.ts';
import { Watchers } from '../watchers.ts';
import { HotRuns } from './hot-tail.ts';
import { ShardIndex } from './shard-index.ts';

export class ShardState {
  readonly key: ShardKey;
  readonly index = new ShardIndex();
  readonly hot = new HotRuns();
  readonly watchers = new Watchers();
  /** The next offset to deal; runs ahead of `next` by what is under way or failed. */
  dealt = 0;
  /** Above every readable record. */
  next = 0;
  /** Trimmed below. */
  horizon = 0;
  /** Arrival of the last records dealt an offset. */
  arrivalMs = 0;
  /** Set as soon as the seal is asked for. */
  sealed = false;
  dropped = false;
  /** Reads that memory answered, and reads that went to the disk. */
  hotReads = 0;
  coldReads = 0;

  constructor(key: ShardKey) {
    this.key = key;
  }

  /** Lowest offset a reader may find a record at. */
  get first(): Offset {
    const stored = this.index.count > 0 ? this.index.entry(0).first : this.next;
    return Math.max(this.horizon, stored) as Offset;
  }

  get isEmpty(): boolean {
    return this.first >= this.next;
  }
}
