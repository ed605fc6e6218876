/** One sample of the figures for programs: JSON, CSV, Prometheus text. Pure. */
import { isoTime } from '../runtime/calendar.ts';
import type { Board, ShardFigures, StreamFigures } from './figures.ts';

/** The streams meant: all, or the one named. */
function streamsOf(board: Board, name: string | undefined): readonly StreamFigures[] {
  return name === undefined ? board.streams : board.streams.filter((stream) => stream.name === name);
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;

/** The figures as one value; 128-bit numbers as text. */
export function sampleOf(board: Board, name: string | undefined): object {
  return {
    time: isoTime(board.atMs),
    source: board.source.kind,
    endpoint: board.source.endpoint,
    streams: streamsOf(board, name).map((stream) => ({
      name: stream.name,
      status: stream.status,
      mode: stream.isOnDemand ? 'ON_DEMAND' : 'PROVISIONED',
      retentionHours: stream.retentionHours,
      openShards: stream.openShards,
      closedShards: stream.closedShards,
      ...flowOf(stream, board),
      shards: stream.shards.map((shard) => ({
        shard: shard.id,
        state: shard.isOpen ? 'open' : 'closed',
        start: String(shard.start),
        end: String(shard.end),
        heat: shard.heat,
        capacity: round(shard.writeShare * 100),
        ...flowOf(shard, board),
      })),
      consumers: stream.consumers.map((one) => ({
        name: one.name,
        type: one.type,
        state: one.state,
        subscriptions: one.shards ?? null,
        lagMs: one.lagMs ?? null,
        bytesOutPerSecond: round(one.bytesOut),
      })),
      keys: stream.keys.map((key) => ({
        key: key.key,
        shard: key.shard,
        share: key.share === undefined ? null : round(key.share),
      })),
    })),
  };
}

/** What only the server knows is null where it does not tell. */
function flowOf(one: StreamFigures | ShardFigures, board: Board): object {
  const told = (value: number) => (board.source.kind === 'daemon' ? round(value) : null);
  return {
    bytesInPerSecond: round(one.bytesIn),
    recordsInPerSecond: round(one.recordsIn),
    bytesOutPerSecond: told(one.bytesOut),
    recordsOutPerSecond: told(one.recordsOut),
    readsPerSecond: told(one.reads),
    throttledPerMinute: told(one.throttledPerMinute),
    lagMs: one.lagMs ?? null,
  };
}

/** What only the server knows is empty where it does not tell. */
const told = (board: Board, value: number) => (board.source.kind === 'daemon' ? value : '');

const CSV_COLUMNS: readonly (readonly [
  string,
  (shard: ShardFigures, stream: StreamFigures, board: Board) => string | number,
])[] = [
  ['time', (_, __, board) => isoTime(board.atMs)],
  ['stream', (_, stream) => stream.name],
  ['shard', (shard) => shard.id],
  ['state', (shard) => (shard.isOpen ? 'open' : 'closed')],
  ['bytes_in_per_second', (shard) => round(shard.bytesIn)],
  ['records_in_per_second', (shard) => round(shard.recordsIn)],
  ['bytes_out_per_second', (shard, _, board) => told(board, round(shard.bytesOut))],
  ['reads_per_second', (shard, _, board) => told(board, round(shard.reads))],
  ['capacity_percent', (shard) => round(shard.writeShare * 100)],
  ['throttled_per_minute', (shard, _, board) => told(board, shard.throttledPerMinute)],
  ['lag_ms', (shard) => shard.lagMs ?? ''],
  ['heat', (shard) => shard.heat],
];

/** Names of the columns. */
export function csvHead(): string {
  return CSV_COLUMNS.map(([name]) => name).join(',');
}

/** A line a shard; RFC 4180. */
export function csvRows(board: Board, name: string | undefined): readonly string[] {
  return streamsOf(board, name).flatMap((stream) =>
    stream.shards.map((shard) => CSV_COLUMNS.map(([, of]) => csvCell(String(of(shard, stream, board)))).join(',')),
  );
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly of: (shard: ShardFigures) => number | undefined;
  /** Only the server knows it. */
  readonly told?: boolean;
}

const GAUGES: readonly Gauge[] = [
  { name: 'sluice_top_shard_in_bytes_per_second', help: 'Bytes put into the shard.', of: (shard) => shard.bytesIn },
  {
    name: 'sluice_top_shard_in_records_per_second',
    help: 'Records put into the shard.',
    of: (shard) => shard.recordsIn,
  },
  {
    name: 'sluice_top_shard_out_bytes_per_second',
    help: 'Bytes read from the shard.',
    of: (shard) => shard.bytesOut,
    told: true,
  },
  {
    name: 'sluice_top_shard_capacity_ratio',
    help: 'Of what the shard may take, 1 at the limit.',
    of: (shard) => shard.writeShare,
  },
  {
    name: 'sluice_top_shard_throttled_per_minute',
    help: 'Refused in the last minute.',
    of: (shard) => shard.throttledPerMinute,
    told: true,
  },
  {
    name: 'sluice_top_shard_lag_seconds',
    help: 'The furthest that a reader is behind.',
    of: ({ lagMs }) => (lagMs === undefined ? undefined : lagMs / 1_000),
  },
];

/** Text for the textfile collector of node_exporter. */
export function prometheusSample(board: Board, name: string | undefined): string {
  const streams = streamsOf(board, name);
  return GAUGES.filter((gauge) => !gauge.told || board.source.kind === 'daemon')
    .map((gauge) => {
      const lines = streams.flatMap((stream) =>
        stream.shards.flatMap((shard) => {
          const value = gauge.of(shard);
          return value === undefined
            ? []
            : [`${gauge.name}{stream="${labelText(stream.name)}",shard="${labelText(shard.id)}"} ${round(value)}\n`];
        }),
      );
      return lines.length === 0
        ? ''
        : `# HELP ${gauge.name} ${gauge.help}\n# TYPE ${gauge.name} gauge\n${lines.join('')}`;
    })
    .join('');
}

function labelText(text: string): string {
  return text.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));
}
