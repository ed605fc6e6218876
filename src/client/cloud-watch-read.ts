/**
 * Reads figures from CloudWatch by GetMetricData, in its JSON form. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
import type { Clock } from '../runtime/clock.ts';
import { askAws } from './aws-question.ts';
import { ClientError } from './client-error.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { awsEndpoint } from './endpoint.ts';
import { signedHeaders } from './sign.ts';

export interface CloudWatchPlace {
  readonly region: string;
  /** undefined: AWS's own for the region. */
  readonly endpoint?: string | undefined;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One metric of AWS/Kinesis; Minimum and Average as CloudWatch names them. */
export interface MetricQuestion {
  /** A small letter, then letters, digits and `_`; the answer goes by it. */
  readonly id: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount';
}

export interface MetricSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodSeconds: number;
}

export interface MetricPoint {
  /** Where its period begins. */
  readonly atMs: number;
  readonly value: number;
}

/** By the questions' ids, oldest first; nothing measured gives an empty list. */
export type MetricSeries = ReadonlyMap<string, readonly MetricPoint[]>;

/** CloudWatch takes no more questions in a call. */
const QUESTIONS_MAX = 500;
/** Pages of one call; a server that has more is not asked on. */
const PAGES_MAX = 100;
const TARGET = 'GraniteServiceVersion20100801.GetMetricData';

/** @throws {ClientError} for a refusal, AccessDenied among them, {UnreachableError} without an answer. */
export async function readMetrics(
  place: CloudWatchPlace,
  questions: readonly MetricQuestion[],
  span: MetricSpan,
): Promise<MetricSeries> {
  const series = new Map<string, MetricPoint[]>(questions.map(({ id }) => [id, []]));
  for (let at = 0; at < questions.length; at += QUESTIONS_MAX) {
    await readPages(place, requestOf(questions.slice(at, at + QUESTIONS_MAX), span), series);
  }
  for (const points of series.values()) points.sort((a, b) => a.atMs - b.atMs);
  return series;
}

function requestOf(questions: readonly MetricQuestion[], { fromMs, toMs, periodSeconds }: MetricSpan): object {
  return {
    StartTime: fromMs / 1_000,
    EndTime: toMs / 1_000,
    MetricDataQueries: questions.map(({ id, metric, dimensions, stat }) => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Kinesis',
          MetricName: metric,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: periodSeconds,
        Stat: stat,
      },
    })),
  };
}

interface Answer {
  readonly MetricDataResults?: readonly {
    readonly Id: string;
    /** Epoch seconds. */
    readonly Timestamps?: readonly number[];
    readonly Values?: readonly number[];
  }[];
  readonly NextToken?: string;
}

async function readPages(place: CloudWatchPlace, request: object, series: Map<string, MetricPoint[]>): Promise<void> {
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await ask(place, token === undefined ? request : { ...request, NextToken: token });
    for (const { Id, Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
      const points = series.get(Id);
      for (const [i, seconds] of Timestamps.entries()) points?.push({ atMs: seconds * 1_000, value: Values[i] ?? 0 });
    }
    token = answer.NextToken;
    if (token === undefined || token === '') return;
  }
}

async function ask(place: CloudWatchPlace, request: object): Promise<Answer> {
  const { region, clock, env } = place;
  const url = new URL(place.endpoint ?? awsEndpoint({ service: 'monitoring', region }));
  const body = new TextEncoder().encode(JSON.stringify(request));
  const plain = { host: url.host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': TARGET };
  const signing = { service: 'monitoring', region, credentials: await signer(place), nowMs: clock.now() };
  const { status, text } = await askAws(url, { headers: signedHeaders(plain, body, signing), body }, env);
  const answer = parsed(text);
  if (status === 200) return answer as Answer;
  const type = typeof answer['__type'] === 'string' ? answer['__type'] : `Http${status}`;
  throw new ClientError(type.split('#').at(-1)!, String(answer['message'] ?? answer['Message'] ?? ''), { status });
}

async function signer({ credentials }: CloudWatchPlace): Promise<Credentials> {
  return typeof credentials === 'function' ? await credentials() : credentials;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
