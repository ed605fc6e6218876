/** One tail at work: decodes, filters, orders and prints batches, keeps the checkpoint, knows when it is done. */
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { CHECKPOINT_MS } from '../../model/limits.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { Test } from '../expression/expression.ts';
import { type Decode, parseDecoding } from '../record/decode.ts';
import { sightingFilter } from '../record/filter.ts';
import type { RecordOutput, Sighting } from '../record/output.ts';
import { decodeBehind, type PlaceInside } from './inside.ts';
import type { Ordering } from './order.ts';
import { TailProgress } from './progress.ts';
import type { Options, TailBatch } from './source.ts';
import { TailStats } from './stats.ts';

export interface TailRunOptions {
  readonly options: Options;
  readonly output: RecordOutput;
  /** Holds records back; undefined: they go as they come. */
  readonly order: Ordering | undefined;
  readonly follow: boolean;
  /** Records up to there are passed over. */
  readonly behind: PlaceInside | undefined;
}

export class TailRun {
  readonly progress: TailProgress;
  /** Records that went out. */
  printed = 0;
  readonly #context: Context;
  readonly #run: TailRunOptions;
  readonly #decode: Decode | undefined;
  readonly #matches: Test | undefined;
  readonly #plainEnd: Uint8Array | undefined;
  readonly #stats: TailStats;
  readonly #hasStats: boolean;
  #errors = 0;
  /** When something was printed last, or the server first answered; what waits for its answer is not idle. */
  #activeAt: number | undefined;
  #savedAt: number;
  #newestMs = 0;

  constructor(context: Context, run: TailRunOptions) {
    this.#context = context;
    this.#run = run;
    const decode = parseDecoding(run.options.decode ?? 'auto');
    this.#decode = run.behind === undefined ? decode : decodeBehind(decode, run.behind);
    this.#matches = sightingFilter(run.options, context.moment);
    const isPlain = this.#matches === undefined && run.order === undefined && run.options.maxErrors === undefined;
    this.#plainEnd = isPlain ? run.output.plainEnd : undefined;
    this.progress = new TailProgress(context);
    this.#stats = new TailStats(context, run.options.lagWarn);
    this.#hasStats = run.options.stats || run.options.lagWarn !== undefined;
    this.#savedAt = context.clock.monotonic();
  }

  /** Takes a batch, or undefined when some time has passed; true when the tail is at its end. */
  async take(batch: TailBatch | undefined): Promise<boolean> {
    const { order, options } = this.#run;
    const before = this.printed;
    if (batch !== undefined) await this.#takeBatch(batch);
    if (order !== undefined) await this.#printAll(order.due(this.#orderMs()));
    const now = this.#context.clock.monotonic();
    if (batch !== undefined) this.answered();
    if (this.printed !== before) this.#activeAt = now;
    if (options.save !== undefined && now - this.#savedAt >= CHECKPOINT_MS) {
      this.#savedAt = now;
      await this.save();
    }
    if (options.stats) this.#stats.tell(now);
    this.#stats.warn();
    const { idleTimeout = Number.POSITIVE_INFINITY } = options;
    const isIdle = this.#activeAt !== undefined && now - this.#activeAt >= idleTimeout;
    return this.#isFull || isIdle;
  }

  /** A shard was read, whatever there was. */
  answered(): void {
    this.#activeAt ??= this.#context.clock.monotonic();
  }

  /** The records of a batch that pass, for a tail that prints later. */
  sift(batch: TailBatch): readonly Sighting[] {
    const { stream, shardId, records, lagMs, hashRange, followedBy } = batch;
    const decoded = records.flatMap((record) => this.#decode?.(record, hashRange) ?? record);
    const last = records.at(-1);
    if (last !== undefined) this.progress.pass(batch, last);
    if (followedBy !== undefined) this.progress.end(stream, shardId, followedBy);
    const sightings = decoded.map((record) => ({ stream, shardId, record, lagMs }));
    return sightings.filter((sighting) => this.#passes(sighting));
  }

  /** Prints what was held back, and saves how far it came. */
  async finish(): Promise<void> {
    const { order } = this.#run;
    if (order !== undefined) await this.#printAll(order.rest());
    await this.save();
  }

  /** Only what the system has taken counts as done. */
  async save(): Promise<void> {
    const { options, order } = this.#run;
    if (options.save === undefined) return;
    await this.#context.out.flush();
    await this.progress.save(options.save, order?.held() ?? []);
  }

  /** A call failed that is made again, or a record is not decoded. @throws {CliError} when it is one too many. */
  fail(): void {
    const { maxErrors } = this.#run.options;
    if (++this.#errors !== maxErrors) return;
    throw new CliError(`${maxErrors} records could not be decoded or calls failed`, { exit: EXIT.failed });
  }

  get #isFull(): boolean {
    return this.printed === this.#run.options.limit;
  }

  async #takeBatch(batch: TailBatch): Promise<void> {
    const { stream, shardId, records, hashRange, followedBy } = batch;
    if (this.#hasStats) this.#stats.add(batch);
    let done: ConsumedRecord | undefined;
    for (const record of records) {
      if (this.#isFull) break;
      const decoded = this.#decode === undefined ? record : this.#decode(record, hashRange);
      if (!Array.isArray(decoded)) {
        const wait = this.#offer(decoded as ConsumedRecord, batch);
        if (wait !== undefined) await wait;
      } else if (!(await this.#offerAll(decoded, batch))) break;
      done = record;
    }
    if (done !== undefined) this.progress.pass(batch, done);
    if (followedBy !== undefined) this.progress.end(stream, shardId, followedBy);
  }

  /** False when the limit came before the last of them. */
  async #offerAll(records: readonly ConsumedRecord[], batch: TailBatch): Promise<boolean> {
    for (const record of records) {
      if (this.#isFull) return false;
      await this.#offer(record, batch);
    }
    return true;
  }

  /** Prints a record or holds it back, if it passes. Where nothing is asked of records, no object is made for them. */
  #offer(record: ConsumedRecord, { stream, shardId, lagMs }: TailBatch): Promise<void> | undefined {
    if (this.#plainEnd !== undefined) {
      this.printed++;
      return this.#context.out.writePair(record.data, this.#plainEnd);
    }
    const sighting = { stream, shardId, record, lagMs };
    return this.#passes(sighting) ? this.#emit(sighting) : undefined;
  }

  #passes(sighting: Sighting): boolean {
    if (sighting.record.decodeError !== undefined) this.fail();
    return this.#matches === undefined || this.#matches(sighting);
  }

  #emit(sighting: Sighting): Promise<void> | undefined {
    const { order } = this.#run;
    if (order === undefined) return this.print(sighting);
    this.#newestMs = Math.max(this.#newestMs, sighting.record.arrivalMs);
    return this.#printAll(order.push(sighting, this.#orderMs()));
  }

  async #printAll(sightings: readonly Sighting[]): Promise<void> {
    for (const sighting of sightings) {
      if (this.#isFull) return;
      await this.print(sighting);
    }
  }

  /** A returned promise resolves when the reader of the output has caught up. */
  print(sighting: Sighting): Promise<void> | undefined {
    this.printed++;
    return this.#context.out.write(this.#run.output.write(sighting));
  }

  /** While following, the window is time that passes here; in what is stored, time between arrivals. */
  #orderMs(): number {
    return this.#run.follow ? this.#context.clock.monotonic() : this.#newestMs;
  }
}
