/** What the engine knows of each log without asking the disk: from the tables of its segments and from its indexes. */
import type { ShardKey } from '../../model/shard-key.ts';
import type { LogFigures } from '../store.ts';
import type { Segment } from './segment.ts';
import type { ShardState } from './shard-state.ts';

/** A record takes at least a header and a key of one character: where offsets go up faster than that, there are holes. */
const RECORD_BYTES_MIN = 8;

/** Of all logs. */
export function logFigures(
  shards: ReadonlyMap<ShardKey, ShardState>,
  segments: readonly Segment[],
): ReadonlyMap<ShardKey, LogFigures> {
  const held = new Map([...shards.keys()].map((key) => [key as number, { bytes: 0, offsets: 0 }]));
  for (const { table } of segments) {
    for (let i = 0; i < table.count; i++) {
      const { shard, first, next, bytes } = table.row(i);
      const sums = held.get(shard);
      if (sums === undefined) continue;
      const alive = next - Math.max(first, shards.get(shard as ShardKey)!.horizon);
      if (alive <= 0) continue;
      sums.bytes += (bytes * alive) / (next - first);
      sums.offsets += alive;
    }
  }
  return new Map([...shards].map(([key, state]) => [key, figuresOf(state, held.get(key)!)]));
}

function figuresOf(
  state: ShardState,
  { bytes, offsets }: { readonly bytes: number; readonly offsets: number },
): LogFigures {
  const { index, hotReads, coldReads, isEmpty, first, arrivalMs } = state;
  const read = { bytes: Math.round(bytes), hotReads, coldReads };
  if (isEmpty) return { ...read, records: 0 };
  const hasHoles = offsets * RECORD_BYTES_MIN > bytes;
  return {
    ...read,
    records: hasHoles ? undefined : offsets,
    firstMs: index.entry(index.at(first)).arrivalMs,
    lastMs: arrivalMs,
  };
}
