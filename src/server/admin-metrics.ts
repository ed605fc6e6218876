/** The admin path's answers about what was counted: one frame, frames as they come, and the text that Prometheus reads. */
import type { Writable } from 'node:stream';
import { METRICS_INTERVAL_MS, METRICS_INTERVAL_MS_MAX, METRICS_INTERVAL_MS_MIN } from '../model/limits.ts';
import { deltaBetween, type MetricsFrame, type MetricsLine } from '../model/metrics-frame.ts';
import type { Clock } from '../runtime/clock.ts';
import type { HttpResponse, Push } from './exchange.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';

export interface MetricsSource {
  /** As it is now. */
  frame(): MetricsFrame;
  /** The machine's: frames are sent at its pace. */
  readonly clock: Clock;
}

/** The answer to `metrics`, `metrics/frame` or `metrics/stream`; undefined for any other name. */
export function answerMetrics(source: MetricsSource, name: string, query: string): HttpResponse | undefined {
  switch (name) {
    case 'metrics':
      return whole(PROMETHEUS_TYPE, prometheusText(source.frame()));
    case 'metrics/frame':
      return whole('application/json', lineOf({ full: source.frame() }));
    case 'metrics/stream':
      return frames(source, query);
    default:
      return undefined;
  }
}

function whole(type: string, text: string): HttpResponse {
  const body = Buffer.from(text);
  return { status: 200, headers: [...headersOf(type), 'Content-Length', String(body.length)], body };
}

const headersOf = (type: string) => ['Content-Type', type, 'Cache-Control', 'no-store'];
const lineOf = (line: MetricsLine) => `${JSON.stringify(line)}\n`;

function frames(source: MetricsSource, query: string): HttpResponse {
  const intervalMs = intervalOf(query);
  if (intervalMs === undefined) {
    const error = `interval is a number of milliseconds, ${METRICS_INTERVAL_MS_MIN} to ${METRICS_INTERVAL_MS_MAX}`;
    return { ...whole('application/json', `${JSON.stringify({ error })}\n`), status: 400 };
  }
  const first = source.frame();
  const push: Push = (out, signal) => pushFrames(source, { out, signal, first, intervalMs });
  return { status: 200, headers: headersOf('application/x-ndjson'), body: Buffer.from(lineOf({ full: first })), push };
}

/** undefined: not one. */
function intervalOf(query: string): number | undefined {
  const text = new URLSearchParams(query).get('interval') ?? String(METRICS_INTERVAL_MS);
  const ms = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return ms >= METRICS_INTERVAL_MS_MIN && ms <= METRICS_INTERVAL_MS_MAX ? ms : undefined;
}

interface Pushing {
  readonly out: Writable;
  readonly signal: AbortSignal;
  readonly first: MetricsFrame;
  readonly intervalMs: number;
}

/** A delta each interval, against the last frame written: a reader that falls behind gets fewer of them, and loses nothing. */
async function pushFrames(source: MetricsSource, { out, signal, first, intervalMs }: Pushing): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  out.once('close', end);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted || out.destroyed) end();
  let last = first;
  try {
    for (;;) {
      await source.clock.sleep(intervalMs, over.signal);
      if (out.writableNeedDrain) continue;
      const next = source.frame();
      out.write(lineOf({ delta: deltaBetween(last, next) }));
      last = next;
    }
  } catch (error) {
    if (!over.signal.aborted) throw error;
  } finally {
    out.off('close', end);
    signal.removeEventListener('abort', end);
  }
}
