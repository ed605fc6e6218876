/** On-demand streams grow by what their shards take: counted with each put, looked at once a minute or on demand. */
import { ON_DEMAND_LOOK_MS, ON_DEMAND_SHARDS_MAX } from '../model/limits.ts';
import { shardsToSplit } from '../model/on-demand.ts';
import type { ShardKey } from '../model/shard-key.ts';
import type { EpochMs } from '../model/time.ts';
import { countOpenShards } from './changing.ts';
import type { LiveStream } from './live-stream.ts';
import type { ServiceParts } from './parts.ts';
import { grow } from './resharding.ts';
import type { Changes } from './settings.ts';

export class OnDemandGrowth {
  #sinceMs: EpochMs;
  readonly #bytes = new Map<ShardKey, number>();

  constructor(nowMs: EpochMs) {
    this.#sinceMs = nowMs;
  }

  /** A shard took records. */
  took(shard: ShardKey, bytes: number): void {
    this.#bytes.set(shard, (this.#bytes.get(shard) ?? 0) + bytes);
  }

  /** Splits what took more than it should since the last look, and counts anew. */
  async look(parts: ServiceParts, changes: Changes): Promise<void> {
    const nowMs = parts.clock.now();
    const ms = nowMs - this.#sinceMs;
    if (ms <= 0) return;
    const taken = new Map(this.#bytes);
    this.#bytes.clear();
    this.#sinceMs = nowMs;
    const busy = (live: LiveStream) => busyShards(parts, live, { taken, ms });
    for (const { stream } of [...parts.table.all()].filter((live) => busy(live).length > 0)) {
      await changes.change(async () => {
        const live = parts.table.live(stream.id);
        const indexes = busy(live);
        if (indexes.length > 0) await grow(parts, live.stream, indexes);
        return stream.id;
      });
    }
  }
}

interface Taken {
  readonly taken: ReadonlyMap<ShardKey, number>;
  readonly ms: number;
}

/** Indexes of the shards to split; none while the stream is on its way to something else. */
function busyShards(parts: ServiceParts, { stream, router }: LiveStream, { taken, ms }: Taken): readonly number[] {
  if (stream.mode !== 'ON_DEMAND' || stream.status !== 'ACTIVE') return [];
  const open = router.shards.length;
  const room = parts.settings.shardsMax - countOpenShards(parts);
  const shards = router.shards.map(({ key, index, range }) => ({ index, range, bytes: taken.get(key) ?? 0 }));
  return shardsToSplit({ shards, ms, shardsMax: Math.min(ON_DEMAND_SHARDS_MAX, open + room) });
}

/** Looks every ON_DEMAND_LOOK_MS until the signal fires. */
export async function keepGrowing(
  parts: ServiceParts,
  changes: Changes,
  { growth, signal }: { readonly growth: OnDemandGrowth; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await parts.clock.sleep(ON_DEMAND_LOOK_MS, signal);
      await growth.look(parts, changes);
    } catch (error) {
      if (!signal.aborted) parts.events.sweepFailed(error);
    }
  }
}
