/** Reads along with a load, polling or with fan-out: how long records take from their put to here, and which came. */
import { Consumer } from '../../client/consumer.ts';
import { subscriptionReader } from '../../client/subscription.ts';
import { fanOutConsumer } from '../../client/subscription-consumer.ts';
import { userRecords } from '../../client/user-records.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { Latencies } from './latencies.ts';
import { readPayload } from './record.ts';

export type ReaderKind = 'polling' | 'fan-out';

export interface ReaderOptions {
  readonly stream: OpenStream;
  readonly kind: ReaderKind;
  /** The stream is new: everything in it is read, and nothing else is in it. */
  readonly isOwn: boolean;
  readonly signal: AbortSignal;
}

/** What a reader has seen so far. */
export class BenchReader {
  readonly kind: ReaderKind;
  readonly latencies = new Latencies();
  records = 0;
  bytes = 0;
  duplicates = 0;
  /** Records put from then on are measured, by the monotonic clock. */
  measuredFrom = 0;
  distinct = 0;
  #seen = new Uint8Array(1 << 20);
  readonly #options: ReaderOptions;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(options: ReaderOptions) {
    this.kind = options.kind;
    this.#options = options;
  }

  /** Begins to read; resolves when every shard is being read. */
  async start(): Promise<void> {
    const { stream, kind, isOwn, signal } = this.#options;
    const { client, ref, context } = stream;
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    const registered = kind === 'fan-out' ? await this.#register() : undefined;
    const onFallback = (error: Error) => context.note(`fan-out does not work, polling instead: ${error.message}`);
    const consumer = new Consumer({
      ...{ client, clock: context.clock, stream: ref, follow: true, signal: stop },
      from: isOwn ? { at: 'horizon' } : { at: 'latest' },
      read: registered && subscriptionReader({ consumerArn: registered.arn, onFallback }),
    });
    this.#done = this.#read(consumer, stop).finally(() => registered?.close());
    this.#done.catch(() => undefined);
  }

  /** Waits until `records` distinct ones have come, `patienceMs` at most, and ends. */
  async finish(records: number, patienceMs: number): Promise<void> {
    const { clock } = this.#options.stream.context;
    const until = clock.monotonic() + patienceMs;
    while (this.distinct < records && clock.monotonic() < until && !this.#options.signal.aborted) {
      await Promise.race([clock.sleep(20), this.#done]);
    }
    this.#stop.abort();
    await this.#done;
  }

  #register() {
    const { stream, signal } = this.#options;
    const { client, ref, context } = stream;
    return fanOutConsumer({ client, clock: context.clock, stream: ref, consumerName: 'sluice-bench', signal });
  }

  async #read(consumer: Consumer, stop: AbortSignal): Promise<void> {
    const { clock } = this.#options.stream.context;
    try {
      for await (const { shardId, records } of consumer.batches()) {
        const nowMs = clock.monotonic();
        const range = consumer.hashRangeOf(shardId);
        for (const { data } of records.flatMap((record) => userRecords(record, range) ?? record)) {
          const payload = readPayload(data);
          if (payload === undefined) continue;
          this.#mark(payload.number);
          if (payload.sentMs < this.measuredFrom) continue;
          this.records++;
          this.bytes += data.length;
          this.latencies.add(nowMs - payload.sentMs);
        }
      }
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  }

  #mark(number: number): void {
    if (number >= this.#seen.length) {
      const larger = new Uint8Array(Math.max(this.#seen.length * 2, number + 1));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    if (this.#seen[number] === 1) this.duplicates++;
    else this.distinct++;
    this.#seen[number] = 1;
  }
}
