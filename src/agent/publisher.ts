/**
 * Delivers the records of one flow: several requests side by side, failed records again before newer ones, no faster
 * than the service takes them. A record leaves only by being written or by being set aside in the dead-letter file.
 */
import { ClientError } from '../client/client-error.ts';
import { outgoingBytes } from '../client/outgoing-line.ts';
import type { RecordError } from '../client/producer-batch.ts';
import { LATENCY_BOUNDS_MS } from '../model/latency.ts';
import type { Clock } from '../runtime/clock.ts';
import { Histogram } from '../runtime/histogram.ts';
import type { Random } from '../runtime/random.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import type { Acks } from './acks.ts';
import type { FlowConfig } from './config.ts';
import type { DeadLetters } from './dead-letters.ts';
import { noDeliveries } from './delivery-counters.ts';
import { failureAction, isAmbiguous, isThrottled } from './delivery-policy.ts';
import type { DeliveryTarget } from './delivery-target.ts';
import type { AgentEvents } from './events.ts';
import { Holdings, type MemoryBudget } from './holdings.ts';
import { Pace, type Sending } from './pace.ts';
import type { AgentRecord } from './record-reader.ts';
import { type Parcel, SendQueue } from './send-queue.ts';

export interface PublisherOptions {
  readonly flow: FlowConfig;
  readonly target: DeliveryTarget;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: MemoryBudget;
  readonly events: AgentEvents;
  /** Called when room was made or everything is delivered. */
  readonly onProgress: () => void;
  /** Ends requests and waits. */
  readonly signal: AbortSignal;
}

export class Publisher {
  readonly counters = noDeliveries();
  /** How long requests took, answered or not. */
  readonly latency = new Histogram(LATENCY_BOUNDS_MS);
  /** Why the last request failed; undefined after one that did not. */
  lastError: string | undefined;
  /** Wall time of the last request that wrote something. */
  lastSuccessMs: number | undefined;
  readonly #options: PublisherOptions;
  readonly #queue: SendQueue;
  readonly #pace: Pace;
  #inFlight = 0;
  readonly #held: Holdings;
  #order = 0;
  /** Monotonic time of the last success, or of the first record held after one. */
  #movedMs = 0;
  /** The credentials or the clock were refused and made anew since the last success. */
  #renewed = false;
  #timerMs = Number.POSITIVE_INFINITY;
  #flushing = false;
  /** Something was accepted, so a refusal is the fault of the record and not of the request as such. */
  #accepted = false;
  /** Refused one by one before anything was accepted. */
  #suspects: { readonly parcel: Parcel; readonly reason: string }[] = [];

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { batch, ordered, retry } = options.flow;
    const { clock, random } = options;
    this.#queue = new SendQueue({ ...batch, ordered });
    this.#held = new Holdings(options.budget, batch.unackedBytesMax);
    const inFlightMax = ordered ? 1 : batch.inFlightMax;
    this.#pace = new Pace({ backoff: retry, inFlightMax, random, startMs: clock.monotonic() });
  }

  get heldBytes(): number {
    return this.#held.bytes;
  }

  get heldRecords(): number {
    return this.#held.records;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Milliseconds since something was written, or held for the first time since; 0 when nothing is held. */
  get silentMs(): number {
    return this.#held.records === 0 ? 0 : this.#options.clock.monotonic() - this.#movedMs;
  }

  /** Monotonic time at which the oldest record was read that waits to be sent; undefined when none does. */
  get oldestMs(): number | undefined {
    return this.#queue.oldestMs;
  }

  /** How it is sending now. */
  get sending(): Sending {
    const nowMs = this.#options.clock.monotonic();
    const { credentialsExpireMs } = this.#options.target;
    return {
      backoffMs: this.#pace.pauseMs(nowMs),
      sentPerSecond: this.#pace.sentPerSecond(nowMs),
      credentialsExpireMs,
    };
  }

  /**
   * Bytes that may be read now. The files are the buffer: more than what fills all requests once again is not taken
   * into memory, whatever the bounds of bytes allow.
   */
  get room(): number {
    const { inFlightMax, recordsMax } = this.#options.flow.batch;
    return this.#queue.length >= inFlightMax * recordsMax ? 0 : this.#held.room;
  }

  /** Takes records of one file, in its order. */
  offer(records: readonly AgentRecord[], origin: { readonly path: string; readonly acks: Acks }): void {
    const { path, acks } = origin;
    const queuedMs = this.#options.clock.monotonic();
    if (this.#held.records === 0) this.#movedMs = queuedMs;
    for (const record of records) {
      const ticket = acks.add(record.start);
      const parcel = { record, bytes: outgoingBytes(record), path, acks, ticket, order: this.#order++, queuedMs };
      this.#held.take(parcel);
      if (record.deadLetter === undefined) this.#queue.push(parcel);
      else void this.#setAside(parcel, record.deadLetter);
    }
    this.#dispatch();
  }

  /** Sends what has waited long enough; everything there is when `flush`. */
  tick(flush: boolean): void {
    this.#flushing = flush;
    this.#dispatch();
  }

  #dispatch(): void {
    const { clock, signal, flow } = this.#options;
    while (this.#inFlight < this.#pace.window && !signal.aborted) {
      const nowMs = clock.monotonic();
      if (this.#queue.isEmpty && this.#inFlight === 0) this.#askAgain(nowMs);
      if (this.#queue.isEmpty || !(this.#flushing || this.#queue.isDue(nowMs))) return;
      const count = Math.min(flow.batch.recordsMax, this.#pace.recordsMax, this.#queue.length);
      const waitMs = this.#pace.take(count, nowMs);
      if (waitMs > 0) {
        this.#later(waitMs);
        return;
      }
      void this.#send(this.#queue.take(count));
    }
  }

  /** Records that were refused when nothing was accepted are tried again when there is nothing else to try. */
  #askAgain(nowMs: number): void {
    if (this.#suspects.length === 0) return;
    const waitMs = this.#pace.pauseMs(nowMs);
    if (waitMs > 0) this.#later(waitMs);
    else for (const { parcel } of this.#suspects.splice(0)) this.#queue.putBack([parcel], true);
  }

  #later(ms: number): void {
    const { clock, signal } = this.#options;
    const atMs = clock.monotonic() + ms;
    if (this.#timerMs <= atMs) return;
    this.#timerMs = atMs;
    clock.sleep(ms, signal).then(
      () => {
        this.#timerMs = Number.POSITIVE_INFINITY;
        this.#dispatch();
      },
      () => undefined,
    );
  }

  async #send(parcels: readonly Parcel[]): Promise<void> {
    const { target, signal, clock } = this.#options;
    const beganMs = clock.monotonic();
    this.#inFlight++;
    this.counters.requests++;
    try {
      const records = parcels.map((parcel) => parcel.record);
      this.#settle(parcels, await target.put(records, signal));
    } catch (error) {
      // When everything stops, what was under way is read again from the files at the next start.
      if (!signal.aborted) await this.#failed(parcels, error);
    }
    const ms = clock.monotonic() - beganMs;
    this.latency.record(ms);
    this.#tell({ kind: 'request', records: parcels.length, ms });
    this.#inFlight--;
    this.#dispatch();
    this.#options.onProgress();
  }

  #settle(parcels: readonly Parcel[], errors: readonly (RecordError | undefined)[]): void {
    const failed: Parcel[] = [];
    let throttled = 0;
    for (let i = 0; i < parcels.length; i++) {
      const parcel = parcels[i]!;
      const error = errors[i];
      if (error === undefined) {
        this.counters.sentBytes += parcel.bytes;
        this.#finish(parcel);
        continue;
      }
      failed.push(parcel);
      if (isThrottled(error.code)) throttled++;
    }
    const written = parcels.length - failed.length;
    this.counters.sentRecords += written;
    if (written > 0) this.#noteSuccess();
    this.#pace.answered({ written, failed: failed.length, throttled }, this.#options.clock.monotonic());
    if (failed.length === 0) return;
    this.#queue.putBack(failed, false);
    this.counters.retriedRecords += failed.length;
    this.counters.throttledRecords += throttled;
    const error = errors.find((one) => one !== undefined)!;
    this.lastError = `${error.code}: ${error.message}`;
    this.#tell({ kind: 'throttled', records: failed.length, of: parcels.length });
  }

  #noteSuccess(): void {
    if (this.#pace.isUnreachable) this.#tell({ kind: 'recovered' });
    this.#accepted = true;
    this.#renewed = false;
    this.lastError = undefined;
    this.lastSuccessMs = this.#options.clock.now();
    this.#movedMs = this.#options.clock.monotonic();
    for (const { parcel, reason } of this.#suspects.splice(0)) void this.#setAside(parcel, reason);
  }

  async #failed(parcels: readonly Parcel[], error: unknown): Promise<void> {
    const { clock, target } = this.#options;
    const action = failureAction(error);
    const reached = error instanceof ClientError;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'Unknown';
    const throttled = isThrottled(code);
    this.counters.failedRequests++;
    if (isAmbiguous(error)) this.counters.ambiguousRequests++;
    if (throttled) this.counters.throttledRecords += parcels.length;
    this.lastError = `${code}: ${error instanceof Error ? error.message : String(error)}`;
    this.#tell({ kind: 'requestFailed', code, message: this.lastError, action });
    if (action === 'refused') return await this.#refused(parcels, this.lastError);
    this.#queue.putBack(parcels, false);
    this.counters.retriedRecords += parcels.length;
    const renewing = action === 'credentials' || action === 'clock';
    const first = renewing && !this.#renewed;
    if (renewing) {
      this.#renewed = true;
      await target.renew(error);
    }
    if (!first) this.#pace.failed(action, { reached, throttled }, clock.monotonic());
  }

  /** Halves what was refused until the record is found that is wrong in itself; that one is set aside. */
  async #refused(parcels: readonly Parcel[], reason: string): Promise<void> {
    // Nothing was ever accepted: the stream's name may be what is wrong, and then no record may be set aside.
    if (!this.#accepted) {
      this.#pace.failed('refused', { reached: true, throttled: false }, this.#options.clock.monotonic());
    }
    if (parcels.length > 1) {
      const middle = Math.ceil(parcels.length / 2);
      this.#queue.putBack(parcels.slice(0, middle), true);
      this.#queue.putBack(parcels.slice(middle), true);
    } else if (this.#accepted) await this.#setAside(parcels[0]!, reason);
    else this.#suspects.push({ parcel: parcels[0]!, reason });
  }

  async #setAside(parcel: Parcel, reason: string): Promise<void> {
    const { deadLetters, flow, clock, signal } = this.#options;
    const { path } = parcel;
    const { start, end, data } = parcel.record;
    const letter = { flow: flow.id, file: path, offset: start, length: end - start, error: reason, data };
    while (!signal.aborted) {
      try {
        await deadLetters.add([letter]);
        this.counters.deadLetters++;
        this.#tell({ kind: 'deadLetter', path, start, reason });
        this.#finish(parcel);
        this.#options.onProgress();
        return;
      } catch (error) {
        if (systemCode(error) === '') throw error;
        this.lastError = `dead-letter file: ${systemCode(error)}`;
        await clock.sleep(1_000, signal).catch(() => undefined);
      }
    }
  }

  #finish(parcel: Parcel): void {
    this.#held.letGo(parcel);
    parcel.acks.finish(parcel.ticket);
  }

  #tell(event: Parameters<AgentEvents>[0]): void {
    this.#options.events(event, this.#options.flow.id);
  }
}
