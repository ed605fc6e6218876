/** Reads the newest records of one shard for the peek pane, rarely enough that its consumers do not feel it. */
import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import { PEEK_RECORDS_MAX, SHARD_WRITE_RECORDS_PER_SECOND } from '../model/limits.ts';
import { getRecords } from '../operations/kinesis/get-records.ts';
import { getShardIterator } from '../operations/kinesis/get-shard-iterator.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PeekBuffer } from './peek-buffer.ts';
import type { PeekPlace } from './screen-session.ts';

export interface PeekOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly buffer: PeekBuffer;
  /** GetRecords calls a second, as many as are due now. */
  readonly share: () => number;
  /** The server's wall time. */
  readonly now: () => number;
  readonly onRecords: () => unknown;
}

/** As many as a shard that keeps to AWS's limit takes between two looks, and a quarter more; not many more than are kept. */
const pageRecords = (restMs: number) =>
  Math.min(2 * PEEK_RECORDS_MAX, Math.ceil(restMs * 1.25 * (SHARD_WRITE_RECORDS_PER_SECOND / 1_000)));
/** How far before the tip a look begins that does not go on where the last one ended. */
const NEAR_MS = 200;
const RETRY_MS = 2_000;

export class PeekReader {
  readonly #options: PeekOptions;
  #reading: AbortController | undefined;
  #place: string | undefined;

  constructor(options: PeekOptions) {
    this.#options = options;
  }

  /** Reads this shard from now on; undefined reads none. */
  turnTo(place: PeekPlace | undefined): void {
    const text = place === undefined ? undefined : `${place.stream}/${place.name}`;
    if (text === this.#place) return;
    this.#place = text;
    this.#reading?.abort();
    this.#options.buffer.begin(text);
    if (place === undefined) return;
    this.#reading = new AbortController();
    void this.#read(place, this.#reading.signal);
  }

  close(): void {
    this.#reading?.abort();
  }

  async #read(place: PeekPlace, signal: AbortSignal): Promise<void> {
    const { clock, buffer, share, onRecords } = this.#options;
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      try {
        await this.#follow(isFirst ? place : { ...place, fromMs: undefined }, signal);
      } catch (error) {
        if (signal.aborted) return;
        buffer.fail(reasonOf(error));
        onRecords();
        await clock.sleep(Math.max(RETRY_MS, 1_000 / share()), signal).catch(() => undefined);
      }
    }
  }

  /** Until the shard ends, the iterator expires or a call fails. */
  async #follow(place: PeekPlace, signal: AbortSignal): Promise<void> {
    const { client, clock, buffer, share, onRecords } = this.#options;
    let iterator = await this.#iteratorAt(place, place.fromMs, signal);
    // Where more comes between two looks than a page holds, each look begins near the tip, for the newest are wanted,
    // and a reader that falls behind would be told as the shard's lag.
    let jumps = false;
    while (iterator !== undefined) {
      const restMs = 1_000 / share();
      const limit = pageRecords(restMs);
      const input = { ShardIterator: iterator, Limit: limit };
      const page = await client.call(getRecords, input, { signal, attemptsMax: 1 });
      buffer.add(page.Records, clock.monotonic());
      if (page.Records.length > 0) onRecords();
      const expected = (page.Records.length / NEAR_MS) * restMs;
      jumps = (page.MillisBehindLatest ?? 0) > 0 || (jumps && expected > limit / 2);
      await clock.sleep(restMs, signal);
      const isOver = page.NextShardIterator === undefined;
      iterator =
        jumps && !isOver
          ? await this.#iteratorAt(place, this.#options.now() - NEAR_MS, signal)
          : page.NextShardIterator;
    }
    buffer.fail('the shard is closed and read to its end');
    onRecords();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  async #iteratorAt(place: PeekPlace, fromMs: number | undefined, signal: AbortSignal): Promise<string | undefined> {
    const start =
      fromMs === undefined
        ? { ShardIteratorType: 'LATEST' as const }
        : { ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: fromMs };
    const input = { StreamName: place.stream, ShardId: place.shardId, ...start };
    return (await this.#options.client.call(getShardIterator, input, { signal })).ShardIterator;
  }
}

/** Why a call failed, in few words. */
export function reasonOf(error: unknown): string {
  if (error instanceof ClientError) return error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
