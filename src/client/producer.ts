/**
 * Writes many records to one stream in few calls: gathers them for a moment, sends several requests side by side and
 * sends again, one by one, the records a request could not place. What waits is bounded: who puts too fast waits.
 */
import { PRODUCER_QUEUE_BYTES_MAX, PRODUCER_QUEUE_RECORDS_MAX } from '../model/limits.ts';
import type { ByteSpan, PutRecordsRequest } from '../wire/put-records-request.ts';
import {
  type BatchResult,
  type ProducerRecord,
  type RecordError,
  type SendOptions,
  sendBatch,
} from './producer-batch.ts';
import { randomKeys } from './producer-keys.ts';
import { caughtUp, dueMs, type Pace, type PaceState, requestShare } from './producer-pace.ts';
import { KeyedQueue, PlainQueue, type RequestQueue } from './producer-queue.ts';
import type { StreamRef } from './stream-ref.ts';

export interface ProducerOptions extends Omit<SendOptions, 'signal'> {
  readonly stream: StreamRef;
  /** How long a request that is not full waits for more records. */
  readonly lingerMs: number;
  /** 1 to 500. */
  readonly requestRecordsMax: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** One request at a time, whatever `concurrency` says: requests keep the order of puts. */
  readonly ordered: boolean;
  /** With `ordered`: also one record of a key in a request, so that a repeated record stays before the next of its key. */
  readonly keyOncePerRequest?: boolean | undefined;
  /** The first record that is given up fails the producer. */
  readonly failsAtFirst?: boolean | undefined;
  /** How fast records may leave; as fast as they can when it is not said. */
  readonly pace?: Pace | undefined;
  /** Called once per request, when its records are written or given up. The request is reused after. Must not throw. */
  readonly onResult?: ((result: BatchResult) => void) | undefined;
  /** Called in its place for a request that failed as a whole: what earlier attempts wrote is written all the same. */
  readonly onBroken?: ((result: BatchResult) => void) | undefined;
}

/** A record was given up, and the producer was to end then. `code` is the service's. */
export class RecordRefusedError extends Error {
  readonly code: string;
  constructor({ code, message }: RecordError) {
    super(message);
    this.name = 'RecordRefusedError';
    this.code = code;
  }
}

export class Producer {
  readonly #options: ProducerOptions;
  readonly #concurrency: number;
  readonly #queue: RequestQueue;
  readonly #requests = new Set<PutRecordsRequest>();
  #sentRecords = 0;
  #sentBytes = 0;
  readonly #lost: ProducerRecord[] = [];
  readonly #stop = new AbortController();
  #lingering = false;
  /** What is there has waited long enough, or a flush asks for it: it is sent although it fills no request. */
  #due = false;
  #flushing = false;
  #pace: Pace | undefined;
  #paceState: PaceState = { startMs: 0, sent: 0 };
  #pacing = false;
  #error: unknown;
  #waiters: (() => void)[] = [];

  constructor(options: ProducerOptions) {
    const { stream, random, requestRecordsMax, pace, keyOncePerRequest, clock } = options;
    this.#options = options;
    this.#concurrency = options.ordered ? 1 : options.concurrency;
    this.#pace = pace;
    if (pace !== undefined) this.#paceState = { startMs: clock.monotonic(), sent: 0 };
    const share = pace === undefined ? Number.POSITIVE_INFINITY : requestShare(pace);
    const queue = {
      stream,
      keys: randomKeys(random),
      recordsMax: pace?.unit === 'records' ? Math.min(share, requestRecordsMax) : requestRecordsMax,
      bytesMax: pace?.unit === 'bytes' ? share : undefined,
    };
    this.#queue = keyOncePerRequest ? new KeyedQueue(queue) : new PlainQueue(queue);
  }

  /**
   * Takes a record. Returns nothing while there is room for more, else a promise to wait for before the next put.
   * @throws what made an earlier request fail as a whole.
   */
  put({ partitionKey, data, explicitHashKey }: ProducerRecord): Promise<void> | undefined {
    this.add({ bytes: data, start: 0, end: data.length }, partitionKey, explicitHashKey);
    return this.room();
  }

  /** As `put`, with the bytes where they stand and without an object; undefined is a key by chance. They are copied. */
  add(span: ByteSpan, partitionKey: string | undefined, explicitHashKey?: string | undefined): void {
    if (this.#error !== undefined) throw this.#error;
    this.#queue.add(span, partitionKey, explicitHashKey);
    if (this.#requests.size < this.#concurrency) this.#dispatch();
  }

  /** Nothing while there is room for more records, else a promise for it. Rejects as `put` throws. */
  room(): Promise<void> | undefined {
    return this.#isFull() ? this.#until(() => !this.#isFull()) : undefined;
  }

  /** Records put and without a result yet. */
  get held(): number {
    return this.#sentRecords + this.#queue.count;
  }

  /** The records without a result, oldest first: what a failure of the whole left behind. */
  unsent(): readonly ProducerRecord[] {
    const sent = [...this.#requests].flatMap((request) =>
      Array.from({ length: request.count }, (_, i) => request.entry(i)),
    );
    return [...this.#lost, ...sent, ...this.#queue.records()];
  }

  /** Sends what is held and waits until every record has its result. Rejects as `put` throws, with nothing under way. */
  async flush(): Promise<void> {
    this.#flushing = true;
    this.#dispatch();
    try {
      await this.#until(() => this.held === 0);
    } finally {
      while (this.#requests.size > 0) await this.#next();
      this.#flushing = false;
    }
  }

  /** Sends what is held as fast as it goes, whatever the pace. */
  hurry(): void {
    this.#pace = undefined;
    this.#pacing = false;
    this.#dispatch();
    this.#wake();
  }

  /** Waits for no answer any more: what has none is unsent, and `put` and `flush` fail with the reason. */
  giveUp(reason: Error): void {
    this.#stop.abort(reason);
    this.#fail(reason);
  }

  #isFull(): boolean {
    // With a pace nothing is taken long before it may leave.
    if (this.#pace !== undefined && this.#queue.hasFull) return true;
    const bytes = this.#sentBytes + this.#queue.bytes;
    return this.held >= PRODUCER_QUEUE_RECORDS_MAX || bytes >= PRODUCER_QUEUE_BYTES_MAX;
  }

  #next(): Promise<void> {
    return new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done() && this.#error === undefined) await this.#next();
    if (this.#error !== undefined) throw this.#error;
  }

  #linger(): void {
    if (this.#lingering) return;
    const { clock, lingerMs } = this.#options;
    this.#lingering = true;
    clock.sleep(lingerMs, this.#stop.signal).then(
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
    while (this.#requests.size < this.#concurrency && this.#error === undefined && !this.#waitsForPace()) {
      const full = this.#queue.take(false);
      const request = full ?? (this.#due || this.#flushing ? this.#queue.take(true) : undefined);
      if (request === undefined) {
        this.#due &&= this.#queue.count > 0;
        if (this.#queue.count > 0) this.#linger();
        return;
      }
      if (full === undefined) this.#due = false;
      void this.#send(request);
    }
  }

  /** True while the pace does not let the next request leave; then it is tried again by itself. */
  #waitsForPace(): boolean {
    const { clock } = this.#options;
    const pace = this.#pace;
    if (pace === undefined || this.#pacing || this.#queue.count === 0) return this.#pacing;
    const now = clock.monotonic();
    this.#paceState = caughtUp(this.#paceState, now, pace);
    const waitMs = this.#paceState.startMs + dueMs(this.#paceState.sent, pace) - now;
    if (waitMs <= 0) return false;
    this.#pacing = true;
    clock.sleep(waitMs, this.#stop.signal).then(
      () => {
        this.#pacing = false;
        this.#dispatch();
        this.#wake();
      },
      (error) => this.#fail(error),
    );
    return true;
  }

  async #send(request: PutRecordsRequest): Promise<void> {
    const { count, bytes } = request;
    this.#requests.add(request);
    this.#sentRecords += count;
    this.#sentBytes += bytes;
    if (this.#pace !== undefined) {
      const amount = this.#pace.unit === 'records' ? count : bytes;
      this.#paceState = { ...this.#paceState, sent: this.#paceState.sent + amount };
    }
    const result = await sendBatch({ ...this.#options, signal: this.#stop.signal }, request);
    this.#requests.delete(request);
    this.#sentRecords -= count;
    this.#sentBytes -= bytes;
    if (result.failure === undefined) this.#options.onResult?.(result);
    else this.#options.onBroken?.(result);
    for (const i of result.unanswered) this.#lost.push(request.entry(i));
    if (result.failure !== undefined) this.#fail(result.failure);
    else if (this.#options.failsAtFirst && !result.isWhole) this.#fail(firstError(result));
    this.#queue.giveBack(request);
    this.#dispatch();
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#waiters.splice(0)) go();
  }
}

/** Why the first record that was given up was. */
function firstError(result: BatchResult): RecordRefusedError {
  const errors = Array.from({ length: result.request.count }, (_, i) => result.errorOf(i));
  return new RecordRefusedError(errors.find((error) => error !== undefined)!);
}
