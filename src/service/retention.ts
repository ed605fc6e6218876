/** Retention in the background: records and closed shards whose time has gone by give their space back. */
import { RETENTION_SWEEP_MS } from '../model/limits.ts';
import { cappedRetention, isExpired, retentionHorizon, shardHorizon } from '../model/retention.ts';
import type { Offset, ShardKey } from '../model/shard-key.ts';
import type { Stream } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import type { LiveStream } from './live-stream.ts';
import { record, type ServiceParts } from './parts.ts';

interface Horizon {
  readonly shard: ShardKey;
  readonly before: Offset;
}

/** What is to go from one stream. */
interface Sweep {
  readonly id: number;
  readonly horizonMs: EpochMs;
  readonly expired: readonly number[];
  readonly dropped: readonly ShardKey[];
  readonly trimmed: readonly Horizon[];
}

/** Looks at every stream once. Horizons are durable before the store is told, so no longer retention brings back half. */
export async function sweepRetention(parts: ServiceParts): Promise<void> {
  const nowMs = parts.clock.now();
  const sweeps: Sweep[] = [];
  for (const live of parts.table.all()) {
    const sweep = await sweepOf(live, cappedRetention(live.stream, parts.settings.retentionCapMs), nowMs);
    if (sweep.dropped.length + sweep.trimmed.length > 0) sweeps.push(sweep);
  }
  if (sweeps.length === 0) return;
  const streams = sweeps.map(({ id, horizonMs, expired }) => ({ id, horizonMs, expired }));
  await record(parts, { kind: 'retentionSwept', streams });
  await parts.store.trim(sweeps.flatMap((sweep) => sweep.trimmed));
  await parts.store.drop(sweeps.flatMap((sweep) => sweep.dropped));
}

/** `stream`: that of `live` with the retention that counts. */
async function sweepOf(live: LiveStream, stream: Stream, nowMs: EpochMs): Promise<Sweep> {
  const expired = stream.shards.filter((shard) => isExpired(stream, shard, nowMs));
  const trimmed: Horizon[] = [];
  for (const shard of stream.shards) {
    if (expired.includes(shard)) continue;
    const log = await live.log(shard);
    const before = await log.find(shardHorizon(stream, shard, nowMs));
    if (before > (await log.range()).first) trimmed.push({ shard: shard.key, before });
  }
  return {
    id: stream.id,
    horizonMs: retentionHorizon(stream.retentionHours, nowMs),
    expired: expired.map((shard) => shard.index),
    dropped: expired.map((shard) => shard.key),
    trimmed,
  };
}

/** Sweeps in turn with other changes, every RETENTION_SWEEP_MS until the signal fires. */
export async function keepSweeping(parts: ServiceParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await parts.clock.sleep(RETENTION_SWEEP_MS, signal);
      await parts.turns.run(() => sweepRetention(parts));
    } catch (error) {
      if (!signal.aborted) parts.events.sweepFailed(error);
    }
  }
}
