/**
 * The engine behind `serve --memory`: real in everything but that nothing survives the process.
 * With `gap` it deals offsets with holes, as an engine may that does not number its records itself.
 */
import type { AppendSlice, RecordBlock } from '../model/record-batch.ts';
import type { Offset, ShardKey } from '../model/shard-key.ts';
import type { EpochMs } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import { copyPicks, pickedBytes } from './copy-picks.ts';
import {
  type AppendOutcome,
  type LogFigures,
  type ReadLimit,
  type ShardLog,
  type Store,
  StoreError,
  type StoreHealth,
} from './store.ts';
import { Taking } from './take-records.ts';
import { Watchers } from './watchers.ts';

export interface MemoryStoreOptions {
  readonly clock: Clock;
  /** How many offsets to leave out before the store's n-th slice (from 0). None unless given. */
  readonly gap?: (n: number) => number;
}

/** An empty store; what it acknowledges is as durable as the process. */
export function openMemoryStore(options: MemoryStoreOptions): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly #clock: Clock;
  readonly #gap: (n: number) => number;
  readonly #logs = new Map<ShardKey, MemoryLog>();
  #slices = 0;
  #closed = false;

  constructor({ clock, gap = () => 0 }: MemoryStoreOptions) {
    this.#clock = clock;
    this.#gap = gap;
  }

  async create(shards: readonly ShardKey[]): Promise<void> {
    this.#checkOpen();
    for (const shard of shards) {
      const log = this.#logs.get(shard);
      if (log === undefined) this.#logs.set(shard, new MemoryLog(shard));
      else log.checkEmpty();
    }
  }

  async append(slices: readonly AppendSlice[]): Promise<readonly AppendOutcome[]> {
    this.#checkOpen();
    const now = this.#clock.now();
    const touched = new Set<MemoryLog>();
    const outcomes = slices.map((slice): AppendOutcome => {
      const log = this.#logs.get(slice.shard);
      if (log === undefined) return { error: noSuchShard(slice.shard) };
      if (log.sealed) return { error: new StoreError('sealed', `log ${slice.shard} is sealed`) };
      touched.add(log);
      return { ...log.append(slice, now, this.#gap(this.#slices++)), durability: 'memory' };
    });
    for (const log of touched) log.wake();
    return outcomes;
  }

  async open(shard: ShardKey): Promise<ShardLog> {
    this.#checkOpen();
    const log = this.#logs.get(shard);
    if (log === undefined) throw noSuchShard(shard);
    return log;
  }

  async trim(horizons: readonly { readonly shard: ShardKey; readonly before: Offset }[]): Promise<void> {
    for (const { shard, before } of horizons) this.#logs.get(shard)?.trim(before);
  }

  async retain(live: readonly ShardKey[]): Promise<void> {
    const keep = new Set(live);
    await this.drop([...this.#logs.keys()].filter((shard) => !keep.has(shard)));
  }

  async drop(shards: readonly ShardKey[]): Promise<void> {
    for (const shard of shards) {
      this.#logs.get(shard)?.close('noSuchShard');
      this.#logs.delete(shard);
    }
  }

  health(): StoreHealth {
    return this.#closed ? { state: 'failed', reason: 'the store is closed' } : { state: 'ok' };
  }

  usage(): { readonly bytes: number } {
    let bytes = 0;
    for (const log of this.#logs.values()) bytes += log.bytes;
    return { bytes };
  }

  figures(): ReadonlyMap<ShardKey, LogFigures> {
    return new Map([...this.#logs].map(([shard, log]) => [shard, log.figures()]));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const log of this.#logs.values()) log.close('closed');
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed');
  }
}

class MemoryLog implements ShardLog {
  readonly #shard: ShardKey;
  readonly #watchers = new Watchers();
  /** Ascending; at least one record each. */
  #blocks: RecordBlock[] = [];
  #first = 0;
  #next = 0;
  #arrivalMs: EpochMs = 0;
  #gone: 'noSuchShard' | 'closed' | undefined;
  sealed = false;
  bytes = 0;
  #reads = 0;

  constructor(shard: ShardKey) {
    this.#shard = shard;
  }

  append(slice: AppendSlice, now: EpochMs, gap: number): { first: Offset; arrivalMs: EpochMs } {
    const count = slice.picks.length;
    const arena = new Uint8Array(pickedBytes(slice));
    const starts = new Uint32Array(count + 1);
    starts[count] = copyPicks(slice, { arena, starts, at: 0, index: 0 });
    const first = (this.#next + gap) as Offset;
    this.#next = first + count;
    this.#arrivalMs = Math.max(this.#arrivalMs, now);
    const block = { arena, starts, count, first, next: this.#next as Offset, arrivalMs: this.#arrivalMs };
    if (count > 0) this.#blocks.push(block);
    this.bytes += arena.length;
    return { first, arrivalMs: this.#arrivalMs };
  }

  wake(): void {
    this.#watchers.wake(this.#next as Offset);
  }

  trim(before: Offset): void {
    this.#first = Math.max(this.#first, Math.min(before, this.#next));
    const kept = this.#blocks.findIndex((block) => block.next > this.#first);
    const gone = this.#blocks.splice(0, kept < 0 ? this.#blocks.length : kept);
    for (const block of gone) this.bytes -= block.arena.length;
  }

  figures(): LogFigures {
    const kept = this.#blocks.slice(this.#lowest((block) => block.next > this.#first));
    return {
      bytes: this.bytes,
      records: kept.reduce((count, block) => count + block.count - cutOff(block, this.#first), 0),
      firstMs: kept[0]?.arrivalMs,
      lastMs: kept.at(-1)?.arrivalMs,
      ...{ hotReads: this.#reads, coldReads: 0 },
    };
  }

  checkEmpty(): void {
    if (this.#blocks.length > 0 || this.sealed) {
      throw new StoreError('failed', `log ${this.#shard} exists already and is not a new one`);
    }
  }

  close(why: 'noSuchShard' | 'closed'): void {
    this.#gone = why;
    this.#watchers.close();
  }

  async range(): Promise<{ readonly first: Offset; readonly next: Offset }> {
    this.#checkThere();
    const first = Math.max(this.#first, this.#blocks[0]?.first ?? this.#next);
    return { first: first as Offset, next: this.#next as Offset };
  }

  async read(from: Offset, limit: ReadLimit): Promise<readonly RecordBlock[]> {
    this.#checkThere();
    this.#reads += 1;
    const taking = new Taking(limit);
    const start = Math.max(from, this.#first);
    for (let i = this.#lowest((block) => block.next > start); i < this.#blocks.length && !taking.full; i++) {
      taking.take(this.#blocks[i]!, start);
    }
    return taking.blocks;
  }

  async find(at: EpochMs): Promise<Offset> {
    this.#checkThere();
    const block = this.#blocks[this.#lowest((candidate) => candidate.arrivalMs >= at)];
    return Math.max(this.#first, block?.first ?? this.#next) as Offset;
  }

  async seal(): Promise<void> {
    this.#checkThere();
    this.sealed = true;
    this.wake();
  }

  watch(signal: AbortSignal): AsyncIterable<Offset> {
    return this.#watchers.watch(signal);
  }

  #checkThere(): void {
    if (this.#gone === 'closed') throw new StoreError('closed', 'the store is closed');
    if (this.#gone !== undefined) throw noSuchShard(this.#shard);
  }

  /** Position of the first block that fits, where all later ones fit too; the length when none does. */
  #lowest(fits: (block: RecordBlock) => boolean): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (fits(this.#blocks[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** How many of a block's records are trimmed. */
function cutOff({ first, count }: RecordBlock, before: number): number {
  return Math.min(count, Math.max(0, before - first));
}

function noSuchShard(shard: ShardKey): StoreError {
  return new StoreError('noSuchShard', `there is no log ${shard}`);
}
