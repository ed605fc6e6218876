/** /metrics for Prometheus, /healthz and /readyz for whoever starts and stops programs. */
import { createServer } from 'node:http';
import type { Clock } from '../runtime/clock.ts';
import type { FlowStatus } from './flow-status.ts';
import { isReady, metricsText } from './metrics-text.ts';

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

export interface MetricsFigures {
  readonly flows: readonly FlowStatus[];
  /** Checkpoints that could not be written. */
  readonly checkpointErrors: number;
}

/** Listens until closed; it does not keep the program alive. @throws Node's error when the port cannot be had. */
export async function serveMetrics(
  { host, port }: MetricsPlace,
  figures: () => MetricsFigures,
  clock: Pick<Clock, 'now'>,
): Promise<{ close(): Promise<void>; readonly port: number }> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const isGet = request.method === 'GET';
    const [status, text] = !isGet || path === undefined ? [405, 'GET only\n'] : answerTo(path, figures(), clock.now());
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerTo(path: string, figures: MetricsFigures, nowMs: number): readonly [number, string] {
  const { flows, checkpointErrors } = figures;
  if (path === '/metrics') return [200, metricsText(flows, checkpointErrors)];
  if (path === '/healthz') return [200, 'ok\n'];
  if (path === '/readyz') return isReady(flows, nowMs) ? [200, 'ready\n'] : [503, 'not all flows are acknowledged\n'];
  return [404, 'see /metrics, /healthz, /readyz\n'];
}
