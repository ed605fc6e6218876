/** Sending one request of a producer until each of its records is written, given up, or nobody answers any more. */
import { RETRY_CEILING_MS } from '../model/limits.ts';
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { ByteSpan, PutEntry, PutRecordsRequest } from '../wire/put-records-request.ts';
import type { Client } from './client.ts';
import { type AnswerEntries, answerEntries, isAllWritten } from './producer-answer.ts';
import { retryDelayMs, shouldRetry } from './retry.ts';

/** A record as callers put it. */
export type ProducerRecord = PutEntry;

/** The data of a record where they stand. */
export type RecordSpan = ByteSpan;

export interface RecordError {
  readonly code: string;
  readonly message: string;
}

/** What became of the records of one request. */
export interface BatchResult {
  readonly request: PutRecordsRequest;
  /** Read back from the request at each call. */
  readonly records: readonly ProducerRecord[];
  /** Every record is written. */
  readonly isWhole: boolean;
  /** The last answer: of all records when `isWhole` and nothing was retried. */
  readonly answer: Uint8Array | undefined;
  /** Records sent more than once. */
  readonly retried: number;
  /** Why the records in `unanswered` have no result; it is unknown whether they were written. */
  readonly failure: unknown;
  readonly unanswered: readonly number[];
  /** Where record `i` of the request is written; undefined for one that is not. */
  placeOf(i: number): Place | undefined;
  /** Why record `i` was given up, in the service's words; undefined for others. */
  errorOf(i: number): RecordError | undefined;
}

export interface Place {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

export interface SendOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** How often a record is sent before it is given up; Infinity leaves it to `patienceMs`. */
  readonly attemptsMax: number;
  /** How long after its first failure a record is sent again. */
  readonly patienceMs?: number | undefined;
  /** The longest wait between two attempts; as the client waits when it is not said. */
  readonly delayMsMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request. Never rejects: what made it fail as a whole is in the result. */
export async function sendBatch(options: SendOptions, request: PutRecordsRequest): Promise<BatchResult> {
  const { client, clock, random, attemptsMax, patienceMs = Number.POSITIVE_INFINITY, signal } = options;
  const outcome = new BatchOutcome(request);
  let untilMs = Number.POSITIVE_INFINITY;
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= attemptsMax || clock.monotonic() >= untilMs;
    try {
      outcome.answered(await client.send(putRecords.name, outcome.body(), { signal, attemptsMax: 1 }));
      if (outcome.left === 0 || isLast) return outcome;
    } catch (error) {
      // The stream was there when the producer was made: a refused connection is a server on its way back.
      const again = { number: attempt, attemptsMax, answeredBefore: true };
      if (isLast || !shouldRetry(error, again)) return outcome.failed(error);
      outcome.unclear();
    }
    if (untilMs === Number.POSITIVE_INFINITY) untilMs = clock.monotonic() + patienceMs;
    const delayMs = Math.min(options.delayMsMax ?? RETRY_CEILING_MS, retryDelayMs(attempt, random.fraction()));
    try {
      await clock.sleep(Math.max(0, Math.min(delayMs, untilMs - clock.monotonic())), signal);
    } catch (error) {
      return outcome.failed(error);
    }
  }
}

/** The records of a request between attempts. */
class BatchOutcome implements BatchResult {
  readonly request: PutRecordsRequest;
  answer: Uint8Array | undefined;
  failure: unknown;
  retried = 0;
  /** Those without a result yet; undefined: all of them. */
  #left: number[] | undefined;
  #places: (Place | undefined)[] | undefined;
  #errors: (RecordError | undefined)[] = [];
  #isDone = false;

  constructor(request: PutRecordsRequest) {
    this.request = request;
  }

  get left(): number {
    return this.#isDone ? 0 : (this.#left?.length ?? this.request.count);
  }

  get records(): readonly ProducerRecord[] {
    return Array.from({ length: this.request.count }, (_, i) => this.request.entry(i));
  }

  get isWhole(): boolean {
    return this.#isDone;
  }

  get unanswered(): readonly number[] {
    if (this.failure === undefined) return [];
    return this.#left ?? Array.from({ length: this.request.count }, (_, i) => i);
  }

  body(): Uint8Array {
    return this.request.body(this.#left);
  }

  answered(answer: Uint8Array): void {
    this.answer = answer;
    if (isAllWritten(answer)) {
      if (this.#left !== undefined) this.#take(answerEntries(answer), this.#left);
      this.#isDone = true;
      return;
    }
    const all = this.#left ?? Array.from({ length: this.request.count }, (_, i) => i);
    this.#take(answerEntries(answer), all);
    this.#isDone = this.#left!.length === 0;
    this.retried ||= this.#left!.length;
  }

  /** Nobody knows what became of those that were sent. */
  unclear(): void {
    this.retried ||= this.left;
  }

  failed(error: unknown): this {
    this.failure = error;
    return this;
  }

  placeOf(i: number): Place | undefined {
    if (this.#places === undefined && this.#isDone) {
      const all = Array.from({ length: this.request.count }, (_, at) => at);
      this.#take(answerEntries(this.answer!), all);
    }
    return this.#places?.[i];
  }

  errorOf(i: number): RecordError | undefined {
    return this.failure === undefined ? this.#errors[i] : undefined;
  }

  #take(entries: AnswerEntries, sent: readonly number[]): void {
    this.#places ??= [];
    const left: number[] = [];
    for (const [at, i] of sent.entries()) {
      const entry = entries[at];
      if (entry?.SequenceNumber !== undefined) {
        this.#places[i] = { shardId: entry.ShardId ?? '', sequenceNumber: entry.SequenceNumber };
        this.#errors[i] = undefined;
      } else {
        left.push(i);
        this.#errors[i] = { code: entry?.ErrorCode ?? 'InternalFailure', message: entry?.ErrorMessage ?? '' };
      }
    }
    this.#left = left;
  }
}
