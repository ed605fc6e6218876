/** Polling a server that refuses calls for their number: what is known stays, and it is asked more rarely. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Client } from '../../../src/client/client.ts';
import { LOCAL_CREDENTIALS } from '../../../src/client/credentials.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { Meter } from '../../../src/tui/meter.ts';
import { observePolling } from '../../../src/tui/observe-polling.ts';
import { screenRows } from '../../../src/tui/views/screen.ts';
import { sceneOf } from './observations.ts';

let close = async () => {};
afterEach(() => close());

test('a target that limits calls is asked each 5 s, then 10 s, and the first line says so', async () => {
  const server = createServer((request, answer) => {
    const isList = request.headers['x-amz-target'] === 'Kinesis_20131202.ListStreams';
    answer.writeHead(isList ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    answer.end(
      isList
        ? '{"StreamNames":["orders"],"HasMoreStreams":false}'
        : '{"__type":"LimitExceededException","message":"slow"}',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const slept: number[] = [];
  const clock = { ...systemClock, monotonic: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const client = new Client({
    endpoint,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    clock,
    random: seededRandom(1),
    timeoutMs: 30_000,
    attemptsMax: 1,
  });
  close = async () => {
    await client.close();
    server.close();
  };
  const polling = observePolling({
    client,
    clock,
    signal: new AbortController().signal,
    intervalMs: () => 2_000,
    share: 2,
    reads: true,
    stream: () => 'orders',
  });
  const first = (await polling.next()).value;
  expect(first.source.limitedMs).toBe(5_000);
  expect((await polling.next()).value.source.limitedMs).toBe(10_000);
  expect(slept).toContain(5_000);
  const rows = screenRows(sceneOf({ columns: 80, rows: 24 }, {}, { board: new Meter().take(first) }));
  expect(rows[0]).toContain('● 5s (limited)');
});
