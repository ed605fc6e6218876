/** What `bench --expect` asks for, and whether it came about. Pure. */
import { usageError } from '../cli-error.ts';
import { durationMs } from '../values.ts';

/** One line of the result. Latencies in milliseconds. */
export interface BenchRow {
  /** put, get, polling, fan-out. */
  readonly what: string;
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly MBPerSecond: number;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
  readonly p999: number | undefined;
  readonly max: number | undefined;
  readonly throttled: number;
  readonly failed: number;
  /** Written and never read; undefined where that is not looked at. */
  readonly lost: number | undefined;
}

const METRICS = {
  rate: 'recordsPerSecond',
  MB: 'MBPerSecond',
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  'p99.9': 'p999',
  max: 'max',
  throttled: 'throttled',
  failed: 'failed',
  lost: 'lost',
} as const;

export interface Expectation {
  readonly text: string;
  /** Only of that row; of every row that has the figure unless given. */
  readonly what: string | undefined;
  readonly member: (typeof METRICS)[keyof typeof METRICS];
  readonly isBelow: boolean;
  readonly orEqual: boolean;
  readonly value: number;
}

const FORM =
  /^(?:(put|get|polling|fan-out)[.:])?(rate|MB|p50|p90|p99\.9|p99|max|throttled|failed|lost)\s*(<=|<|>=|>|=)\s*(.+)$/;

/** `p99<20ms`, `fan-out.p99<=70ms`, `rate>4000`, `lost=0`. @throws {CliError} for what is none. */
export function parseExpectation(text: string): Expectation {
  const match = FORM.exec(text.trim());
  const [, what, metric, operator, amount] = match ?? [];
  const isLatency = metric !== undefined && /^(p|max)/.test(metric);
  const value = amount === undefined ? undefined : isLatency ? latency(amount) : Number(amount.replaceAll(',', ''));
  if (match === null || value === undefined || Number.isNaN(value)) {
    throw usageError(
      `"${text}" is nothing to expect`,
      'Write for example p99<20ms, fan-out.p99<=70ms, rate>4000 or lost=0.',
    );
  }
  const member = METRICS[metric as keyof typeof METRICS];
  return { text, what, member, isBelow: operator!.startsWith('<'), orEqual: operator!.includes('='), value };
}

/** A bare number is milliseconds here. */
function latency(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : durationMs(text);
}

/** What did not come about, a line each. */
export function disappointments(expectations: readonly Expectation[], rows: readonly BenchRow[]): readonly string[] {
  return expectations.flatMap((expected) => {
    const about = rows.filter(({ what }) => expected.what === undefined || what === expected.what);
    const found = about.flatMap((row) => {
      const value = row[expected.member];
      return value === undefined ? [] : [{ what: row.what, value }];
    });
    if (found.length === 0) return [`${expected.text}: nothing was measured`];
    return found
      .filter(({ value }) => !holds(expected, value))
      .map(({ what, value }) => `${expected.text}: ${what} has ${Number(value.toPrecision(4))}`);
  });
}

function holds({ isBelow, orEqual, value, text }: Expectation, found: number): boolean {
  if (!/[<>]/.test(text)) return found === value;
  return (isBelow ? found < value : found > value) || (orEqual && found === value);
}
