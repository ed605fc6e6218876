/** Reports without a screen: how they end. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type ReportOptions, runReport } from '../../../src/tui/run-report.ts';

test('a report that the signal ends says so, and not that the server was lost', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const server = createServer((_, answer) => void answer.writeHead(200).flushHeaders());
  // Once the answer is being read.
  const onAnswer = () => setImmediate(() => stop.abort(reason));
  subscribe('http.client.response.finish', onAnswer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { setting: { endpoint }, state: { intervalMs: 1_000 }, conditions: [], signal: stop.signal };
  await expect(runReport(options as unknown as ReportOptions)).rejects.toBe(reason);
  unsubscribe('http.client.response.finish', onAnswer);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
