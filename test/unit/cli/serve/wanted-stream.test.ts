/** What --create asks of a daemon: nothing that is refused where the stream is there, and no fault in its metrics. */
import { afterEach, expect, test } from 'vitest';
import { wantedStream } from '../../../../src/cli/serve/wanted-stream.ts';
import { Client } from '../../../../src/client/client.ts';
import { kinesisOperations } from '../../../../src/operations/kinesis/index.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { silentLogger } from '../../../../src/runtime/logger.ts';
import { seededRandom } from '../../../../src/runtime/random.ts';
import { createDispatch } from '../../../../src/server/dispatch.ts';
import { kinesisRoutes } from '../../../../src/server/handlers/index.ts';
import { listen } from '../../../../src/server/listen.ts';
import { OperationMeter } from '../../../../src/server/metrics-operations.ts';
import { openWorld, scope } from '../../service/world.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start() {
  const { service } = await openWorld();
  const meter = new OperationMeter(systemClock);
  const random = seededRandom(1);
  const handle = createDispatch({
    ...{ service, routes: kinesisRoutes, declared: kinesisOperations, home: scope, meter },
    ...{ origins: 'loopback', logger: silentLogger, random },
  });
  const listener = await listen({ host: '127.0.0.1', port: 0, handle, clock: systemClock });
  const client = new Client({
    ...{ endpoint: `http://127.0.0.1:${listener.port}`, region: 'us-east-1', clock: systemClock, random },
    ...{ credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, timeoutMs: 10_000, attemptsMax: 1 },
  });
  ends.push(
    () => client.close(),
    () => listener.close({ drainMs: 0 }),
  );
  return { service, client, meter };
}

test('a stream that is there is told of, and no call of it is a fault', async () => {
  const { service, client, meter } = await start();
  await service.createStream(scope, { name: 'orders', shardCount: 2 });
  expect(await wantedStream(client, { name: 'orders', shards: 5 })).toBe('orders  ACTIVE  2 shards');
  const calls = Object.entries(meter.members()).map(([name, { calls, clientFaults }]) => [name, calls, clientFaults]);
  expect(calls).toEqual([['DescribeStreamSummary', 1, 0]]);
});

test('a stream that is missing is made, once', async () => {
  const { client, meter } = await start();
  expect(await wantedStream(client, { name: 'orders', shards: 1 })).toBe('orders  ACTIVE  1 shard');
  expect(await wantedStream(client, { name: 'orders', shards: 1 })).toBe('orders  ACTIVE  1 shard');
  expect(meter.members()['CreateStream']).toMatchObject({ calls: 1, clientFaults: 0 });
});
