/**
 * Carrying out what was accepted: CREATING to ACTIVE, UPDATING to ACTIVE, DELETING to gone. The intent is in the
 * journal first, so a restart in the middle completes it; the outcome is one event, so it is atomic.
 */
import assert from 'node:assert/strict';
import { evenRanges } from '../model/hash-range.ts';
import { TRANSITION_RETRY_MS } from '../model/limits.ts';
import { decideGrowth, decideMerge, decideSplit, planUniform, type Reshard } from '../model/reshard.ts';
import type { Shard } from '../model/shard.ts';
import type { ShardKey } from '../model/shard-key.ts';
import type { Change, Stream, Transition } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import { record, type ServiceParts } from './parts.ts';

/** The shards a change will close and open, were it carried out now. */
export function decideReshard(
  stream: Stream,
  change: Change,
  context: { nowMs: EpochMs; firstKey: ShardKey },
): Reshard {
  switch (change.kind) {
    case 'split':
      return decideSplit(stream, { index: change.shardIndex, at: change.startingHashKey }, context);
    case 'merge':
      return decideMerge(stream, { first: change.shardIndex, second: change.adjacentIndex }, context);
    case 'grow':
      return decideGrowth(stream, change.shardIndexes, context);
    case 'scale':
      return planUniform(stream, change.target, context);
    default:
      assert.fail(`${change.kind} is no reshard`);
  }
}

/** Runs from open to close of the service. */
export class Transitions {
  readonly #parts: ServiceParts;
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<Promise<void>>();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** Takes up what a catalog left unfinished; what is due is tried once before this resolves. */
  async resume(): Promise<void> {
    for (const { stream } of this.#parts.table.all()) {
      if (stream.transition !== undefined)
        await this.#parts.turns.run(() => this.follow(stream.id)).catch(() => undefined);
    }
  }

  /**
   * Carries out the transition of a stream if it is due, else sees to it later. Only within a turn.
   * A rejection means not yet: it is tried again in the background.
   */
  async follow(id: number): Promise<void> {
    const transition = this.#parts.journal.catalog.streams.get(id)?.transition;
    if (transition === undefined) return;
    const waitMs = transition.dueMs - this.#parts.clock.now();
    if (waitMs > 0) return this.#later(id, transition, waitMs);
    try {
      await this.#settle(id, transition);
    } catch (error) {
      this.#parts.events.transitionFailed(this.#parts.journal.catalog.streams.get(id)!, error);
      this.#later(id, transition, TRANSITION_RETRY_MS);
      throw error;
    }
  }

  #later(id: number, transition: Transition, waitMs: number): void {
    const waiting = this.#wait(id, transition, waitMs).finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
  }

  async #wait(id: number, transition: Transition, waitMs: number): Promise<void> {
    const { clock, turns, journal } = this.#parts;
    try {
      await clock.sleep(waitMs, this.#stopped.signal);
      await turns.run(async () => {
        if (this.#stopped.signal.aborted) return;
        if (journal.catalog.streams.get(id)?.transition === transition) await this.follow(id);
      });
    } catch {
      // Stopped, or told as an event and to be tried again.
    }
  }

  #settle(id: number, transition: Transition): Promise<void> {
    const stream = this.#parts.journal.catalog.streams.get(id)!;
    switch (transition.change.kind) {
      case 'create':
        return this.#activate(stream, transition);
      case 'delete':
        return this.#remove(stream);
      case 'set':
        return record(this.#parts, { kind: 'settingsSettled', id });
      case 'startEncryption':
        return record(this.#parts, { kind: 'encryptionChanged', id, keyId: transition.change.keyId });
      case 'stopEncryption':
        return record(this.#parts, { kind: 'encryptionChanged', id });
      default:
        return this.#reshard(stream, transition);
    }
  }

  async #activate(stream: Stream, { keys }: Transition): Promise<void> {
    const openedMs = Math.max(stream.createdMs, this.#parts.clock.now());
    const { creationSeconds } = stream;
    const shards = evenRanges(keys.count).map((range, index): Shard => {
      const key = (keys.first + index) as ShardKey;
      return { key, index, creationSeconds, range, parents: [], openedMs, horizonMs: 0 };
    });
    await this.#parts.store.create(shards.map((shard) => shard.key));
    await record(this.#parts, { kind: 'streamActivated', id: stream.id, shards });
  }

  /** Routing stops, appends in flight end, parents are sealed, the event is written, the children take over. */
  async #reshard(stream: Stream, { change, keys }: Transition): Promise<void> {
    const { store, clock, table } = this.#parts;
    const live = table.live(stream.id);
    const created = Array.from({ length: keys.count }, (_, i) => (keys.first + i) as ShardKey);
    await store.create(created);
    await live.quiesced(async () => {
      const { atMs, closed, opened } = decideReshard(stream, change, { nowMs: clock.now(), firstKey: keys.first });
      for (const index of closed) await (await live.log(live.shard(index)!)).seal();
      await record(this.#parts, { kind: 'streamResharded', id: stream.id, atMs, closed, opened });
    });
  }

  async #remove(stream: Stream): Promise<void> {
    const { store, clock, table } = this.#parts;
    await table.live(stream.id).quiesced(async () => {
      await record(this.#parts, { kind: 'streamDeleted', id: stream.id, atMs: clock.now() });
    });
    // Should this not happen, the next start says it again: only what the catalog names is retained.
    await store.drop(stream.shards.map((shard) => shard.key));
  }

  /** Ends all waiting; what is unfinished stays in the journal. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#waiting);
  }
}
