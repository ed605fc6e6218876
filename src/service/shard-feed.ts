/**
 * What the subscribers of one shard share: one watch of its log, and the events read from it. All who stand at the same
 * place get the same event, read once; whoever is behind reads for itself and meets the others at the end of the log.
 */
import type { ShardEvent } from '../model/delivery.ts';
import { EVENT_RECORD_BYTES_MAX, EVENTS_SHARED_MAX, GET_RECORDS_MAX } from '../model/limits.ts';
import { offsetIn } from '../model/record-batch.ts';
import { shardHorizon } from '../model/retention.ts';
import { sequenceNumber } from '../model/sequence-number.ts';
import type { Shard } from '../model/shard.ts';
import type { Offset, ShardKey } from '../model/shard-key.ts';
import type { ShardLog } from '../store/store.ts';
import type { LiveStream } from './live-stream.ts';
import type { ServiceParts } from './parts.ts';
import { lagAt, readFrom } from './reading.ts';

/** An event and where the next one begins. */
export interface FeedEvent {
  readonly event: ShardEvent;
  readonly next: Offset;
}

export interface FedShard {
  readonly live: LiveStream;
  readonly shard: Shard;
  readonly log: ShardLog;
}

export class ShardFeed {
  readonly #parts: ServiceParts;
  readonly #fed: FedShard;
  readonly #stopped = new AbortController();
  readonly #wakes = new Set<() => void>();
  /** By where they begin, since the last wake. */
  readonly #events = new Map<Offset, Promise<FeedEvent | undefined>>();

  constructor(parts: ServiceParts, fed: FedShard) {
    this.#parts = parts;
    this.#fed = fed;
    const commits = fed.log.watch(this.#stopped.signal);
    void this.#follow(commits);
  }

  /** Of the shard. */
  get key(): ShardKey {
    return this.#fed.shard.key;
  }

  async #follow(commits: AsyncIterable<Offset>): Promise<void> {
    for await (const _end of commits) this.wake();
  }

  /** Calls `wake` whenever there may be something new. */
  join(wake: () => void): void {
    this.#wakes.add(wake);
  }

  /** Returns whether that was the last one; the feed is then over. */
  leave(wake: () => void): boolean {
    this.#wakes.delete(wake);
    if (this.#wakes.size > 0) return false;
    this.#stopped.abort();
    this.#events.clear();
    return true;
  }

  /** Tells everyone to look again: at the log, the stream and the consumer. */
  wake(): void {
    // What began before this may have found nothing that is there now.
    this.#events.clear();
    for (const wake of this.#wakes) wake();
  }

  /** The event that begins at an offset; undefined while there is nothing to tell. */
  at(from: Offset): Promise<FeedEvent | undefined> {
    const known = this.#events.get(from);
    if (known !== undefined) return known;
    const reading = this.#read(from);
    const [oldest] = this.#events.keys();
    if (this.#events.size >= EVENTS_SHARED_MAX) this.#events.delete(oldest!);
    this.#events.set(from, reading);
    return reading;
  }

  async #read(from: Offset): Promise<FeedEvent | undefined> {
    const { live, shard, log } = this.#fed;
    const nowMs = this.#parts.clock.now();
    const { blocks, next } = await readFrom(log, {
      from,
      limit: { records: GET_RECORDS_MAX, bytes: EVENT_RECORD_BYTES_MAX },
      horizonMs: shardHorizon(live.stream, shard, nowMs),
    });
    const { lagMs, children } = await lagAt({ live, shard, log, nowMs }, { blocks, next });
    const last = blocks.at(-1);
    if (children !== undefined) return { event: { shard, blocks, lagMs, children }, next };
    if (last === undefined) return undefined;
    const continuation = sequenceNumber(shard, offsetIn(last.first, last.count - 1), last.arrivalMs);
    return { event: { shard, blocks, lagMs, continuation }, next };
  }
}
