/**
 * A real Prometheus that scrapes a running daemon: every query of the Grafana dashboard, and every alert of
 * docs/metrics.md, is asked of it and must answer with samples.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Daemon, startDaemon } from '../../src/index.ts';
import { METRICS } from '../../src/server/metrics-table.ts';
import { ready, temporaryFolder } from './client-program.ts';
import { Load } from './metrics-load.ts';

const isReady = ready('Prometheus', [{ command: 'prometheus', args: ['--version'] }], 20_000);
const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder();
let daemon: Daemon | undefined;
let prometheus: ChildProcess | undefined;
let load: Load | undefined;
let api = '';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function query(expression: string): Promise<readonly Sample[]> {
  const answer = await fetch(`${api}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { status, error, data } = (await answer.json()) as {
    readonly status: string;
    readonly error?: string;
    readonly data: { readonly result: readonly Sample[] };
  };
  expect([expression, status, error]).toEqual([expression, 'success', undefined]);
  return data.result;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Prometheus over the daemon, with a look at it each second. */
async function startPrometheus(target: string): Promise<void> {
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    scrape_configs: [{ job_name: 'sluice', static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML too.
  writeFileSync(join(folder.path, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  api = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${join(folder.path, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder.path, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  prometheus = spawn('prometheus', args, { stdio: 'ignore' });
}

beforeAll(async () => {
  if (!isReady) return;
  daemon = await startDaemon({
    ...{ port: 0, dataDir: join(folder.path, 'data'), metrics: { host: '127.0.0.1', port: 0 } },
    ...{ strictLimits: true, create: [{ name: 'orders', shards: 2 }] },
  });
  load = new Load(daemon.url);
  await load.start();
  await startPrometheus(new URL(daemon.status().metricsUrl!).host);
  // Rates need several scrapes under load.
  await vi.waitUntil(async () => (await scrapes()) >= 8, { timeout: 120_000, interval: 500 });
}, 150_000);

async function scrapes(): Promise<number> {
  try {
    const [sample] = await query('count_over_time(up{job="sluice"}[5m])');
    return Number(sample?.value[1] ?? 0);
  } catch {
    return 0;
  }
}

afterAll(async () => {
  await load?.stop();
  prometheus?.kill();
  await daemon?.close({ drainMs: 0 });
  folder.remove();
});

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

const dashboard = JSON.parse(readFileSync(join(root, 'packaging/grafana/sluice.json'), 'utf8')) as Dashboard;
/** What Grafana puts in the place of its variables. */
const resolved = (expr: string) => expr.replaceAll(/\$(instance|stream)\b/g, '.*').replaceAll('$__rate_interval', '8s');
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, resolved(expr)] as const),
);

test.skipIf(!isReady).each(queries)('%s: %s', async (_, expression) => {
  const samples = await query(expression);
  expect(samples.length).toBeGreaterThan(0);
  for (const { value } of samples) expect(value[1]).not.toBe('NaN');
});

test.skipIf(!isReady)('the dashboard shows what went in', async () => {
  const [into] = await query('sum(sluice_stream_in_records_total{stream="orders"})');
  expect(Number(into!.value[1])).toBeGreaterThan(0);
  const [out] = await query('sum(sluice_stream_out_records_total{stream="orders"})');
  expect(Number(out!.value[1])).toBeGreaterThan(0);
});

const alerts = [...readFileSync(join(root, 'docs/metrics.md'), 'utf8').matchAll(/^\| `([^`]+[<>=] ?[\d.e]+)` \|/gm)];

test.skipIf(!isReady)('every alert of docs/metrics.md can be asked', async () => {
  expect(alerts.length).toBeGreaterThan(4);
  for (const [, expression] of alerts) {
    // Without its bound it has samples.
    expect(await query(expression!)).toBeInstanceOf(Array);
    expect((await query(expression!.replace(/ [<>=]+ ?[\d.e]+$/, ''))).length).toBeGreaterThan(0);
  }
});

test.skipIf(!isReady)('Prometheus knows every metric', async () => {
  const answer = await fetch(`${api}/api/v1/label/__name__/values`);
  const { data } = (await answer.json()) as { readonly data: readonly string[] };
  const names = new Set(data.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  expect(METRICS.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});

test('every metric that the dashboard asks for exists', () => {
  const known = new Set(METRICS.map(({ name }) => name));
  const asked = queries.flatMap(([, expression]) => expression.match(/\b(sluice|process)_[a-z_]+/g) ?? []);
  expect(asked.map((name) => name.replace(/_bucket$/, '')).filter((name) => !known.has(name))).toEqual([]);
});
