/**
 * What CloudWatch remembers of a stream's traffic, by the minute: what a plan takes in the place of watching.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
import { askAws } from '../../client/aws-question.ts';
import { ClientError } from '../../client/client-error.ts';
import { awsEndpoint, isAwsHost } from '../../client/endpoint.ts';
import { isThrottle, retryDelayMs } from '../../client/retry.ts';
import { signedHeaders } from '../../client/sign.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText } from '../values.ts';
import type { Observation } from './observe.ts';

/** What is asked for, as sums of a period. */
const METRICS = {
  records: 'IncomingRecords',
  bytes: 'IncomingBytes',
  read: 'GetRecords.Bytes',
  throttled: 'WriteProvisionedThroughputExceeded',
} as const;

/** Sums by metric, one for each period that has a figure. */
export type MetricSums = Readonly<Record<keyof typeof METRICS, readonly number[]>>;

/** How far back minutes, and then periods of five, are kept. */
const MINUTES_KEPT_MS = 15 * DAY_MS;
const FIVES_KEPT_MS = 63 * DAY_MS;
/** A second within a minute is busier than the minute: as much as a plan takes where nothing is known. */
const SECOND_OF_MINUTE = 1.5;
const ATTEMPTS = 5;
const DENIED = /^(AccessDenied|NotAuthorized)/;

export interface Remembered extends Observation {
  /** Writes that were refused for a shard's limit. */
  readonly throttled: number;
  /** Bytes that polling readers took, against those written. */
  readonly readTimes: number;
}

/** The last `ms` of a stream at AWS. @throws {CliError} where there is no CloudWatch, or it may not be asked. */
export async function remembered(stream: OpenStream, ms: number): Promise<Remembered> {
  const { context, name } = stream;
  const endpoint = monitoringEndpoint(stream);
  const nowMs = context.clock.now();
  const periodMs = periodOf(ms);
  const endMs = Math.floor(nowMs / periodMs) * periodMs;
  const startMs = Math.floor((endMs - ms) / periodMs) * periodMs;
  const progress = context.progress(`asking CloudWatch about the last ${durationText(ms)} of ${name}`);
  try {
    const sums = await metricSums(stream, endpoint, { startMs, endMs, periodMs });
    if (sums.records.length > 0) return rememberedOf(sums, (endMs - startMs) / SECOND_MS, periodMs / SECOND_MS);
  } finally {
    progress.stop();
  }
  throw new CliError(`CloudWatch has no figures of ${name} for the last ${durationText(ms)}`, {
    exit: EXIT.notFound,
    lines: ['They come some minutes late. Look further back, or watch it:  --observe 1m'],
  });
}

/** What sums of periods come to. The busiest second is taken from the busiest period. Pure. */
export function rememberedOf(sums: MetricSums, seconds: number, periodSeconds: number): Remembered {
  const total = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0);
  const busiest = (of: readonly number[]) => of.reduce((most, value) => Math.max(most, value), 0);
  const times = (of: readonly number[]) => (total(of) === 0 ? 1 : (busiest(of) * seconds) / periodSeconds / total(of));
  const [records, bytes] = [total(sums.records), total(sums.bytes)];
  return {
    records,
    bytes,
    seconds,
    peak: SECOND_OF_MINUTE * Math.max(1, times(sums.records), times(sums.bytes)),
    keys: new Map(),
    throttled: total(sums.throttled),
    readTimes: bytes === 0 ? 0 : total(sums.read) / bytes,
  };
}

/** The shortest period that is still kept for all of the time. */
export function periodOf(ms: number): number {
  if (ms < MINUTES_KEPT_MS) return MINUTE_MS;
  return ms < FIVES_KEPT_MS ? 5 * MINUTE_MS : 60 * MINUTE_MS;
}

function monitoringEndpoint({ target, context }: OpenStream): string {
  const named = context.env['AWS_ENDPOINT_URL_CLOUDWATCH'];
  if (named) return named;
  const { hostname } = new URL(target.endpoint);
  if (target.kind !== 'aws' && !isAwsHost(hostname)) {
    throw usageError(
      `there is no CloudWatch beside ${target.endpoint}`,
      'Watch the stream itself:  --observe 10m',
      'Another service that stands in for it:  AWS_ENDPOINT_URL_CLOUDWATCH',
    );
  }
  const [fips, dualStack] = [hostname.startsWith('kinesis-fips.'), /\.api\.(aws|amazonwebservices)/.test(hostname)];
  return awsEndpoint({ service: 'monitoring', region: target.region, fips, dualStack });
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly periodMs: number;
}

async function metricSums(
  stream: OpenStream,
  endpoint: string,
  { startMs, endMs, periodMs }: Span,
): Promise<MetricSums> {
  const dimensions = [{ Name: 'StreamName', Value: stream.streamName }];
  const queries = Object.entries(METRICS).map(([Id, MetricName]) => {
    const Metric = { Namespace: 'AWS/Kinesis', MetricName, Dimensions: dimensions };
    return { Id, MetricStat: { Metric, Period: periodMs / SECOND_MS, Stat: 'Sum' } };
  });
  const times = { StartTime: startMs / SECOND_MS, EndTime: endMs / SECOND_MS };
  const sums = { records: [], bytes: [], read: [], throttled: [] } as Record<keyof MetricSums, number[]>;
  let NextToken: string | undefined;
  do {
    const page = await metricPage(stream, endpoint, { ...times, MetricDataQueries: queries, NextToken });
    for (const { Id, Values } of page.MetricDataResults ?? []) {
      if (Object.hasOwn(sums, Id)) sums[Id as keyof MetricSums].push(...Values);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return sums;
}

interface MetricPage {
  readonly MetricDataResults?: readonly { readonly Id: string; readonly Values: readonly number[] }[];
  readonly NextToken?: string;
}

/** One call, again while that can help. */
async function metricPage({ context, target }: OpenStream, endpoint: string, input: object): Promise<MetricPage> {
  const { clock, random, env, signal, global } = context;
  const url = new URL(endpoint);
  const body = Buffer.from(JSON.stringify(input));
  const plain = {
    host: url.host,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
  };
  for (let number = 1; ; number++) {
    const credentials = typeof target.credentials === 'function' ? await target.credentials() : target.credentials;
    const signing = { service: 'monitoring', region: target.region, credentials, nowMs: clock.now() };
    const { status, text } = await askAws(url, { headers: signedHeaders(plain, body, signing), body }, env);
    if (status === 200) return Object(JSON.parse(text)) as MetricPage;
    const error = errorOf(status, text);
    const isPassing = status >= 500 || isThrottle(error.code);
    if (DENIED.test(error.code)) {
      const lines = ['Next: have cloudwatch:GetMetricData allowed, or watch the stream itself:  --observe 10m'];
      throw new CliError(error.message || 'CloudWatch may not be asked', { exit: EXIT.auth, code: error.code, lines });
    }
    if (!isPassing || number >= (global.maxAttempts ?? ATTEMPTS)) throw error;
    await clock.sleep(retryDelayMs(number, random.fraction()), signal);
  }
}

/** `__type` is `namespace#Code`; a proxy's page has none. */
function errorOf(status: number, text: string): ClientError {
  let body: Record<string, unknown> = {};
  try {
    body = Object(JSON.parse(text));
  } catch {
    // The status is all there is to say.
  }
  const type = typeof body['__type'] === 'string' ? body['__type'] : `Http${status}`;
  const message = body['message'] ?? body['Message'];
  return new ClientError(type.slice(type.indexOf('#') + 1), typeof message === 'string' ? message : '', { status });
}
