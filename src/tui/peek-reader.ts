/** Reads the newest records of one shard for the peek pane, rarely enough that its consumers do not feel it. */
import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import { getRecords } from '../operations/kinesis/get-records.ts';
import { getShardIterator } from '../operations/kinesis/get-shard-iterator.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PeekBuffer } from './peek-buffer.ts';
import type { PeekPlace } from './screen-session.ts';

export interface PeekOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly buffer: PeekBuffer;
  /** GetRecords calls a second. */
  readonly share: number;
  readonly onRecords: () => unknown;
}

/** Fewer than the newest that fit: a page of 10 MB for a few lines is no polite look. */
const PAGE_RECORDS = 1_000;
/** Further behind the newest are what is wanted, not all. */
const BEHIND_MS_MAX = 5_000;
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
        await clock.sleep(Math.max(RETRY_MS, 1_000 / share), signal).catch(() => undefined);
      }
    }
  }

  /** Until the shard ends, the iterator expires or a call fails. */
  async #follow({ stream, shardId, fromMs }: PeekPlace, signal: AbortSignal): Promise<void> {
    const { client, clock, buffer, share, onRecords } = this.#options;
    const start =
      fromMs === undefined
        ? { ShardIteratorType: 'LATEST' as const }
        : { ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: fromMs };
    const begun = await client.call(getShardIterator, { StreamName: stream, ShardId: shardId, ...start }, { signal });
    let iterator = begun.ShardIterator;
    while (iterator !== undefined) {
      const page = await client.call(
        getRecords,
        { ShardIterator: iterator, Limit: PAGE_RECORDS },
        { signal, attemptsMax: 1 },
      );
      buffer.add(page.Records, clock.monotonic());
      if (page.Records.length > 0) onRecords();
      if ((page.MillisBehindLatest ?? 0) > BEHIND_MS_MAX) return;
      iterator = page.NextShardIterator;
      await clock.sleep(1_000 / share, signal);
    }
    buffer.fail('the shard is closed and read to its end');
    onRecords();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}

/** Why a call failed, in few words. */
export function reasonOf(error: unknown): string {
  if (error instanceof ClientError) return error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
