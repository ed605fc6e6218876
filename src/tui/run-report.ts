/** `sluice top` without a screen: samples as a table, JSON, CSV or Prometheus text, and the check. Loads no Ink. */
import type { Client } from '../client/client.ts';
import type { Zone } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Condition, judge, type Verdict } from './check.ts';
import type { Board, Observation } from './figures.ts';
import { Meter } from './meter.ts';
import { NoMetricsError, observeDaemon } from './observe-daemon.ts';
import { observePolling } from './observe-polling.ts';
import { csvHead, csvRows, prometheusSample, sampleOf } from './sample.ts';
import type { Row, Setting } from './scene.ts';
import { streamScene } from './select-shards.ts';
import type { ScreenState } from './state.ts';
import { toWidth } from './text.ts';
import { consumerTable } from './views/consumers.ts';
import { totalsRow } from './views/header.ts';
import { shardTable } from './views/shard-table.ts';

export type ReportForm = 'table' | 'json' | 'csv' | 'prom' | 'none';

export interface ReportOptions {
  readonly setting: Setting;
  readonly client: Client;
  readonly clock: Clock;
  readonly state: ScreenState;
  readonly zone: Zone;
  readonly form: ReportForm;
  /** Samples until the end; undefined: until the signal. */
  readonly ticks: number | undefined;
  readonly conditions: readonly Condition[];
  readonly columns: number;
  readonly signal: AbortSignal;
  readonly write: (text: string) => Promise<void> | undefined;
}

/** Why a report could not be made: the stream that was named is not there. */
export class NoSuchStreamError extends Error {
  readonly names: readonly string[];
  constructor(name: string, names: readonly string[]) {
    super(`stream "${name}" does not exist`);
    this.name = 'NoSuchStreamError';
    this.names = names;
  }
}

/** Writes samples, an interval apart; the first two frames make the first. @returns the last verdict, with conditions. */
export async function runReport(options: ReportOptions): Promise<Verdict | undefined> {
  const { state, form, ticks, conditions, write } = options;
  const meter = new Meter();
  let verdict: Verdict | undefined;
  let count = 0;
  if (form === 'csv') await write(`${csvHead()}\n`);
  for await (const observation of observations(options)) {
    const board = meter.take(observation);
    if (!board.hasRates) continue;
    checkStream(board, state.stream);
    await write(sampleText(options, board));
    if (conditions.length > 0) {
      verdict = judge(
        conditions,
        board.streams.filter((stream) => state.stream === undefined || stream.name === state.stream),
      );
      await write(`${verdict.line}\n`);
    }
    count++;
    if (count === ticks) return verdict;
  }
  return verdict;
}

/** From the daemon's metrics where it tells them, else by reading. */
async function* observations(options: ReportOptions): AsyncGenerator<Observation> {
  const { setting, client, clock, state, signal } = options;
  const { endpoint, share, canPeek } = setting;
  try {
    yield* observeDaemon({ endpoint, intervalMs: state.intervalMs, signal });
  } catch (error) {
    // A stream that the signal ends looks like a lost connection.
    signal.throwIfAborted();
    if (!(error instanceof NoMetricsError)) throw error;
  }
  yield* observePolling({
    client,
    clock,
    signal,
    share,
    reads: canPeek,
    intervalMs: () => state.intervalMs,
    stream: () => state.stream,
  });
}

function checkStream(board: Board, name: string | undefined): void {
  const names = board.streams.map((stream) => stream.name);
  if (name !== undefined && !names.includes(name)) throw new NoSuchStreamError(name, names);
}

function sampleText(options: ReportOptions, board: Board): string {
  const { form, state } = options;
  switch (form) {
    case 'none':
      return '';
    case 'json':
      return `${JSON.stringify(sampleOf(board, state.stream))}\n`;
    case 'csv':
      return csvRows(board, state.stream)
        .map((row) => `${row}\n`)
        .join('');
    case 'prom':
      return prometheusSample(board, state.stream);
    case 'table':
      return tableText(options, board);
  }
}

/** The overview's tables in full, without what a screen needs around them. */
function tableText(options: ReportOptions, board: Board): string {
  const { setting, state, columns, zone, clock } = options;
  const rows = board.streams
    .filter((stream) => state.stream === undefined || stream.name === state.stream)
    .flatMap((stream): readonly Row[] => {
      const scene = streamScene({
        setting,
        size: { columns, rows: 1_000 },
        state: { ...state, stream: stream.name, shard: -1, pane: 'streams' },
        board,
        peek: { records: [], place: undefined, keptPerSecond: 0, trouble: undefined },
        link: { state: 'live' },
        nowMs: clock.now(),
        zone,
      })!;
      const marked = { ...scene, shard: undefined };
      return [
        toWidth(` ${stream.name}  ${stream.status}  ${stream.openShards} open`, columns),
        totalsRow(marked, columns),
        ...shardTable(marked, columns, stream.shards.length + 2),
        ...consumerTable(marked, columns, stream.consumers.length + 1),
        '',
      ];
    });
  const none = board.streams.length === 0 ? [`No streams in ${setting.target}.`] : [];
  return `${[...rows, ...none]
    .map((row) => row.trimEnd())
    .filter((row, i, all) => row !== '' || all[i - 1] !== '')
    .join('\n')}\n`;
}
