/** What the figures mean: one line an operator can act on. Pure. */
import type { KeyFigures, ShardFigures, StreamFigures } from './figures.ts';
import { ageText, percentText } from './format.ts';

/** A key with at least this part of its shard's bytes is named. */
const HEAVY_SHARE = 0.3;
const IDLE_MS = 60_000;
/** Heat that lasts longer is told with its time. */
const TOLD_MS = 60_000;

/** The heaviest key of a shard, when it is heavy. */
export function heavyKey(stream: StreamFigures, shard: ShardFigures): KeyFigures | undefined {
  const heaviest = stream.keys.find((key) => key.shard === shard.index);
  return heaviest !== undefined && (heaviest.share ?? 0) >= HEAVY_SHARE ? heaviest : undefined;
}

/** The hottest shard; the selected one when several are. */
function hottestShard(stream: StreamFigures): ShardFigures | undefined {
  const hot = stream.shards.filter((shard) => shard.heat !== 'cool');
  return hot.reduce<ShardFigures | undefined>(
    (most, one) => (most === undefined || one.writeShare > most.writeShare ? one : most),
    undefined,
  );
}

/** `0003 at 97% of 1 MiB/s for 3 min, 71% is key u-8812`; undefined when nothing is hot. */
export function hotText(stream: StreamFigures): string | undefined {
  const shard = hottestShard(stream);
  if (shard === undefined) return undefined;
  const limit = shard.bytesIn / 1_048_576 >= shard.recordsIn / 1_000 ? '1 MiB/s' : '1,000 rec/s';
  const key = heavyKey(stream, shard);
  const word = shard.heat === 'hot' ? 'HOT ' : '';
  const keyText = key === undefined ? '' : `, ${percentText(key.share!)} is key ${key.name}`;
  const since = shard.heatMs >= TOLD_MS ? ` for ${ageText(shard.heatMs)}` : '';
  return `${word}${shard.name} at ${percentText(shard.writeShare)} of ${limit}${since}${keyText}`;
}

/** Lines for the wide layout's advice. */
export function adviceLines(stream: StreamFigures): readonly string[] {
  const shard = hottestShard(stream);
  if (shard === undefined) return isIdle(stream) ? ['no records in 60 s'] : ['nothing needs you'];
  const key = heavyKey(stream, shard);
  if (key === undefined)
    return [`${shard.name} is at ${percentText(shard.writeShare)} of its limit`, '→ split it  (S shows how)'];
  return [
    `${shard.name}: one key, ${key.name},`,
    `is ${percentText(key.share!)} of its bytes; a split`,
    'cannot spread it',
    '→ salt the key  (K for the list)',
  ];
}

/** Nothing came in for a minute. */
export function isIdle(stream: StreamFigures): boolean {
  return stream.idleMs !== undefined && stream.idleMs >= IDLE_MS;
}
