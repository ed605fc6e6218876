/** What CloudWatch says of one stream, a minute or two late: asked once a minute, and never drawn as live. */

import { ClientError } from '../client/client-error.ts';
import {
  type CloudWatchPlace,
  type MetricQuestion,
  type MetricSeries,
  readMetrics,
} from '../client/cloud-watch-read.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';

/** Per second over one minute, but for `throttledPerMinute` and `lagMs`. */
export interface CloudWatchFigures {
  /** The end of that minute. */
  readonly atMs: number;
  readonly bytesIn: number | undefined;
  readonly recordsIn: number | undefined;
  readonly bytesOut: number | undefined;
  readonly throttledPerMinute: number | undefined;
  readonly lagMs: number | undefined;
}

const STAT = 'Sum';
/** Of a stream. Source: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
const METRICS: readonly (readonly [keyof Omit<CloudWatchFigures, 'atMs'>, string, MetricQuestion['stat']])[] = [
  ['bytesIn', 'IncomingBytes', STAT],
  ['recordsIn', 'IncomingRecords', STAT],
  ['bytesOut', 'GetRecords.Bytes', STAT],
  ['throttledPerMinute', 'WriteProvisionedThroughputExceeded', STAT],
  ['lagMs', 'GetRecords.IteratorAgeMilliseconds', 'Maximum'],
];
/** Figures come a minute or two late, so the newest of the last so many minutes counts. */
const BACK_MINUTES = 5;

/** The questions for a stream; their ids are the figures' names. */
export function questionsFor(stream: string): readonly MetricQuestion[] {
  return METRICS.map(([id, metric, stat]) => ({ id, metric, stat, dimensions: { StreamName: stream } }));
}

/** The newest minute that has any figure; undefined without one. */
export function figuresFrom(series: MetricSeries): CloudWatchFigures | undefined {
  const times = [...series.values()].flatMap((points) => points.map((point) => point.atMs));
  if (times.length === 0) return undefined;
  const startMs = Math.max(...times);
  const at = (id: string) => series.get(id)?.find((point) => point.atMs === startMs)?.value;
  const rate = (id: string) => {
    const sum = at(id);
    return sum === undefined ? undefined : sum / 60;
  };
  return {
    atMs: startMs + MINUTE_MS,
    bytesIn: rate('bytesIn'),
    recordsIn: rate('recordsIn'),
    bytesOut: rate('bytesOut'),
    throttledPerMinute: at('throttledPerMinute'),
    lagMs: at('lagMs'),
  };
}

/** Asks once a minute, and keeps what was said. */
export class CloudWatchWatch {
  readonly #place: CloudWatchPlace;
  readonly #clock: Clock;
  #stream: string | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #figures: CloudWatchFigures | undefined;
  #state: 'asking' | 'live' | 'denied' | 'failed' = 'asking';
  #failure = '';

  constructor(place: CloudWatchPlace) {
    this.#place = place;
    this.#clock = place.clock;
  }

  get figures(): CloudWatchFigures | undefined {
    return this.#figures;
  }

  /** Where the figures are from and what they cost; or what is missing. */
  get label(): string {
    switch (this.#state) {
      case 'asking':
        return 'CloudWatch is asked';
      case 'denied':
        return 'needs cloudwatch:GetMetricData';
      case 'failed':
        return `CloudWatch: ${this.#failure}`;
      default:
        return this.#figures === undefined
          ? 'CloudWatch has no figures'
          : 'the rest by CloudWatch, 60-120 s old, ≈$0.003/h';
    }
  }

  /** Asks when it is time, and does not wait for the answer. */
  turnTo(stream: string): void {
    const isOther = stream !== this.#stream;
    if (isOther) this.#figures = undefined;
    this.#stream = stream;
    const now = this.#clock.monotonic();
    if (!isOther && now - this.#askedAtMs < MINUTE_MS) return;
    this.#askedAtMs = now;
    void this.#ask(stream);
  }

  async #ask(stream: string): Promise<void> {
    const toMs = Math.floor(this.#clock.now() / MINUTE_MS) * MINUTE_MS;
    const span = { fromMs: toMs - BACK_MINUTES * MINUTE_MS, toMs, periodSeconds: 60 };
    try {
      const figures = figuresFrom(await readMetrics(this.#place, questionsFor(stream), span));
      if (stream !== this.#stream) return;
      this.#figures = figures;
      this.#state = 'live';
    } catch (error) {
      if (stream !== this.#stream) return;
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      this.#state = error instanceof ClientError && /^AccessDenied/.test(code) ? 'denied' : 'failed';
      this.#failure = code;
      this.#figures = undefined;
    }
  }
}
