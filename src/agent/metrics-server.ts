/** /metrics for Prometheus, /healthz and /readyz for whoever starts and stops programs. */
import { createServer } from 'node:http';
import type { Clock } from '../runtime/clock.ts';
import type { FlowStatus } from './flow-status.ts';
import { isReady, metricsText } from './metrics-text.ts';

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

/** Listens until closed; it does not keep the program alive. @throws Node's error when the port cannot be had. */
export async function serveMetrics(
  { host, port }: MetricsPlace,
  flows: () => readonly FlowStatus[],
  clock: Pick<Clock, 'now'>,
): Promise<{ close(): Promise<void>; readonly port: number }> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const isGet = request.method === 'GET';
    const [status, text] = !isGet || path === undefined ? [405, 'GET only\n'] : answerTo(path, flows(), clock.now());
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

function answerTo(path: string, flows: readonly FlowStatus[], nowMs: number): readonly [number, string] {
  if (path === '/metrics') return [200, metricsText(flows)];
  if (path === '/healthz') return [200, 'ok\n'];
  if (path === '/readyz') return isReady(flows, nowMs) ? [200, 'ready\n'] : [503, 'not all flows are acknowledged\n'];
  return [404, 'see /metrics, /healthz, /readyz\n'];
}
