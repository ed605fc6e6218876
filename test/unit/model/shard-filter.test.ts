/** ShardFilter: a stream of two shards that was split and merged, looked at from different times. */
import { expect, test } from 'vitest';
import { isExpired, withoutExpired } from '../../../src/model/retention.ts';
import { checkShardFilter, filterShards, type ShardFilter } from '../../../src/model/shard-filter.ts';
import type { Stream } from '../../../src/model/stream.ts';
import { HOUR_MS } from '../../../src/model/time.ts';
import { coversAll } from './cover.ts';
import { CREATED_MS, sampleStream } from './sample-stream.ts';

const SPLIT_MS = CREATED_MS + HOUR_MS;
const MERGED_MS = CREATED_MS + 2 * HOUR_MS;
const NOW_MS = CREATED_MS + 3 * HOUR_MS;

/** Shard 0 became 2 and 3, then 3 and 1 became 4. Shards opened a minute after the stream was created. */
function sample(): Stream {
  const [low, high] = sampleStream(2).shards.map((shard) => ({ ...shard, openedMs: CREATED_MS + 60_000 }));
  const cut = { start: 1_000n, end: low!.range.end };
  const shards = [
    { ...low!, closedMs: SPLIT_MS },
    { ...high!, closedMs: MERGED_MS },
    { ...low!, index: 2, parents: [0], openedMs: SPLIT_MS, range: { start: 0n, end: 999n } },
    { ...low!, index: 3, parents: [0], openedMs: SPLIT_MS, range: cut, closedMs: MERGED_MS },
    { ...high!, index: 4, parents: [3, 1], openedMs: MERGED_MS, range: { start: 1_000n, end: high!.range.end } },
  ];
  return sampleStream(2, { shards, nextShardIndex: 5 });
}

const indexes = (filter: ShardFilter, nowMs = NOW_MS) =>
  filterShards(withoutExpired(sample(), nowMs), filter, nowMs).map((shard) => shard.index);

test.each<[ShardFilter, number[]]>([
  [{ type: 'FROM_TRIM_HORIZON' }, [0, 1, 2, 3, 4]],
  [{ type: 'AT_TRIM_HORIZON' }, [0, 1]],
  [{ type: 'AT_LATEST' }, [2, 4]],
  [{ type: 'AFTER_SHARD_ID', shardId: 'shardId-000000000002' }, [3, 4]],
  [{ type: 'AFTER_SHARD_ID', shardId: 'shardId-000000000002x' }, [3, 4]],
  [{ type: 'AT_TIMESTAMP', timestampMs: CREATED_MS }, [0, 1]],
  [{ type: 'AT_TIMESTAMP', timestampMs: SPLIT_MS - 1 }, [0, 1]],
  [{ type: 'AT_TIMESTAMP', timestampMs: SPLIT_MS + 1 }, [1, 2, 3]],
  [{ type: 'AT_TIMESTAMP', timestampMs: MERGED_MS + 1 }, [2, 4]],
  [{ type: 'FROM_TIMESTAMP', timestampMs: SPLIT_MS }, [0, 1, 2, 3, 4]],
  [{ type: 'FROM_TIMESTAMP', timestampMs: SPLIT_MS + 1 }, [1, 2, 3, 4]],
  [{ type: 'FROM_TIMESTAMP', timestampMs: MERGED_MS + 1 }, [2, 4]],
  [{ type: 'AT_TIMESTAMP', timestampMs: 0 }, [0, 1]],
])('%j gives shards %j', (filter, expected) => {
  expect(indexes(filter)).toEqual(expected);
});

test('at any instant between two reshards the shards open then hold every hash key once', () => {
  for (const timestampMs of [CREATED_MS, SPLIT_MS - 1, SPLIT_MS + 1, MERGED_MS - 1, MERGED_MS + 1, NOW_MS]) {
    const shards = filterShards(sample(), { type: 'AT_TIMESTAMP', timestampMs }, NOW_MS);
    expect(coversAll(shards.map((shard) => shard.range))).toBe(true);
  }
});

test('a time before the horizon counts as the horizon, so the hash space stays covered', () => {
  const nowMs = SPLIT_MS + 24 * HOUR_MS;
  expect(indexes({ type: 'AT_TIMESTAMP', timestampMs: CREATED_MS }, nowMs)).toEqual([1, 2, 3]);
  expect(indexes({ type: 'AT_TRIM_HORIZON' }, nowMs)).toEqual([1, 2, 3]);
  expect(indexes({ type: 'FROM_TRIM_HORIZON' }, nowMs)).toEqual([1, 2, 3, 4]);
});

test('a closed shard expires when the retention after its closing has gone by, an open one never', () => {
  const stream = sample();
  const [closed, , open] = stream.shards;
  expect(isExpired(stream, closed!, SPLIT_MS + 24 * HOUR_MS - 1)).toBe(false);
  expect(isExpired(stream, closed!, SPLIT_MS + 24 * HOUR_MS)).toBe(true);
  expect(isExpired(stream, open!, SPLIT_MS + 9_000 * HOUR_MS)).toBe(false);
});

test.each<[string, ShardFilter]>([
  ['a type that needs a shard id has none', { type: 'AFTER_SHARD_ID' }],
  ['a type that needs a time has none', { type: 'AT_TIMESTAMP' }],
  ['a type that takes no time has one', { type: 'AT_LATEST', timestampMs: NOW_MS }],
  ['a type that takes no shard id has one', { type: 'FROM_TIMESTAMP', timestampMs: NOW_MS, shardId: 'x' }],
  ['the time is to come', { type: 'AT_TIMESTAMP', timestampMs: NOW_MS + 1 }],
])('a filter is refused when %s', (_, filter) => {
  expect(() => checkShardFilter(filter, NOW_MS)).toThrow(expect.objectContaining({ code: 'InvalidArgumentException' }));
});
