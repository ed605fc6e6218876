/** What became of the records of a put: counted, echoed, saved where they could not be written, and told at the end. */
import { addShards } from '../../client/producer-answer.ts';
import type { BatchResult, ProducerRecord, RecordError } from '../../client/producer-batch.ts';
import { isThrottle } from '../../client/retry.ts';
import { SHARD_WRITE_RECORDS_PER_SECOND } from '../../model/limits.ts';
import { SECOND_MS } from '../../model/time.ts';
import { printable } from '../../runtime/logger.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { jsonText } from '../list-output.ts';
import { shellLine, targetWords } from '../shell-line.ts';
import { durationText, grouped, sizeText } from '../values.ts';
import type { PutState } from './progress.ts';
import { Spill } from './spill.ts';

/** How many refused lines are named one by one. */
const NAMED_MAX = 10;

export interface PutReportOptions {
  /** Where records are saved that could not be written; a file in the state folder when it is not said. */
  readonly spill?: string | undefined;
  /** The records of the user's in a record of the stream, where it carries several. */
  readonly carried?: ((record: ProducerRecord) => readonly ProducerRecord[] | undefined) | undefined;
}

export class PutReport {
  readonly #context: Context;
  readonly #stream: string;
  readonly #echo: boolean;
  readonly #options: PutReportOptions;
  readonly #started: number;
  readonly #shards = new Set<string>();
  readonly #spill: Spill;
  #echoing: Promise<void> | undefined;
  #lastError: RecordError | undefined;
  #written = 0;
  #bytes = 0;
  #retried = 0;
  #failed = 0;
  #refused = 0;
  #skipped = 0;
  #keyless = 0;

  constructor(context: Context, stream: string, echo: boolean, options: PutReportOptions = {}) {
    this.#context = context;
    this.#stream = stream;
    this.#echo = echo;
    this.#options = options;
    this.#started = context.clock.monotonic();
    this.#spill = new Spill(context, stream, options.spill);
  }

  /** Takes the result of one request; of one that failed as a whole, what is known of its records. */
  add(result: BatchResult): void {
    const { request, answer } = result;
    this.#retried += result.retried;
    if (answer !== undefined) addShards(answer, this.#shards);
    if (result.isWhole && !this.#echo && this.#options.carried === undefined) {
      this.#written += request.count;
      this.#bytes += request.dataBytes;
      return;
    }
    for (let i = 0; i < request.count; i++) this.#addRecord(result, i);
  }

  #addRecord(result: BatchResult, i: number): void {
    const record = result.request.entry(i);
    const place = result.placeOf(i);
    const error = result.errorOf(i);
    if (place !== undefined) {
      this.#shards.add(place.shardId);
      const carried = this.#options.carried?.(record);
      for (const [sub, one] of (carried ?? [record]).entries()) {
        this.#written++;
        this.#bytes += one.data.length;
        if (!this.#echo) continue;
        const line = { shard: place.shardId, seq: place.sequenceNumber, key: one.partitionKey };
        const text = jsonText(carried === undefined ? line : { ...line, sub }, false);
        this.#echoing = this.#context.out.write(text) ?? this.#echoing;
      }
    } else if (error !== undefined) {
      this.#lastError = error;
      this.#lose(record);
    }
  }

  /** Records that were counted as written and are sent again, because nobody would read them where they are. */
  again(records: number, bytes: number): void {
    this.#written -= records;
    this.#bytes -= bytes;
    this.#retried += records;
  }

  /** A record of the source that was not sent, and why. */
  refuse(place: string, why: string): void {
    this.#refused++;
    if (this.#refused <= NAMED_MAX) this.#context.err(printable(`${place}: ${why}: not sent`));
    if (this.#refused === NAMED_MAX + 1) this.#context.err('… and more');
  }

  /** A record left out because it has no key and --key-missing says so. */
  skip(): void {
    this.#skipped++;
  }

  /** A record sent with a random key because it has none. */
  keyless(): void {
    this.#keyless++;
  }

  /** Saves what never got an answer, beside what was refused. Returns lines that say where it is. */
  abandon(unsent: readonly ProducerRecord[]): Promise<readonly string[]> {
    for (const record of unsent) this.#lose(record);
    this.#context.note(this.line());
    return this.#saved();
  }

  /** Records written so far. */
  get written(): number {
    return this.#written;
  }

  /** Records that are not in the stream: given up, or never sent. */
  get lost(): number {
    return this.#failed + this.#refused;
  }

  /** Records of the source of which nothing more will come: written, given up or left out. */
  get done(): number {
    return this.#written + this.lost + this.#skipped;
  }

  /** How far it is; `share` of the whole. */
  state(share: number | undefined): PutState {
    return { records: this.#written, bytes: this.#bytes, failed: this.lost, elapsedMs: this.#elapsedMs, share };
  }

  /** Nothing, or what to wait for until the echo's reader has taken some of it. */
  room(): Promise<void> | undefined {
    const echoing = this.#echoing;
    this.#echoing = undefined;
    return echoing;
  }

  get #elapsedMs(): number {
    return this.#context.clock.monotonic() - this.#started;
  }

  /** One line: how far it is. */
  line(): string {
    const parts = [
      `${grouped(this.#written)} record${this.#written === 1 ? '' : 's'}`,
      sizeText(this.#bytes),
      `${this.#shards.size} shard${this.#shards.size === 1 ? '' : 's'}`,
      `${grouped(this.lost)} failed`,
      `${grouped(this.#retried)} retried`,
      ...(this.#keyless === 0 ? [] : [`${grouped(this.#keyless)} without a key`]),
      ...(this.#skipped === 0 ? [] : [`${grouped(this.#skipped)} skipped`]),
      durationText(this.#elapsedMs),
    ];
    return parts.join('  ');
  }

  /** Says how it went. @throws {CliError} exit 3 when records are not written; those that were sent are saved. */
  async finish(): Promise<void> {
    this.#context.note(this.line());
    if (this.lost > 0) throw await this.failure();
  }

  /** What is told when records are not written; `more` stands behind where they are saved. */
  async failure(more: readonly string[] = []): Promise<CliError> {
    const all = this.lost + this.#written;
    const share = ((100 * this.lost) / all).toPrecision(2);
    const error = this.#lastError;
    const why = error === undefined ? [] : [`Why:   ${error.message || error.code}`];
    const hints =
      error !== undefined && isThrottle(error.code)
        ? [`       or send slower: --rate ${this.#slowerRate()}/s      or split: sluice split ${this.#stream} hottest`]
        : [];
    return new CliError(`${grouped(this.lost)} of ${grouped(all)} records were not written (${Number(share)} %)`, {
      exit: EXIT.partial,
      code: error?.code,
      lines: [...why, ...(await this.#saved()), ...hints, ...more],
    });
  }

  /** What the stream took, or its shards take, a little less. */
  #slowerRate(): number {
    const took = (this.#written * SECOND_MS) / Math.max(SECOND_MS, this.#elapsedMs);
    return Math.max(1, Math.floor(0.9 * Math.min(took, this.#shards.size * SHARD_WRITE_RECORDS_PER_SECOND)));
  }

  #lose(record: ProducerRecord): void {
    this.#failed += this.#options.carried?.(record)?.length ?? 1;
    this.#spill.add(record);
  }

  /** Lines that say where the records are and how to send them. */
  async #saved(): Promise<readonly string[]> {
    if (this.#spill.count === 0) return [];
    const { path } = this.#spill;
    try {
      await this.#spill.close();
    } catch (error) {
      return [`They could not be saved in ${path}: ${String((error as Error).message)}`];
    }
    return [
      `Saved: ${path}`,
      `Next:  ${shellLine(['put', this.#stream, '--resume', path, ...targetWords(this.#context.self.words)])}`,
    ];
  }
}
