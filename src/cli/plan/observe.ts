/** Watches what is written to a stream for a while: rates, the busiest second, keys. */
import { setMaxListeners } from 'node:events';
import { Consumer } from '../../client/consumer.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText, grouped } from '../values.ts';
import type { KeyWeights } from './keys.ts';

/** More keys than this and each is a small part of the load; those that come later are not told apart. */
const KEYS_MAX = 100_000;

export interface Observation {
  readonly records: number;
  /** Data and partition keys. */
  readonly bytes: number;
  readonly seconds: number;
  /** The busiest second against the average, in records or bytes, whichever is more. */
  readonly peak: number;
  /** Bytes by key. */
  readonly keys: KeyWeights;
}

/** Reads all shards from now on, for so long. */
export async function observe({ context, client, ref, name }: OpenStream, ms: number): Promise<Observation> {
  const { clock } = context;
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  setMaxListeners(0, signal);
  const tally = new Tally();
  const progress = context.progress(`watching ${name} for ${durationText(ms)}`);
  const startedMs = clock.now();
  clock.sleep(ms, signal).then(
    () => enough.abort(),
    () => undefined,
  );
  try {
    const consumer = new Consumer({ client, clock, stream: ref, from: { at: 'latest' }, follow: true, signal });
    for await (const { records } of consumer.batches()) {
      for (const { partitionKey, data, arrivalMs } of records) {
        tally.add(partitionKey, data.length + Buffer.byteLength(partitionKey), arrivalMs);
      }
      progress.say(`watching ${name}: ${grouped(tally.records)} records`);
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (!enough.signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  return tally.result((clock.now() - startedMs) / SECOND_MS);
}

/** Counts what comes, by second and by key. */
export class Tally {
  records = 0;
  #bytes = 0;
  readonly #seconds = new Map<number, { records: number; bytes: number }>();
  readonly #keys = new Map<string, number>();

  add(key: string, bytes: number, arrivalMs: number): void {
    this.records++;
    this.#bytes += bytes;
    const second = Math.floor(arrivalMs / SECOND_MS);
    const slot = this.#seconds.get(second) ?? { records: 0, bytes: 0 };
    slot.records++;
    slot.bytes += bytes;
    this.#seconds.set(second, slot);
    const before = this.#keys.get(key);
    if (before !== undefined || this.#keys.size < KEYS_MAX) this.#keys.set(key, (before ?? 0) + bytes);
  }

  /** `seconds`: how long was watched; at least one counts. */
  result(seconds: number): Observation {
    const long = Math.max(1, seconds);
    const slots = [...this.#seconds.values()];
    const most = (of: 'records' | 'bytes', total: number) =>
      total === 0 ? 1 : (Math.max(...slots.map((slot) => slot[of])) * long) / total;
    const peak = Math.max(1, most('records', this.records), most('bytes', this.#bytes));
    return { records: this.records, bytes: this.#bytes, seconds: long, peak, keys: this.#keys };
  }
}
