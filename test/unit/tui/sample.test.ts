/** Samples for programs: JSON without numbers that lose digits, CSV and Prometheus text that their readers take. */
import { expect, test } from 'vitest';
import { Meter } from '../../../src/tui/meter.ts';
import { csvHead, csvRows, prometheusSample, sampleOf } from '../../../src/tui/sample.ts';
import { observationAt, streamAt } from './observations.ts';

const meter = new Meter();
meter.take(observationAt(0));
const board = meter.take(observationAt(2));

interface Sample {
  readonly streams: readonly {
    readonly name: string;
    readonly shards: readonly {
      readonly end: string;
      readonly bytesInPerSecond: number;
      readonly bytesOutPerSecond: number | null;
    }[];
  }[];
}

test('JSON keeps 128-bit numbers as text', () => {
  const sample = JSON.parse(JSON.stringify(sampleOf(board, 'orders'))) as Sample;
  expect(sample.streams[0]!.shards[7]!.end).toBe(String(2n ** 128n - 1n));
  expect(sample.streams[0]!.shards[1]!.bytesInPerSecond).toBe(388_000);
});

test('what only the server knows is null where it does not tell', () => {
  const polled = { ...board, source: { ...board.source, kind: 'polling' as const } };
  expect((sampleOf(polled, undefined) as Sample).streams[0]!.shards[1]!.bytesOutPerSecond).toBeNull();
  expect(csvRows(polled, undefined)[1]!.split(',')[6]).toBe('');
  expect(prometheusSample(polled, undefined)).not.toContain('out_bytes');
});

test('CSV has a cell for each head, and quotes what needs it', () => {
  const odd = { ...board, streams: [{ ...board.streams[0]!, name: 'a,"b"' }] };
  expect(csvRows(board, undefined)).toHaveLength(8);
  expect(csvRows(board, undefined)[0]!.split(',')).toHaveLength(csvHead().split(',').length);
  expect(csvRows(odd, undefined)[0]).toContain(',"a,""b""",');
});

test('Prometheus text has help and type once a name, and escapes labels', () => {
  const odd = new Meter();
  odd.take(observationAt(0, { '1': { ...streamAt(0), name: 'a"b\\c' } }));
  const text = prometheusSample(odd.take(observationAt(2, { '1': { ...streamAt(2), name: 'a"b\\c' } })), undefined);
  expect(text.match(/^# TYPE sluice_top_shard_capacity_ratio gauge$/gm)).toHaveLength(1);
  expect(text).toContain('sluice_top_shard_lag_seconds{stream="a\\"b\\\\c",shard="shardId-000000000003"} 4.2\n');
});

test('only the stream that is asked for', () => {
  expect(csvRows(board, 'clicks')).toEqual([]);
});
