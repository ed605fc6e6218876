/**
 * Writes many records to one stream in few calls: gathers them for a moment, sends several requests side by side and
 * sends again, one by one, the records a request could not place. The queue is bounded: who puts too fast waits.
 */
import { PRODUCER_QUEUE_BYTES_MAX, PRODUCER_QUEUE_RECORDS_MAX } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { Client } from './client.ts';
import { type BatchResult, type ProducerRecord, recordBytes, requestLength, sendBatch } from './producer-batch.ts';
import type { StreamRef } from './stream-ref.ts';

export interface ProducerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly stream: StreamRef;
  /** How long a request that is not full waits for more records. */
  readonly lingerMs: number;
  /** 1 to 500. */
  readonly requestRecordsMax: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** How often one record is sent before it counts as failed. */
  readonly attemptsMax: number;
  /** Keeps the order of records with the same key: one request at a time, whatever `concurrency` says. */
  readonly ordered: boolean;
  /** Called once per request, when its records are written or given up. Must not throw. */
  readonly onResult?: ((result: BatchResult) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class Producer {
  readonly #options: ProducerOptions;
  readonly #concurrency: number;
  /** Records not yet sent; those before `#taken` are under way already. */
  #queue: ProducerRecord[] = [];
  #taken = 0;
  /** Position of `#queue[0]` among all records ever put. */
  #base = 0;
  #heldRecords = 0;
  #heldBytes = 0;
  readonly #requests = new Set<readonly ProducerRecord[]>();
  #lingering = false;
  /** What is there has waited long enough, or a flush asks for it: it is sent although it fills no request. */
  #due = false;
  #flushing = false;
  #error: unknown;
  #waiters: (() => void)[] = [];

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#concurrency = options.ordered ? 1 : options.concurrency;
  }

  /**
   * Takes a record; its bytes must not change until its result is known. Returns nothing while there is room for
   * more, else a promise to wait for before the next put.
   * @throws what made an earlier request fail as a whole.
   */
  put(record: ProducerRecord): Promise<void> | undefined {
    if (this.#error !== undefined) throw this.#error;
    this.#queue.push(record);
    this.#heldRecords++;
    this.#heldBytes += recordBytes(record);
    if (this.#queue.length - this.#taken >= this.#options.requestRecordsMax) this.#dispatch();
    else if (!this.#lingering) this.#linger();
    return this.#isFull() ? this.#until(() => !this.#isFull()) : undefined;
  }

  /** Records put and without a result yet. */
  get held(): number {
    return this.#heldRecords;
  }

  /** The records without a result, oldest first: what a failure of the whole left behind. */
  unsent(): readonly ProducerRecord[] {
    return [...[...this.#requests].flat(), ...this.#queue.slice(this.#taken)];
  }

  /** Sends what is held and waits until every record has its result. Rejects as `put` throws. */
  async flush(): Promise<void> {
    this.#flushing = true;
    this.#dispatch();
    await this.#until(() => this.#heldRecords === 0);
    this.#flushing = false;
  }

  #isFull(): boolean {
    return this.#heldRecords >= PRODUCER_QUEUE_RECORDS_MAX || this.#heldBytes >= PRODUCER_QUEUE_BYTES_MAX;
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done() && this.#error === undefined) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    if (this.#error !== undefined) throw this.#error;
  }

  #linger(): void {
    const { clock, lingerMs, signal } = this.#options;
    this.#lingering = true;
    clock.sleep(lingerMs, signal).then(
      () => {
        this.#lingering = false;
        this.#due = true;
        this.#dispatch();
      },
      (error) => this.#fail(error),
    );
  }

  /** Sends full requests, and the rest too when it has waited long enough. */
  #dispatch(): void {
    while (this.#requests.size < this.#concurrency && this.#taken < this.#queue.length && this.#error === undefined) {
      const { requestRecordsMax } = this.#options;
      const length = requestLength(this.#queue, this.#taken, requestRecordsMax);
      const isFull = length === requestRecordsMax || this.#taken + length < this.#queue.length;
      if (!isFull && !this.#due && !this.#flushing) {
        if (!this.#lingering) this.#linger();
        return;
      }
      if (!isFull) this.#due = false;
      void this.#send(this.#taken + this.#base, this.#queue.slice(this.#taken, this.#taken + length));
      this.#taken += length;
    }
    if (this.#taken >= PRODUCER_QUEUE_RECORDS_MAX || this.#taken === this.#queue.length) this.#forget();
  }

  #forget(): void {
    this.#queue = this.#queue.slice(this.#taken);
    this.#base += this.#taken;
    this.#taken = 0;
  }

  async #send(first: number, records: readonly ProducerRecord[]): Promise<void> {
    this.#requests.add(records);
    try {
      const result = await sendBatch(this.#options, first, records);
      this.#heldRecords -= records.length;
      for (const record of records) this.#heldBytes -= recordBytes(record);
      this.#options.onResult?.(result);
      this.#requests.delete(records);
    } catch (error) {
      this.#fail(error);
    }
    this.#dispatch();
    for (const go of this.#waiters.splice(0)) go();
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    for (const go of this.#waiters.splice(0)) go();
  }
}
