/**
 * Which shards may be read when: a child only after all its parents have been read to their end, so that the records
 * of a key stay in order across splits and merges. Pure bookkeeping, no calls.
 */

/** A shard and the shards it came from: none, one (split) or two (merge). */
export interface Descent {
  readonly shardId: string;
  readonly parents: readonly string[];
}

export class Lineage {
  /** Known and not yet read to the end. */
  readonly #open = new Set<string>();
  readonly #waiting = new Map<string, Descent>();
  readonly #seen = new Set<string>();

  /** The shards to begin with, in order; those whose parents stand in the same list wait. */
  begin(shards: readonly Descent[]): readonly string[] {
    for (const shard of shards) this.#add(shard);
    return this.#release();
  }

  /** `shardId` has been read to its end; returns the shards that may be read now. */
  end(shardId: string, children: readonly Descent[]): readonly string[] {
    for (const child of children) this.#add(child);
    this.#open.delete(shardId);
    return this.#release();
  }

  /**
   * True when a parent of these is unknown: it has expired, was not asked for, or descends from a shard still being
   * read. Only a listing of the stream tells; give it to `learn` before `end`.
   */
  misses(children: readonly Descent[]): boolean {
    return children.some((child) => child.parents.some((id) => !this.#seen.has(id)));
  }

  /** Takes from a listing, oldest shard first, all that descends from the shards known here. */
  learn(listing: readonly Descent[]): void {
    for (const shard of listing) {
      if (shard.parents.some((id) => this.#seen.has(id))) this.#add(shard);
    }
  }

  #add(shard: Descent): void {
    if (this.#seen.has(shard.shardId)) return;
    this.#seen.add(shard.shardId);
    this.#open.add(shard.shardId);
    this.#waiting.set(shard.shardId, shard);
  }

  /** A parent that is unknown even so has expired or was not asked for: nobody waits for it. */
  #release(): readonly string[] {
    const ready = [...this.#waiting.values()].filter((shard) => !shard.parents.some((id) => this.#open.has(id)));
    for (const shard of ready) this.#waiting.delete(shard.shardId);
    return ready.map((shard) => shard.shardId);
  }
}
