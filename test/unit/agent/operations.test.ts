/** What the agent tells: periodic lines, metrics, events, the printed configuration. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { loggedEvents } from '../../../src/agent/agent-log.ts';
import type { FlowStatus } from '../../../src/agent/flow-status.ts';
import { withPast } from '../../../src/agent/flow-sums.ts';
import { tellProgress } from '../../../src/agent/heartbeat.ts';
import { serveMetrics } from '../../../src/agent/metrics-server.ts';
import { isReady, metricsText } from '../../../src/agent/metrics-text.ts';
import { printedConfig } from '../../../src/agent/print-config.ts';
import { readConfig } from '../../../src/agent/read-config.ts';
import { LATENCY_BOUNDS_MS, type LatencyCounts } from '../../../src/model/latency.ts';
import { Histogram } from '../../../src/runtime/histogram.ts';
import { lineLogger } from '../../../src/runtime/logger.ts';

/** Prometheus' own judge of what it reads; in Debian's package prometheus. */
const PROMTOOL = process.env['PROMTOOL'] ?? 'promtool';
const noPromtool = spawnSync(PROMTOOL, ['--version']).error === undefined ? undefined : 'promtool is not installed';
if (noPromtool !== undefined) console.log(`skipped: ${noPromtool}`);

function latencyOf(ms: readonly number[]): LatencyCounts {
  const histogram = new Histogram(LATENCY_BOUNDS_MS);
  for (const one of ms) histogram.record(one);
  return histogram.counts();
}

const status = (more: Partial<FlowStatus> = {}): FlowStatus => ({
  id: 'kinesis:web:/t/"a"*',
  files: [],
  reading: {
    parsedRecords: 10,
    parsedBytes: 100,
    convertedRecords: 9,
    filteredRecords: 1,
    unmatchedRecords: 2,
    truncatedRecords: 0,
    oversizeRecords: 3,
    skippedBytes: 0,
    unmatchedSample: 'odd line',
  },
  delivery: {
    sentRecords: 7,
    sentBytes: 70,
    requests: 1,
    failedRequests: 0,
    retriedRecords: 0,
    throttledRecords: 0,
    ambiguousRequests: 0,
    deadLetters: 0,
  },
  events: { rotations: 4, truncations: 1, copies: 3, lostBytes: 12 },
  putLatency: latencyOf([4, 4, 40, 60_000]),
  oldestUnsentMs: 2_500,
  behindBytes: 0,
  unackedBytes: 0,
  heldRecords: 0,
  requestsInFlight: 0,
  backoffMs: 1_500,
  sentPerSecond: 0,
  credentialsExpireMs: undefined,
  lastError: undefined,
  lastSuccessMs: 2_000,
  openFiles: 1,
  deletedOpenBytes: 0,
  ...more,
});

function collected(): { readonly lines: string[]; readonly logger: ReturnType<typeof lineLogger> } {
  const lines: string[] = [];
  const logger = lineLogger({ write: (line) => lines.push(line), level: 'debug', format: 'text', now: () => 0 });
  return { lines, logger };
}

describe('the periodic lines', () => {
  const told = (flows: readonly FlowStatus[], all = false) => {
    const { lines, logger } = collected();
    tellProgress(logger, flows, { uptimeMs: 61_500, counters: () => all });
    return lines.map((line) => line.replace('1970-01-01T00:00:00.000Z ', '').trimEnd());
  };

  test('sum up, then tell each flow', () => {
    expect(told([status(), status({ id: 'b', behindBytes: 5 })])).toEqual([
      'info progress parsed=20 bytes=200 sent=14 behindBytes=5 uptimeSeconds=61',
      'info flow flow="kinesis:web:/t/\\"a\\"*" parsed=10 bytes=100 converted=9 skipped=6 sent=7 behindBytes=0 files=0 unmatchedSample="odd line"',
      'info flow flow=b parsed=10 bytes=100 converted=9 skipped=6 sent=7 behindBytes=5 files=0 unmatchedSample="odd line"',
    ]);
  });

  test('warn of a flow that is 40 MiB behind, with its last error', () => {
    const [, line] = told([status({ behindBytes: 41_943_040, lastError: 'ECONNREFUSED' })]);
    expect(line).toMatch(/^warn flow .*behindBytes=41943040 .*lastError=ECONNREFUSED/);
  });

  test('hold all counters where the file asks for them', () => {
    expect(told([status()], true)[1]).toContain('oversizeRecords=3');
  });
});

test('figures go on when another configuration takes a flow up', () => {
  const now = status({ lastSuccessMs: undefined, behindBytes: 4 });
  const sums = withPast(now, status({ lastSuccessMs: 9_000, behindBytes: 1_000 }));
  expect(sums).toMatchObject({
    behindBytes: 4,
    lastSuccessMs: 9_000,
    reading: { parsedRecords: 20, unmatchedSample: 'odd line' },
    delivery: { sentRecords: 14, sentBytes: 140 },
    events: { rotations: 8 },
    putLatency: latencyOf([4, 4, 40, 60_000, 4, 4, 40, 60_000]),
  });
  expect(withPast(now, undefined)).toBe(now);
});

describe('metrics', () => {
  test('have one sample a flow, labels escaped', () => {
    expect(metricsText([status()], 0)).toContain(
      '# TYPE sluice_agent_sent_records_total counter\nsluice_agent_sent_records_total{flow="kinesis:web:/t/\\"a\\"*"} 7\n',
    );
    expect(metricsText([status()], 0)).toContain('sluice_agent_backoff_seconds{flow="kinesis:web:/t/\\"a\\"*"} 1.5\n');
  });

  test('hold the time of requests in buckets that count everything up to their bound, and what happened to files', () => {
    const lines = metricsText([status({ id: 'f' })], 6).split('\n');
    for (const line of [
      'sluice_agent_put_seconds_bucket{flow="f",le="0.003"} 0',
      'sluice_agent_put_seconds_bucket{flow="f",le="0.005"} 2',
      'sluice_agent_put_seconds_bucket{flow="f",le="0.05"} 3',
      'sluice_agent_put_seconds_bucket{flow="f",le="10"} 3',
      'sluice_agent_put_seconds_bucket{flow="f",le="+Inf"} 4',
      'sluice_agent_put_seconds_sum{flow="f"} 60.048',
      'sluice_agent_put_seconds_count{flow="f"} 4',
      'sluice_agent_rotations_total{flow="f"} 4',
      'sluice_agent_truncations_total{flow="f"} 1',
      'sluice_agent_copies_detected_total{flow="f"} 3',
      'sluice_agent_possibly_lost_bytes_total{flow="f"} 12',
      'sluice_agent_oldest_unsent_seconds{flow="f"} 2.5',
      'sluice_agent_checkpoint_errors_total 6',
    ]) {
      expect(lines).toContain(line);
    }
  });

  test.skipIf(noPromtool !== undefined)('are to the taste of promtool', () => {
    const input = metricsText([status(), status({ id: 'other' })], 1);
    const { status: code, stdout, stderr } = spawnSync(PROMTOOL, ['check', 'metrics'], { input });
    expect([code, `${stdout}${stderr}`]).toEqual([0, '']);
  });

  test('ready is who succeeded within five minutes or has nothing to do', () => {
    const behind = status({ behindBytes: 1, lastSuccessMs: 1_000 });
    expect(isReady([behind, status()], 300_999)).toBe(true);
    expect(isReady([behind, status()], 301_000)).toBe(false);
    expect(isReady([status({ lastSuccessMs: undefined })], 900_000)).toBe(true);
  });

  test('are served over HTTP', async () => {
    const server = await serveMetrics(
      { host: '127.0.0.1', port: 0 },
      () => ({ flows: [status()], checkpointErrors: 0 }),
      { now: () => 0 },
    );
    try {
      const get = async (path: string, init?: RequestInit) => {
        const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
        return [answer.status, await answer.text()] as const;
      };
      expect(await get('/metrics')).toEqual([200, metricsText([status()], 0)]);
      expect(await get('/healthz')).toEqual([200, 'ok\n']);
      expect(await get('/readyz')).toEqual([200, 'ready\n']);
      expect((await get('/'))[0]).toBe(404);
      expect((await get('/metrics', { method: 'POST' }))[0]).toBe(405);
    } finally {
      await server.close();
    }
  });
});

describe('events', () => {
  test('requests are told each by itself where the file asks for it, and not otherwise', () => {
    const { lines, logger } = collected();
    const request = { kind: 'request', records: 5, ms: 1.5 } as const;
    loggedEvents(logger, { monotonic: () => 0 })(request, 'f');
    const tell = loggedEvents(logger, { monotonic: () => 0 }, true);
    tell(request, 'f');
    tell(request, 'f');
    expect(lines.map((line) => line.slice(25).trimEnd())).toEqual([
      'debug request flow=f records=5 ms=1.5',
      'debug request flow=f records=5 ms=1.5',
    ]);
  });

  test('are told once a minute, then with how often they came', () => {
    let nowMs = 0;
    const { lines, logger } = collected();
    const tell = loggedEvents(logger, { monotonic: () => nowMs });
    const denied = { kind: 'denied', path: '/t/a', code: 'EACCES' } as const;
    for (const atMs of [0, 1_000, 59_999]) {
      nowMs = atMs;
      tell(denied, 'f');
    }
    tell({ ...denied, path: '/t/b' }, 'f');
    nowMs = 60_000;
    tell(denied, 'f');
    expect(lines.map((line) => line.slice(25).trimEnd())).toEqual([
      'warn may not be read; trying again flow=f path=/t/a code=EACCES',
      'warn may not be read; trying again flow=f path=/t/b code=EACCES',
      'warn may not be read; trying again flow=f path=/t/a code=EACCES times=3',
    ]);
  });
});

test('of two files that were rotated away both are told', () => {
  const { lines, logger } = collected();
  const tell = loggedEvents(logger, { monotonic: () => 0 });
  for (const name of ['a', 'a', 'b']) tell({ kind: 'rescued', from: `/t/${name}`, to: `/t/${name}.1` }, 'f');
  expect(lines.map((line) => /from=\S+/.exec(line)?.[0])).toEqual(['from=/t/a', 'from=/t/b']);
});

test('a printed configuration holds no secret', () => {
  const text = JSON.stringify({
    awsAccessKeyId: 'AKID',
    awsSecretAccessKey: 'very secret',
    sluice: { awsSessionToken: 'also secret' },
    flows: [{ filePattern: '/t/a', kinesisStream: 's', multiLineStartPattern: '^\\d+' }],
  });
  const { config } = readConfig({ name: 'agent.json', text }, [], { env: {}, directory: '/', cores: 1 });
  const printed = printedConfig(config!);
  expect(printed).not.toContain('secret"');
  expect(JSON.parse(printed)).toMatchObject({
    credentials: { fixed: { accessKeyId: 'AKID', secretAccessKey: '********', sessionToken: '********' } },
    flows: [{ records: { multiLine: { start: '^\\d+' }, truncatedTerminator: '\n' } }],
  });
});
