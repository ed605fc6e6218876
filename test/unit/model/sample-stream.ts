/** A stream as the catalog keeps it, for tests of rules. */
import { evenRanges } from '../../../src/model/hash-range.ts';
import type { Shard } from '../../../src/model/shard.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import type { Stream } from '../../../src/model/stream.ts';

export const CREATED_MS = 1_700_000_000_000;

/** ACTIVE, PROVISIONED, 24 hours, with `count` open shards of keys 1 to `count`. */
export function sampleStream(count: number, changes: Partial<Stream> = {}): Stream {
  const creationSeconds = CREATED_MS / 1000;
  const shards = evenRanges(count).map((range, index): Shard => {
    const key = (index + 1) as ShardKey;
    return { key, index, creationSeconds, range, parents: [], openedMs: CREATED_MS, horizonMs: 0 };
  });
  return {
    id: 1,
    namespace: '',
    name: 's',
    status: 'ACTIVE',
    mode: 'PROVISIONED',
    createdMs: CREATED_MS,
    creationSeconds,
    retentionHours: 24,
    shards,
    nextShardIndex: count,
    recordBytesMax: 1_048_576,
    tags: {},
    shardMetrics: [],
    ...changes,
  };
}
