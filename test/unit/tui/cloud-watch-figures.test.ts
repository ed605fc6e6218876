/** CloudWatch's sums of a minute as figures, and what is said of where they are from. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { MetricPoint } from '../../../src/client/cloud-watch-read.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { CloudWatchWatch, figuresFrom, questionsFor } from '../../../src/tui/cloud-watch-figures.ts';
import { Meter } from '../../../src/tui/meter.ts';
import { screenRows } from '../../../src/tui/views/screen.ts';
import { NOW_MS, observationAt, sceneOf } from './observations.ts';

let close = () => {};
afterEach(() => close());

test('the newest minute counts, sums become rates, the age stays', () => {
  const series = new Map<string, readonly MetricPoint[]>([
    [
      'bytesIn',
      [
        { atMs: 0, value: 1 },
        { atMs: 60_000, value: 6_000 },
      ],
    ],
    ['recordsIn', [{ atMs: 60_000, value: 120 }]],
    ['bytesOut', [{ atMs: 0, value: 600 }]],
    ['lagMs', [{ atMs: 60_000, value: 4_200 }]],
  ]);
  expect(figuresFrom(series)).toEqual({
    atMs: 120_000,
    bytesIn: 100,
    recordsIn: 2,
    bytesOut: undefined,
    throttledPerMinute: undefined,
    lagMs: 4_200,
  });
  expect(figuresFrom(new Map([['bytesIn', []]]))).toBeUndefined();
});

test('the questions are about the stream', () => {
  for (const { dimensions } of questionsFor('orders')) expect(dimensions).toEqual({ StreamName: 'orders' });
});

test('without the right to ask only CloudWatch is missing, and it says which right', async () => {
  const server = createServer((_, answer) => void answer.writeHead(400).end('{"__type":"AccessDeniedException"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const watch = new CloudWatchWatch({ region: 'us-east-1', endpoint, credentials, clock: systemClock, env: {} });
  watch.turnTo('orders');
  await vi.waitFor(() => expect(watch.label).toBe('needs cloudwatch:GetMetricData'), { timeout: 10_000 });
});

test('the totals show them with their age, and only for their stream', () => {
  const figures = {
    atMs: NOW_MS - 75_000,
    bytesIn: 1,
    recordsIn: 1,
    bytesOut: 2e6,
    throttledPerMinute: 3,
    lagMs: 9_000,
  };
  const boardOf = (stream: string) => {
    const seen = observationAt(2);
    const source = { ...seen.source, kind: 'polling' as const };
    return new Meter().take({ ...seen, source, cloudWatch: { stream, figures } });
  };
  const totals = (stream: string) =>
    screenRows(sceneOf({ columns: 120, rows: 24 }, {}, { board: boardOf(stream) }))[1]!;
  expect(totals('orders')).toMatch(/out {2}2\.0 MB\/s │ throttled 3\/min ▲ │ lag max 9\.0 s │ 7\d s old/);
  expect(totals('clicks')).toMatch(/out {2}– │ throttled – /);
});
