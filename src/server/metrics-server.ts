/**
 * `serve --metrics`: /metrics on an address of its own, for a Prometheus that may run on another machine. Nothing else is
 * served there, and no web page is answered: not one that says so, and none that gives itself a name that points here.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { METRICS_CONNECTIONS_MAX } from '../model/limits.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { MetricsSource } from './admin-metrics.ts';
import { hostOf } from './exchange.ts';
import { isLoopbackAddress, isLoopbackHost, isWebPage } from './loopback.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';

export interface MetricsPlace {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Resolves once it answers. @throws {SluiceError} SLUICE_METRICS_PORT when the address cannot be had. */
export async function serveMetrics(place: MetricsPlace, source: MetricsSource): Promise<MetricsServer> {
  const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 10_000 }, (request, response) => {
    const { status, type, text } = answerTo(request, source);
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
  });
  server.maxConnections = METRICS_CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(portError(place, cause)));
    server.listen(place, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function answerTo({ method, url = '', headers, socket }: http.IncomingMessage, source: MetricsSource): Answer {
  const isOpen = socket.localAddress !== undefined && !isLoopbackAddress(socket.localAddress);
  if (isWebPage(headers)) return plain(403, 'Web pages may not ask');
  if (!isOpen && !isLoopbackHost(hostOf(headers))) return plain(403, 'That host is not this machine');
  if (url.split('?', 1)[0] !== '/metrics') return plain(404, 'See /metrics');
  if (method !== 'GET') return plain(405, 'GET only');
  return { status: 200, type: PROMETHEUS_TYPE, text: prometheusText(source.frame()) };
}

const plain = (status: number, text: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  text: `${text}\n`,
});

function portError({ host, port }: MetricsPlace, cause: unknown): SluiceError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new SluiceError('SLUICE_METRICS_PORT', `Cannot serve metrics on ${host}:${port}${code}`, {
    hints: ['Choose another address with --metrics, for example 127.0.0.1:0 for any free port.'],
    cause,
  });
}
