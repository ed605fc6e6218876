/** One bench run: a load, readers along with it or after it, and the rows that come of them. */

import { readShardMap } from '../../client/shard-map.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { Column } from '../list-output.ts';
import type { BenchOptions } from '../table/bench.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { grouped } from '../values.ts';
import { drain } from './drain.ts';
import type { BenchRow } from './expect.ts';
import type { Latencies } from './latencies.ts';
import { type LoadResult, runLoad } from './load.ts';
import { BenchReader, type ReaderKind } from './reader.ts';
import type { Stage } from './schedule.ts';

export interface BenchPlan {
  readonly context: Context;
  readonly stream: OpenStream;
  readonly isOwn: boolean;
  readonly options: Call<BenchOptions>['options'];
  readonly stages: readonly Stage[];
  readonly bytes: number;
  readonly key: () => string;
}

export interface BenchFigures {
  readonly rows: readonly BenchRow[];
  /** The most records that were due and not sent. */
  readonly behind: number;
  readonly duplicates: number;
  /** How long a stream was filled before it was read. */
  readonly fillMs: number | undefined;
}

/** How long readers may take for what was written last. */
const PATIENCE_MS = 30_000;
/** What mode get reads, unless -n says otherwise. */
const FILL_RECORDS = 100_000;

/** Runs it. Ends early, with what was measured, when the signal fires. */
export function runBench(plan: BenchPlan): Promise<BenchFigures> {
  return plan.options.mode === 'get' && plan.options.scenario === undefined ? runGet(plan) : runPut(plan);
}

async function runPut(plan: BenchPlan): Promise<BenchFigures> {
  const { context, stream, isOwn, options } = plan;
  const { clock, signal } = context;
  const readers = readersOf(options).map((kind) => new BenchReader({ stream, kind, isOwn, signal }));
  const progress = context.progress('measuring');
  try {
    await Promise.all(readers.map((reader) => reader.start()));
    for (const reader of readers) reader.measuredFrom = clock.monotonic() + options.warmup;
    const load = await loadOf(plan);
    progress.say('reading the rest');
    await Promise.all(readers.map((reader) => reader.finish(load.written, isOwn ? PATIENCE_MS : 0)));
    const rows = readers.map((reader) => readerRow(reader, load, isOwn && !signal.aborted));
    const duplicates = readers.reduce((sum, reader) => sum + reader.duplicates, 0);
    return { rows: [loadRow(load), ...rows], behind: load.behind, duplicates, fillMs: undefined };
  } finally {
    progress.stop();
  }
}

async function runGet(plan: BenchPlan): Promise<BenchFigures> {
  const { context, stream, isOwn, options, stages } = plan;
  const startedAt = context.clock.monotonic();
  const count = options.count ?? FILL_RECORDS;
  const endless = stages.map((stage) => ({ ...stage, ms: Number.POSITIVE_INFINITY }));
  const fill = isOwn
    ? await loadOf({ ...plan, stages: endless, options: { ...options, count, warmup: 0 } })
    : undefined;
  const fillMs = fill && context.clock.monotonic() - startedAt;
  const { latencies, records, bytes, seconds } = await drain(stream);
  const lost = fill && Math.max(0, fill.written - records);
  const row = rowOf({ what: 'get', latencies, records, bytes, seconds });
  return { rows: [{ ...row, throttled: 0, failed: 0, lost }], behind: 0, duplicates: 0, fillMs };
}

async function loadOf({ context, stream, stages, options, bytes, key }: BenchPlan): Promise<LoadResult> {
  const { client, ref } = stream;
  const shards = options.aggregate ? await readShardMap(client, ref, context.signal) : undefined;
  const { count, warmup: warmupMs, batch, concurrency } = options;
  return runLoad({ stream, stages, count, warmupMs, bytes, batch, concurrency, key, shards, signal: context.signal });
}

function readersOf({ mode, scenario, fanOut }: BenchPlan['options']): readonly ReaderKind[] {
  const reads = scenario !== undefined || mode === 'e2e' || mode === 'mixed';
  const both: readonly ReaderKind[] = fanOut ? ['polling', 'fan-out'] : ['polling'];
  return reads ? both : [];
}

interface Measured {
  readonly what: string;
  readonly latencies: Latencies;
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
}

function loadRow({ throttled, failed, ...load }: LoadResult): BenchRow {
  return { ...rowOf({ ...load, what: 'put' }), throttled, failed, lost: undefined };
}

function readerRow(reader: BenchReader, load: LoadResult, isWhole: boolean): BenchRow {
  const { kind: what, latencies, records, bytes, distinct } = reader;
  const lost = isWhole ? Math.max(0, load.written - distinct) : undefined;
  return { ...rowOf({ what, latencies, records, bytes, seconds: load.seconds }), throttled: 0, failed: 0, lost };
}

function rowOf({ what, latencies, records, bytes, seconds }: Measured) {
  const at = (share: number) => latencies.quantile(share);
  const quantiles = { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: latencies.max };
  return { what, records, recordsPerSecond: records / seconds, MBPerSecond: bytes / seconds / 1e6, ...quantiles };
}

const latency = (name: string, of: (row: BenchRow) => number | undefined): Column<BenchRow> => ({
  name,
  of: (row) => rounded(of(row)),
  shown: (row) => (of(row) === undefined ? '–' : `${rounded(of(row))} ms`),
  right: true,
});

/** The columns of the result. Latencies of put and get are those of calls, of readers from a record's put to here. */
export const benchColumns: readonly Column<BenchRow>[] = [
  { name: 'what', of: ({ what }) => what },
  { name: 'records', of: ({ records }) => records, shown: ({ records }) => grouped(records), right: true },
  {
    name: 'rate',
    of: ({ recordsPerSecond }) => Math.round(recordsPerSecond),
    shown: ({ recordsPerSecond }) => `${grouped(Math.round(recordsPerSecond))}/s`,
    right: true,
  },
  {
    name: 'MB',
    of: ({ MBPerSecond }) => rounded(MBPerSecond),
    shown: ({ MBPerSecond }) => `${rounded(MBPerSecond)} MB/s`,
    right: true,
  },
  latency('p50', ({ p50 }) => p50),
  latency('p90', ({ p90 }) => p90),
  latency('p99', ({ p99 }) => p99),
  latency('p99.9', ({ p999 }) => p999),
  latency('max', ({ max }) => max),
  { name: 'throttled', of: ({ throttled }) => throttled, right: true },
  { name: 'failed', of: ({ failed }) => failed, right: true },
  {
    name: 'lost',
    of: ({ lost }) => lost ?? null,
    shown: ({ lost }) => (lost === undefined ? '–' : String(lost)),
    right: true,
  },
];

/** Three digits that matter. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(3));
}
