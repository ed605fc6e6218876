/** Observations from a sluice daemon: its metrics stream, line by line, for as long as the connection lasts. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { UnreachableError } from '../client/client-error.ts';
import { latencyQuantile } from '../model/latency.ts';
import { METRICS_LINE_BYTES_MAX } from '../model/limits.ts';
import { frameAfter, METRICS_FORMAT, type MetricsFrame, type MetricsLine } from '../model/metrics-frame.ts';
import type { Observation, SourceFacts } from './figures.ts';
import { uptimeText } from './format.ts';
import { safeText } from './text.ts';

export interface DaemonWatch {
  readonly endpoint: string;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/** The server does not tell its metrics: it is no sluice daemon, or only tells programs on its own machine. */
export class NoMetricsError extends Error {
  constructor(status: number) {
    super(`no metrics stream (HTTP ${status})`);
    this.name = 'NoMetricsError';
  }
}

/** Without a line for so long the connection counts as lost. */
const SILENCE_MS = 5_000;

/**
 * One observation a line, the first at once.
 * @throws {NoMetricsError} when the server has no such path, {UnreachableError} when the connection fails or ends.
 */
export async function* observeDaemon(watch: DaemonWatch): AsyncGenerator<Observation> {
  const answer = await open(watch);
  let frame: MetricsFrame | undefined;
  let before: MetricsFrame | undefined;
  for await (const text of linesOf(answer, watch.endpoint)) {
    frame = frameAfter(frame, parsedLine(text, watch.endpoint));
    if (frame === undefined) continue;
    if (frame.format !== METRICS_FORMAT) throw new NoMetricsError(200);
    yield observationOf(frame, before, watch.endpoint);
    before = frame;
  }
  throw lost(watch.endpoint, new Error('the server ended the stream'), 'ECONNRESET');
}

/** What a frame shows. */
function observationOf(frame: MetricsFrame, before: MetricsFrame | undefined, endpoint: string): Observation {
  const reads = frame.operations['GetRecords']?.latency;
  return {
    source: sourceOf(frame, endpoint),
    atMs: frame.atMs,
    tickMs: frame.daemon.uptimeMs,
    streams: frame.streams,
    events: frame.events,
    readMs: reads && latencyQuantile(0.99, reads, before?.operations['GetRecords']?.latency),
  };
}

function sourceOf({ daemon }: MetricsFrame, endpoint: string): SourceFacts {
  const { health } = daemon;
  return {
    kind: 'daemon',
    endpoint,
    label: `daemon ${safeText(daemon.version)} up ${uptimeText(daemon.uptimeMs)}`,
    rssBytes: daemon.rssBytes,
    trouble: health.state === 'ok' ? undefined : `${health.state}: ${health.reason ?? ''}`,
  };
}

function open({ endpoint, intervalMs, signal }: DaemonWatch): Promise<IncomingMessage> {
  const url = new URL(`/_sluice/metrics/stream?interval=${intervalMs}`, endpoint);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'GET', agent: false, timeout: SILENCE_MS + 2 * intervalMs, signal },
      (answer) => {
        if (answer.statusCode === 200) return resolve(answer);
        answer.resume();
        reject(new NoMetricsError(answer.statusCode ?? 0));
      },
    );
    call.on('error', (error) => reject(signal.aborted ? signal.reason : lost(endpoint, error)));
    call.on('timeout', () => call.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    call.end();
  });
}

async function* linesOf(answer: IncomingMessage, endpoint: string): AsyncGenerator<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      let from = 0;
      for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
        chunks.push(chunk.subarray(from, end));
        yield Buffer.concat(chunks).toString();
        chunks.length = 0;
        length = 0;
        from = end + 1;
      }
      length += chunk.length - from;
      if (length > METRICS_LINE_BYTES_MAX) throw new Error('a line of the metrics stream is too long');
      chunks.push(chunk.subarray(from));
    }
  } catch (error) {
    throw lost(endpoint, error);
  }
}

function parsedLine(text: string, endpoint: string): MetricsLine {
  try {
    return JSON.parse(text) as MetricsLine;
  } catch (error) {
    throw lost(endpoint, error, 'UNREADABLE');
  }
}

function lost(endpoint: string, cause: unknown, otherwise = 'UNKNOWN'): UnreachableError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : otherwise;
  return new UnreachableError(code, endpoint, { sent: true, cause });
}
