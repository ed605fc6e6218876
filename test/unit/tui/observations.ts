/** A stream as the design's mock-up shows it: eight shards, one of them hot with one heavy key; and scenes of it. */

import { evenRanges } from '../../../src/model/hash-range.ts';
import type { ShardMetrics, StreamMetrics } from '../../../src/model/metrics-frame.ts';
import type { Board, Observation } from '../../../src/tui/figures.ts';
import { UNICODE } from '../../../src/tui/glyphs.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap.ts';
import { Meter } from '../../../src/tui/meter.ts';
import type { PeekedRecord, Scene, Setting, Size } from '../../../src/tui/scene.ts';
import { firstState, type StateChange } from '../../../src/tui/state.ts';
import { PLAIN } from '../../../src/tui/theme.ts';

/** 2026-11-20T12:04:31Z. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12, 4, 31);

/** Bytes a second, records a second, throttled a second, lag: as the mock-up has them. */
const LOADS = [
  [301_000, 288, 0, 400],
  [388_000, 377, 0, 800],
  [297_000, 281, 0, 400],
  [1_010_000, 972, 0.2, 4_200],
  [264_000, 249, 0, 300],
  [412_000, 391, 0, 900],
  [221_000, 204, 0, 200],
  [160_000, 152, 0, 200],
] as const;

/** A shard that has taken its load for so many seconds. */
export function shardAt(seconds: number, index: number, count = 8): ShardMetrics {
  const [bytes, records, throttled, lagMs] = LOADS[index % LOADS.length]!;
  const range = evenRanges(count)[index]!;
  const heat = new Array<number>(64).fill(bytes / 64);
  if (index === 3) heat[40] = bytes * 2.5;
  return {
    state: 'open',
    start: String(range.start),
    end: String(range.end),
    parents: [],
    openedMs: NOW_MS - 3_600_000,
    recordsIn: Math.round(records * seconds),
    bytesIn: Math.round(bytes * seconds),
    throttledRecords: Math.round(throttled * seconds),
    reads: Math.round(2 * seconds),
    throttledReads: 0,
    recordsOut: Math.round(2 * records * seconds),
    bytesOut: Math.round(2 * bytes * seconds),
    lagMs,
    firstMs: NOW_MS - 3_000_000,
    lastMs: NOW_MS - 100,
    storedBytes: 3_000_000_000,
    storedRecords: 2_800_000,
    heat,
  };
}

const CONSUMER = { status: 'ACTIVE', recordsOut: 0, bytesOut: 0 } as const;

export function streamAt(seconds: number, count = 8): StreamMetrics {
  const shards = Array.from({ length: count }, (_, index): [string, ShardMetrics] => [
    String(index),
    shardAt(seconds, index, count),
  ]);
  const sum = (name: 'recordsIn' | 'bytesIn' | 'recordsOut' | 'bytesOut' | 'throttledRecords' | 'reads') =>
    shards.reduce((total, [, shard]) => total + shard[name], 0);
  return {
    name: 'orders',
    namespace: '',
    status: 'ACTIVE',
    mode: 'PROVISIONED',
    createdMs: NOW_MS - 3_600_000,
    retentionHours: 24,
    recordBytesMax: 1_048_576,
    encryption: 'NONE',
    openShards: count,
    closedShards: 0,
    recordsIn: sum('recordsIn'),
    bytesIn: sum('bytesIn'),
    throttledRecords: sum('throttledRecords'),
    reads: sum('reads'),
    throttledReads: 0,
    recordsOut: sum('recordsOut'),
    bytesOut: sum('bytesOut'),
    shards: Object.fromEntries(shards),
    consumers: { 'audit:1': { ...CONSUMER, name: 'audit', subscriptions: count, lagMs: 200 } },
    readers: {
      '1': {
        address: '127.0.0.1',
        agent: 'etl/2.1 os/linux',
        reads: Math.round(8 * seconds),
        recordsOut: Math.round(2_914 * seconds),
        bytesOut: Math.round(3_053_000 * seconds),
        lagMs: 4_200,
        lastReadMs: NOW_MS - 200,
      },
    },
    keys: [{ key: 'u-8812', shard: 3, bytes: 2_500_000, errorBytes: 0 }],
  };
}

/** What the server has counted after so many seconds. */
export function observationAt(
  seconds: number,
  streams: Observation['streams'] = { '1': streamAt(seconds) },
): Observation {
  return {
    source: {
      kind: 'daemon',
      endpoint: 'http://127.0.0.1:4567',
      label: 'daemon 0.1.0 up 2h14m',
      rssBytes: 71_000_000,
    },
    atMs: NOW_MS,
    tickMs: 8_040_000 + seconds * 1_000,
    streams,
    events: {
      '1': { atMs: NOW_MS - 400_000, kind: 'streamActive', stream: 'orders' },
      '2': { atMs: NOW_MS - 300_000, kind: 'shardSplit', stream: 'orders', shards: [8], opened: [12, 13] },
      '3': { atMs: NOW_MS - 171_000, kind: 'consumerRegistered', stream: 'orders', consumer: 'audit' },
      '4': { atMs: NOW_MS - 2_000, kind: 'throttlingBegan', stream: 'orders', shards: [3] },
    },
    readMs: 11,
  };
}

export const SETTING: Setting = {
  keymap: DEFAULT_KEYMAP,
  contexts: ['local', 'aws'],
  profile: undefined,
  version: '0.1.0',
  target: 'local',
  endpoint: 'http://127.0.0.1:4567',
  isReadOnly: false,
  confirmsByName: false,
  canPeek: true,
  isViewOnly: false,
  glyphs: UNICODE,
  theme: PLAIN,
  share: 2,
  targetOptions: '',
};

export function record(number: number, key: string, text: string): PeekedRecord {
  const data = new TextEncoder().encode(text);
  return {
    sequenceNumber: `49651${String(number).padStart(50, '0')}193`,
    partitionKey: key,
    arrivalMs: NOW_MS + number * 7,
    bytes: data.length,
    data,
  };
}

const RECORDS = [
  record(1, 'u-8812', '{"id":"o-55120","total":41.90,"cur":"EUR","items":3,"ship":"DE","coupon":null}'),
  record(2, 'u-1190', '{"id":"o-55118","total":99.00,"cur":"USD","items":1,"ship":"US","coupon":"NOV"}'),
  record(3, 'u-8812', '{"id":"o-55121","total":12.00,"cur":"EUR","items":1,"ship":"DE","coupon":null}'),
];

/** Half a minute's observations, 2 s apart. */
function boardAfterHalfAMinute(): Board {
  const meter = new Meter();
  let board = meter.take(observationAt(0));
  for (let seconds = 2; seconds <= 30; seconds += 2) board = meter.take(observationAt(seconds));
  return board;
}

const BOARD = boardAfterHalfAMinute();

/** A scene of half a minute's observations. */
export function sceneOf(size: Size, change: StateChange = {}, parts: Partial<Scene> = {}): Scene {
  return {
    setting: SETTING,
    size,
    state: firstState({ stream: 'orders', ...change }),
    board: BOARD,
    peek: { records: RECORDS, place: 'orders/0003', keptPerSecond: 24, trouble: undefined },
    link: { state: 'live' },
    nowMs: NOW_MS,
    zone: 'utc',
    ...parts,
  };
}
