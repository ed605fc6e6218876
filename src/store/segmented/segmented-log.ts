/** Reading one shard of a segmented store: from memory at the end of the log, else from the disk. */
import { READ_WALK_BYTES_MAX } from '../../model/limits.ts';
import type { RecordBlock } from '../../model/record-batch.ts';
import type { Offset } from '../../model/shard-key.ts';
import type { EpochMs } from '../../model/time.ts';
import type { DiskFile } from '../../runtime/disk.ts';
import { type ReadLimit, type ShardLog, StoreError } from '../store.ts';
import { Taking } from '../take-records.ts';
import { type Block, BlockReader } from './block-reader.ts';
import type { CipherKeys } from './cipher.ts';
import { openRun } from './encrypted-runs.ts';
import { findRun, viewOf } from './frame.ts';
import { type HotTail, HotView } from './hot-tail.ts';
import type { Segment } from './segment.ts';
import type { Segments } from './segments.ts';
import type { Window } from './shard-index.ts';
import type { ShardState } from './shard-state.ts';

export interface LogOptions {
  readonly state: ShardState;
  readonly segments: Segments;
  readonly keys: CipherKeys | undefined;
  readonly hotTail: HotTail;
  /** Throws once the store is closed or the shard gone. */
  readonly checkThere: (state: ShardState) => void;
  readonly seal: (state: ShardState) => Promise<void>;
}

/** Takes the runs it is shown until it returns true. */
type Visit = (records: RecordBlock) => boolean;

interface Visitor {
  readonly fits: (run: RecordBlock) => boolean;
  readonly visit: Visit;
  /** Told of each block gone through, with its length; true when that was far enough. */
  readonly passed: (bytes: number) => boolean;
}

export class SegmentedLog implements ShardLog {
  readonly #options: LogOptions;
  readonly #state: ShardState;
  readonly #hot: HotView;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#hot = new HotView(options.hotTail, options.state.hot);
  }

  async range(): Promise<{ readonly first: Offset; readonly next: Offset }> {
    this.#options.checkThere(this.#state);
    const { first, next } = this.#state;
    return { first: Math.min(first, next) as Offset, next: next as Offset };
  }

  async read(from: Offset, limit: ReadLimit): Promise<readonly RecordBlock[]> {
    const state = this.#state;
    this.#options.checkThere(state);
    const taking = new Taking(limit);
    let start = Math.max(from, state.first);
    let walked = 0;
    const isFar = () => walked >= READ_WALK_BYTES_MAX && taking.blocks.length > 0;
    const visitor: Visitor = {
      fits: (run) => run.next > start,
      visit: (records) => {
        taking.take(ownOf(records), start);
        start = Math.max(start, records.next);
        return taking.full || start >= this.#hot.first;
      },
      passed: (bytes) => {
        walked += bytes;
        return isFar();
      },
    };
    if (start < state.next && start < this.#hot.first) state.coldReads += 1;
    else state.hotReads += 1;
    while (!taking.full && start < state.next) {
      if (start >= this.#hot.first) {
        for (let i = this.#hot.at(start); i < this.#hot.count && !taking.full; i++) {
          const run = this.#hot.run(i);
          this.#options.hotTail.lend(run.arena);
          taking.take(run, start);
        }
        break;
      }
      const after = await this.#visitWindow(state.index.at(start), visitor);
      if (after === undefined || isFar()) break;
      start = Math.max(start, after);
    }
    return taking.blocks;
  }

  async find(at: EpochMs): Promise<Offset> {
    const state = this.#state;
    this.#options.checkThere(state);
    let found: number | undefined;
    if (this.#hot.firstArrivalMs < at) {
      const i = this.#hot.since(at);
      found = i < this.#hot.count ? this.#hot.run(i).first : state.next;
    } else {
      const before = state.index.before(at);
      if (before < 0) return Math.min(state.first, state.next) as Offset;
      const visit: Visit = (records) => {
        found = records.first;
        return true;
      };
      const after = await this.#visitWindow(before, { fits: (run) => run.arrivalMs >= at, visit, passed: () => false });
      found ??= after ?? state.next;
    }
    return Math.min(Math.max(found, state.first), state.next) as Offset;
  }

  async seal(): Promise<void> {
    this.#options.checkThere(this.#state);
    await this.#options.seal(this.#state);
  }

  watch(signal: AbortSignal): AsyncIterable<Offset> {
    return this.#state.watchers.watch(signal);
  }

  /**
   * Shows the runs that fit, from index entry `i` on, until `visit` has enough. Stops at the end of that segment.
   * Returns the offset below which nothing more fits, or undefined at the end of the log.
   */
  async #visitWindow(i: number, visitor: Visitor): Promise<number | undefined> {
    if (i < 0) return undefined;
    const window = this.#state.index.window(i);
    const segment = this.#options.segments.get(window.segment);
    if (segment === undefined) throw new StoreError('failed', `segment ${window.segment} is not there`);
    const walk = new Walk(this.#options, segment, visitor);
    const done = await segment.borrow((file) => walk.through(file, i, window));
    // Replaced by a rewrite in this moment: the index names the new one.
    return done === undefined ? window.first : walk.goOn;
  }
}

/** How much more a run may hold in memory than it takes itself. */
const HELD_TIMES_MAX = 8;

/** The records with bytes of their own, where they are little of what was read with them and an answer would hold all of it. */
function ownOf(records: RecordBlock): RecordBlock {
  const { arena, starts, count } = records;
  const [from, to] = [starts[0]!, starts[count]!];
  if ((to - from) * HELD_TIMES_MAX >= arena.buffer.byteLength) return records;
  return { ...records, arena: arena.slice(from, to), starts: starts.map((start) => start - from) };
}

class Walk {
  readonly #state: ShardState;
  readonly #keys: CipherKeys | undefined;
  readonly #segment: Segment;
  readonly #visitor: Visitor;
  /** Below it there is nothing more to visit; undefined at the end of the log. */
  goOn: number | undefined;

  constructor({ state, keys }: LogOptions, segment: Segment, visitor: Visitor) {
    this.#state = state;
    this.#keys = keys;
    this.#segment = segment;
    this.#visitor = visitor;
  }

  /** Entry after entry, as long as they lie in this segment. */
  async through(file: DiskFile, first: number, start: Window): Promise<true> {
    const reader = new BlockReader(file, this.#segment.name, this.#segment.readable);
    let window = start;
    for (let i = first; ; window = this.#state.index.window(++i)) {
      this.goOn = window.nextFirst;
      if (await this.#window(reader, window)) {
        this.goOn = window.first;
        return true;
      }
      if (this.goOn === undefined || this.#segment.retired) return true;
      const next = this.#state.index.at(this.goOn);
      if (this.#state.index.entry(next).segment !== this.#segment.name.id) return true;
      i = next - 1;
    }
  }

  async #window(reader: BlockReader, window: Window): Promise<boolean> {
    const until = Math.min(window.until, reader.end);
    for (let at = window.position; at < until; ) {
      const block = await this.#segment.share(at, () => reader.at(at, until));
      if (block === undefined) throw new StoreError('failed', `${this.#segment.path} is damaged at byte ${at}`);
      const records = this.#recordsIn(block);
      if (records !== undefined && this.#visitor.fits(records) && this.#visitor.visit(records)) return true;
      if (this.#visitor.passed(block.header.length)) return true;
      at += block.header.length;
    }
    return false;
  }

  #recordsIn(block: Block): RecordBlock | undefined {
    const i = findRun(viewOf(block.bytes), this.#state.key);
    const records = i < 0 ? undefined : openRun(block, i, this.#keys);
    return records !== undefined && records.count > 0 ? records : undefined;
  }
}
