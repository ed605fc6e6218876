/** /metrics on its own address: to Prometheus, not to web pages. */
import http from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { MetricsFrame } from '../../../src/model/metrics-frame.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { type MetricsServer, serveMetrics } from '../../../src/server/metrics-server.ts';
import { openCounted } from './metrics-world.ts';

let server: MetricsServer | undefined;
afterEach(() => server?.close());

async function open(): Promise<string> {
  const { frame } = await openCounted();
  server = await serveMetrics(
    { host: '127.0.0.1', port: 0 },
    { clock: systemClock, frame: (): MetricsFrame => frame() },
  );
  return server.url;
}

function ask(
  url: string,
  options: http.RequestOptions = {},
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Uint8Array) => {
        text += String(chunk);
      });
      answer.on('end', () => resolve({ status: answer.statusCode!, text }));
    });
    request.on('error', reject).end();
  });
}

test('text is answered, and nothing else is there', async () => {
  const url = await open();
  const { status, text } = await ask(url);
  expect([status, text.split('\n')[0]]).toEqual([200, '# HELP sluice_build_info Always 1; its labels say what runs.']);
  expect((await ask(`${url}?name[]=x`)).status).toBe(200);
  expect((await ask(new URL('/_sluice/stop', url).href, { method: 'POST' })).status).toBe(404);
  expect((await ask(url, { method: 'POST' })).status).toBe(405);
});

test.each([
  { origin: 'http://localhost' },
  { host: 'example.org' },
  { host: '127.0.0.1.nip.io' },
  { 'sec-fetch-site': 'cross-site' },
])('a web page with %j is refused', async (headers) => {
  expect((await ask(await open(), { headers })).status).toBe(403);
});

test('a port that is taken is said in words', async () => {
  const { port } = new URL(await open());
  const again = serveMetrics(
    { host: '127.0.0.1', port: Number(port) },
    { clock: systemClock, frame: () => ({}) as MetricsFrame },
  );
  await expect(again).rejects.toMatchObject({ code: 'SLUICE_METRICS_PORT' });
});
