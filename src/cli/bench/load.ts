/** Writes records by a schedule, several requests at once, each until it is taken; measures every request. */

import { kinesisTarget, type OutgoingRecord, type PutTarget } from '../../client/put-target.ts';
import { isThrottle, retryDelayMs } from '../../client/retry.ts';
import { aggregatingByShard } from '../../client/shard-aggregates.ts';
import type { ShardMap } from '../../client/shard-map.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { Latencies } from './latencies.ts';
import { payloadOf } from './record.ts';
import { dueBy, lengthOf, type Stage } from './schedule.ts';

export interface LoadOptions {
  readonly stream: OpenStream;
  readonly stages: readonly Stage[];
  /** At most so many records in all. */
  readonly count: number | undefined;
  /** Measured from then on, counted from the start. */
  readonly warmupMs: number;
  readonly bytes: number;
  /** Records in one request, at most. */
  readonly batch: number;
  readonly concurrency: number;
  readonly key: () => string;
  /** Those of the stream, where records for the same one are to share aggregates. */
  readonly shards: ShardMap | undefined;
  readonly signal: AbortSignal;
}

export interface LoadResult {
  readonly latencies: Latencies;
  /** Acknowledged within the measured time, and how long that was. */
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Acknowledged in all: the numbers 0 to here, but for `failed`. */
  readonly written: number;
  readonly throttled: number;
  /** Given up. */
  readonly failed: number;
  /** The most records that were due and not sent yet. */
  readonly behind: number;
}

/** How long a worker waits for records to become due. */
const TICK_MS = 2;
const ATTEMPTS_MAX = 50;

/** Runs the schedule to its end, or to the signal. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const load = new Load(options);
  await Promise.all(Array.from({ length: options.concurrency }, () => load.work()));
  return load.result();
}

class Load {
  readonly #options: LoadOptions;
  readonly #target: PutTarget;
  readonly #startedAt: number;
  readonly #latencies = new Latencies();
  #taken = 0;
  #records = 0;
  #written = 0;
  #throttled = 0;
  #failed = 0;
  #behind = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { shards, stream } = options;
    const { client, ref, context } = stream;
    const target = kinesisTarget(client, ref, context.random);
    this.#target = shards === undefined ? target : aggregatingByShard(target, shards);
    this.#startedAt = context.clock.monotonic();
  }

  async work(): Promise<void> {
    const { stages, batch, signal, stream, count = Number.POSITIVE_INFINITY } = this.#options;
    const { clock } = stream.context;
    const endMs = lengthOf(stages);
    while (!signal.aborted) {
      const nowMs = clock.monotonic() - this.#startedAt;
      const due = Math.min(count, dueBy(stages, nowMs)) - this.#taken;
      if (Number.isFinite(due)) this.#behind = Math.max(this.#behind, Math.floor(due));
      if (nowMs >= endMs && (due < 1 || due === Number.POSITIVE_INFINITY)) return;
      if (this.#taken >= count) return;
      if (due < 1) await clock.sleep(TICK_MS, signal).catch(() => undefined);
      else await this.#send(Math.min(batch, Math.floor(due)));
    }
  }

  async #send(length: number): Promise<void> {
    const { bytes, key, stream, warmupMs, signal } = this.#options;
    const { clock } = stream.context;
    const first = this.#taken;
    this.#taken += length;
    const sentMs = clock.monotonic();
    const records = Array.from({ length }, (_, i) => ({
      partitionKey: key(),
      data: payloadOf(first + i, sentMs, bytes),
    }));
    const failed = await this.#until(records).catch((error: unknown) => {
      if (signal.aborted) return length;
      throw error;
    });
    const doneMs = clock.monotonic();
    this.#failed += failed;
    this.#written += length - failed;
    if (sentMs - this.#startedAt < warmupMs) return;
    this.#records += length - failed;
    this.#latencies.add(doneMs - sentMs);
  }

  /** Sends what was refused again; returns how many were given up. */
  async #until(records: readonly OutgoingRecord[]): Promise<number> {
    const { stream, signal } = this.#options;
    const { clock, random } = stream.context;
    let left = records;
    for (let attempt = 1; ; attempt++) {
      const errors = await this.#target.put(left, signal);
      left = left.filter((_, i) => errors[i] !== undefined);
      this.#throttled += errors.filter((error) => error !== undefined && isThrottle(error.code)).length;
      if (left.length === 0 || attempt >= ATTEMPTS_MAX) return left.length;
      await clock.sleep(Math.min(1_000, retryDelayMs(attempt, random.fraction())), signal);
    }
  }

  result(): LoadResult {
    const { stream, warmupMs, bytes } = this.#options;
    const seconds = Math.max(0.001, (stream.context.clock.monotonic() - this.#startedAt - warmupMs) / 1_000);
    return {
      ...{ latencies: this.#latencies, records: this.#records, bytes: this.#records * bytes, seconds },
      ...{ written: this.#written, throttled: this.#throttled, failed: this.#failed, behind: this.#behind },
    };
  }
}
