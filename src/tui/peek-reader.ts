/** Reads the newest records of one shard for the peek pane, rarely enough that its consumers do not feel it. */
import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import { getRecords } from '../operations/kinesis/get-records.ts';
import { getShardIterator } from '../operations/kinesis/get-shard-iterator.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PeekBuffer } from './peek-buffer.ts';

export interface PeekOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly buffer: PeekBuffer;
  /** GetRecords calls a second. */
  readonly share: number;
  readonly onRecords: () => void;
}

/** Fewer than the newest that fit: a page of 10 MB for a few lines is no polite look. */
const PAGE_RECORDS = 1_000;
/** How far back the first look goes, so that a quiet shard shows something too. */
const BACK_MS = 60_000;
const RETRY_MS = 2_000;

export class PeekReader {
  readonly #options: PeekOptions;
  #reading: AbortController | undefined;
  #place: string | undefined;

  constructor(options: PeekOptions) {
    this.#options = options;
  }

  /** Reads this shard from now on; undefined reads none. */
  turnTo(place: { readonly stream: string; readonly shardId: string; readonly name: string } | undefined): void {
    const text = place === undefined ? undefined : `${place.stream}/${place.name}`;
    if (text === this.#place) return;
    this.#place = text;
    this.#reading?.abort();
    this.#options.buffer.begin(text);
    if (place === undefined) return;
    this.#reading = new AbortController();
    void this.#read(place.stream, place.shardId, this.#reading.signal);
  }

  close(): void {
    this.#reading?.abort();
  }

  async #read(stream: string, shardId: string, signal: AbortSignal): Promise<void> {
    const { clock, buffer, share, onRecords } = this.#options;
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      try {
        await this.#follow({ stream, shardId, fromMs: isFirst ? clock.now() - BACK_MS : undefined }, signal);
      } catch (error) {
        if (signal.aborted) return;
        buffer.fail(reasonOf(error));
        onRecords();
        await clock.sleep(Math.max(RETRY_MS, 1_000 / share), signal).catch(() => undefined);
      }
    }
  }

  /** Until the shard ends, the iterator expires or a call fails. */
  async #follow(
    {
      stream,
      shardId,
      fromMs,
    }: { readonly stream: string; readonly shardId: string; readonly fromMs: number | undefined },
    signal: AbortSignal,
  ): Promise<void> {
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
      // More than a page behind: the newest are what is wanted, not all.
      if ((page.MillisBehindLatest ?? 0) > BACK_MS) return;
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
