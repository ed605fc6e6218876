/** `--check 'capacity<80,lag<30s,throttled==0'`: conditions over the figures, and the line that monitoring reads. Pure. */
import type { StreamFigures } from './figures.ts';
import { ageText, bytesText, countText } from './format.ts';

/** What can be compared; each is the worst of a stream's shards, or the stream's own. */
const FIGURES = {
  /** Per cent of what the fullest shard may take. */
  capacity: (stream: StreamFigures) => 100 * Math.max(0, ...open(stream).map((shard) => shard.writeShare)),
  /** Milliseconds that the slowest reader is behind. */
  lag: (stream: StreamFigures) => stream.lagMs ?? 0,
  /** Refused in the last minute. */
  throttled: (stream: StreamFigures) => stream.throttledPerMinute,
  in: (stream: StreamFigures) => stream.bytesIn,
  out: (stream: StreamFigures) => stream.bytesOut,
  records: (stream: StreamFigures) => stream.recordsIn,
  shards: (stream: StreamFigures) => stream.openShards,
  consumers: (stream: StreamFigures) => stream.consumers.length,
} as const;

export type CheckedFigure = keyof typeof FIGURES;

const open = (stream: StreamFigures) => stream.shards.filter((shard) => shard.isOpen);

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

export interface Condition {
  readonly figure: CheckedFigure;
  readonly sign: string;
  readonly limit: number;
  /** As it was written. */
  readonly text: string;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  '%': 1,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** The conditions of an expression, all of which must hold; undefined and why for one that cannot be read. */
export function parseCheck(expression: string): readonly Condition[] | { readonly problem: string } {
  const conditions: Condition[] = [];
  for (const part of expression.split(',')) {
    const text = part.trim();
    const match = /^([a-z]+)\s*(<=|>=|==|!=|<|>)\s*(\d+(?:\.\d+)?)\s*([A-Za-z%]*)(?:\/s)?$/.exec(text);
    const [, figure, sign, number, unit] = match ?? [];
    if (figure === undefined || !Object.hasOwn(FIGURES, figure)) {
      return { problem: `"${text}" is no condition; figures: ${Object.keys(FIGURES).join(', ')}` };
    }
    const factor = UNITS[unit!];
    if (factor === undefined)
      return { problem: `"${unit}" is no unit; known: ${Object.keys(UNITS).filter(Boolean).join(' ')}` };
    // A bare number of lag is in seconds, as durations are elsewhere.
    const scale = figure === 'lag' && unit === '' ? 1_000 : factor;
    conditions.push({ figure: figure as CheckedFigure, sign: sign!, limit: Number(number) * scale, text });
  }
  return conditions;
}

export interface Verdict {
  readonly isOk: boolean;
  /** `OK - orders: capacity 41 %, lag 0.9 s | capacity=41 lag=900`, as Nagios plugins write. */
  readonly line: string;
}

/** Whether all conditions hold for all streams. No stream at all is no proof that all is well. */
export function judge(conditions: readonly Condition[], streams: readonly StreamFigures[]): Verdict {
  if (streams.length === 0) return { isOk: false, line: 'UNKNOWN - there is no stream' };
  const seen = streams.flatMap((stream) =>
    conditions.map((condition) => {
      const value = FIGURES[condition.figure](stream);
      return { stream, condition, value, holds: COMPARISONS[condition.sign]!(value, condition.limit) };
    }),
  );
  const broken = seen.filter((one) => !one.holds);
  const told = (broken.length > 0 ? broken : seen).map(({ stream, condition, value }) => {
    const wanted = broken.length > 0 ? ` (not ${condition.text})` : '';
    return `${stream.name} ${condition.figure} ${valueText(condition.figure, value)}${wanted}`;
  });
  const data = seen.map(
    ({ stream, condition, value }) => `${stream.name}_${condition.figure}=${Math.round(value * 100) / 100}`,
  );
  const word = broken.length > 0 ? 'CRITICAL' : 'OK';
  return { isOk: broken.length === 0, line: `${word} - ${told.join(', ')} | ${data.join(' ')}` };
}

function valueText(figure: CheckedFigure, value: number): string {
  switch (figure) {
    case 'capacity':
      return `${Math.round(value)} %`;
    case 'lag':
      return ageText(value);
    case 'in':
    case 'out':
      return `${bytesText(value)}/s`;
    default:
      return countText(value);
  }
}
