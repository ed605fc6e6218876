/** What became of the records of a put: counted, echoed, and told at the end. */
import type { BatchResult, ProducerRecord } from '../client/producer-batch.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit.ts';
import { spill } from './spill.ts';
import { durationText, grouped, sizeText } from './values.ts';

/** How many refused lines are named one by one. */
const NAMED_MAX = 10;

export class PutReport {
  readonly #context: Context;
  readonly #stream: string;
  readonly #echo: boolean;
  readonly #started: number;
  readonly #shards = new Set<string>();
  readonly failed: ProducerRecord[] = [];
  #lastError: { readonly code: string; readonly message: string } | undefined;
  #written = 0;
  #bytes = 0;
  #retried = 0;
  #refused = 0;
  #skipped = 0;
  #keyless = 0;

  constructor(context: Context, stream: string, echo: boolean) {
    this.#context = context;
    this.#stream = stream;
    this.#echo = echo;
    this.#started = context.clock.monotonic();
  }

  /** Takes the result of one request. */
  add(result: BatchResult): void {
    const { records, shardIds, sequenceNumbers, errors } = result;
    this.#retried += result.retried;
    for (const [i, record] of records.entries()) {
      const error = errors[i];
      if (error !== undefined) {
        this.failed.push(record);
        this.#lastError = error;
        continue;
      }
      this.#written++;
      this.#bytes += record.data.length;
      this.#shards.add(shardIds[i]!);
      if (this.#echo) {
        const line = { shard: shardIds[i], seq: sequenceNumbers[i], key: record.partitionKey };
        void this.#context.out.write(`${JSON.stringify(line)}\n`);
      }
    }
  }

  /** A line that was not sent, and why. */
  refuse(place: string, why: string): void {
    this.#refused++;
    if (this.#refused <= NAMED_MAX) this.#context.err(`${place}: ${why}: not sent`);
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

  /** Counts and saves what never got an answer, beside what was refused. Returns lines that say where it is. */
  abandon(unsent: readonly ProducerRecord[]): Promise<readonly string[]> {
    this.failed.push(...unsent);
    this.#context.note(this.line());
    return this.saved(this.failed);
  }

  /** Records written so far. */
  get written(): number {
    return this.#written;
  }

  /** One line: how far it is. */
  line(): string {
    const parts = [
      `${grouped(this.#written)} record${this.#written === 1 ? '' : 's'}`,
      sizeText(this.#bytes),
      `${this.#shards.size} shard${this.#shards.size === 1 ? '' : 's'}`,
      `${grouped(this.failed.length + this.#refused)} failed`,
      `${grouped(this.#retried)} retried`,
      ...(this.#keyless === 0 ? [] : [`${grouped(this.#keyless)} without a key`]),
      ...(this.#skipped === 0 ? [] : [`${grouped(this.#skipped)} skipped`]),
      durationText(this.#context.clock.monotonic() - this.#started),
    ];
    return parts.join('  ');
  }

  /** Saves what could not be written. @throws {CliError} exit 3 when there is something. */
  async finish(): Promise<void> {
    const lost = this.failed.length + this.#refused;
    this.#context.note(this.line());
    if (lost === 0) return;
    const all = lost + this.#written;
    const lines = await this.saved(this.failed);
    const why = this.#lastError === undefined ? [] : [`Why:   ${this.#lastError.message || this.#lastError.code}`];
    throw new CliError(`${grouped(lost)} of ${grouped(all)} records were not written`, {
      exit: EXIT.partial,
      code: this.#lastError?.code,
      lines: [...why, ...lines],
    });
  }

  /** Lines that say where the records are and how to send them. */
  async saved(records: readonly ProducerRecord[]): Promise<readonly string[]> {
    if (records.length === 0) return [];
    const path = await spill(this.#context, this.#stream, records);
    return [`Saved: ${path}`, `Next:  sluice put ${this.#stream} --resume ${path}`];
  }
}
