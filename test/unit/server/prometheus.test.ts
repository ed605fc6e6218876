/** The text for Prometheus: right in itself, right for promtool, and as docs/metrics.md says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS } from '../../../src/server/metrics-table.ts';
import { prometheusText } from '../../../src/server/prometheus.ts';
import { subscribed } from '../service/subscriber.ts';
import { fromHorizon, putKeys, scope } from '../service/world.ts';
import { openCounted } from './metrics-world.ts';

const root = join(import.meta.dirname, '../../..');

/** The text of a service that did a bit of everything. */
async function busyText(): Promise<string> {
  const world = await openCounted();
  await world.service.createStream(scope, { name: 's', shardCount: 2 });
  await subscribed(world);
  await putKeys(world, ['a', 'b', 'a']);
  await world.clock.settle();
  const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
  await world.service.getRecords(scope, { iterator, limit: 10 });
  world.metrics.operations.ended('PutRecords', world.metrics.operations.begin(), undefined);
  world.metrics.syncs.record(0.4);
  world.metrics.syncs.record(4);
  return prometheusText(world.frame());
}

function sampleIn(text: string, sample: string): number | undefined {
  const line = text.split('\n').find((other) => other.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

test('samples say what happened', async () => {
  const text = await busyText();
  const figures = {
    'sluice_stream_in_records_total{stream="s"}': 3,
    'sluice_shard_in_bytes_total{stream="s",shard="shardId-000000000000"}': 4,
    'sluice_shard_out_records_total{stream="s",shard="shardId-000000000000"}': 4,
    'sluice_stream_reads_total{stream="s"}': 1,
    'sluice_consumer_out_records_total{stream="s",consumer="c"}': 2,
    'sluice_consumer_lag_seconds{stream="s",consumer="c"}': 0,
    'sluice_stream_retention_seconds{stream="s"}': 86_400,
    'sluice_requests_total{operation="PutRecords",result="ok"}': 1,
    'sluice_health{state="ok"}': 1,
    'sluice_health{state="failed"}': 0,
    process_cpu_seconds_total: 1.5,
  };
  for (const [sample, value] of Object.entries(figures))
    expect([sample, sampleIn(text, sample)]).toEqual([sample, value]);
});

test('buckets of a histogram add up to its count, in seconds', async () => {
  const text = await busyText();
  expect(sampleIn(text, 'sluice_sync_seconds_bucket{le="0.0003"}')).toBe(0);
  expect(sampleIn(text, 'sluice_sync_seconds_bucket{le="0.0005"}')).toBe(1);
  expect(sampleIn(text, 'sluice_sync_seconds_bucket{le="0.005"}')).toBe(2);
  expect(sampleIn(text, 'sluice_sync_seconds_bucket{le="10"}')).toBe(2);
  expect(sampleIn(text, 'sluice_sync_seconds_bucket{le="+Inf"}')).toBe(2);
  expect(sampleIn(text, 'sluice_sync_seconds_count')).toBe(2);
  expect(sampleIn(text, 'sluice_sync_seconds_sum')).toBe(0.0044);
});

test('what is not known has no sample', async () => {
  const { frame } = await openCounted();
  expect(prometheusText(frame())).not.toMatch(/disk_free|undefined|NaN/);
});

test('every metric is told by a busy daemon with the labels it says it has', async () => {
  const text = await busyText();
  const toldBySome = new Set(['sluice_disk_free_bytes', 'sluice_disk_size_bytes']);
  for (const { name, kind, labels } of METRICS) {
    if (toldBySome.has(name)) continue;
    const suffix = kind === 'histogram' ? '_count' : '';
    const line = text.split('\n').find((other) => new RegExp(`^${name}${suffix}[{ ]`).test(other));
    expect([name, line]).toEqual([name, expect.any(String)]);
    const given = [...line!.matchAll(/([a-z]+)="/g)].map(([, label]) => label);
    expect([name, given]).toEqual([name, labels.filter((label) => label !== 'namespace')]);
  }
  expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
});

test('names of namespaces are a label where there are several', async () => {
  const world = await openCounted({ settings: { sharedNamespace: false } });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  expect(
    sampleIn(prometheusText(world.frame()), 'sluice_stream_open_shards{stream="s",namespace="000000000000/us-east-1"}'),
  ).toBe(1);
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
test.skipIf(!hasPromtool)(
  `promtool has nothing to say${hasPromtool ? '' : ' (skipped: promtool is not installed)'}`,
  async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await busyText() });
    expect([status, String(stdout), String(stderr)]).toEqual([0, '', '']);
  },
);

test('docs/metrics.md has the table that the metrics make (else: node scripts/metrics-doc.mjs)', () => {
  execFileSync(process.execPath, [join(root, 'scripts/metrics-doc.mjs'), '--check'], { stdio: 'pipe' });
}, 30_000);
