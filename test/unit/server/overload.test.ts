/** More than the daemon has room for, end to end: producers are throttled for a while, and in the end everything is stored once. */
import { afterEach, expect, test } from 'vitest';
import { Client } from '../../../src/client/client.ts';
import { kinesisOperations } from '../../../src/operations/kinesis/index.ts';
import { putRecords } from '../../../src/operations/kinesis/put-records.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { createDispatch } from '../../../src/server/dispatch.ts';
import type { Handle } from '../../../src/server/exchange.ts';
import { kinesisRoutes } from '../../../src/server/handlers/index.ts';
import { type Listener, listen } from '../../../src/server/listen.ts';
import { OperationMeter } from '../../../src/server/metrics-operations.ts';
import { drain, fromHorizon, openWorld, scope } from '../service/world.ts';
import { gateOf } from './gate.ts';

const open: (Listener | Client)[] = [];
const end = (one: Listener | Client) => (one instanceof Client ? one.close() : one.close({ drainMs: 0 }));
afterEach(() => Promise.all(open.splice(0).map(end)));

const record = (name: string) => ({ PartitionKey: name, Data: Buffer.from(name.padEnd(60_000, '.')) });

test('producers of more than there is room for are throttled, try again, and each record is stored once', async () => {
  const disk = gateOf();
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  const meter = new OperationMeter(systemClock);
  const random = seededRandom(1);
  const clock = movableClock(systemClock);
  const dispatch = createDispatch({
    ...{ service: world.service, routes: kinesisRoutes, declared: kinesisOperations, home: scope, meter },
    ...{ origins: 'loopback', logger: silentLogger, random },
  });
  const handle: Handle = async (request) => {
    if (!request.isThrottled) await disk.promise;
    return dispatch(request);
  };
  // Room for one request of 160 kB.
  const listener = await listen({ host: '127.0.0.1', port: 0, handle, clock, limits: { inFlightBytesMax: 200_000 } });
  open.push(listener);
  const retries: unknown[] = [];
  const client = new Client({
    ...{ endpoint: `http://127.0.0.1:${listener.port}`, region: 'us-east-1', clock: systemClock, random },
    ...{ credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, timeoutMs: 60_000, attemptsMax: 100 },
    onRetry: (_, error) => {
      retries.push((error as { code: unknown }).code);
      disk.resolve();
    },
  });
  open.push(client);
  const names = ['one', 'two', 'three', 'four'];
  const put = (name: string) =>
    client.call(putRecords, { StreamName: 's', Records: [record(`${name}-a`), record(`${name}-b`)] });
  const answers = names.map(put);
  // The disk stands still until one of them has been told to come again.
  while (retries.length === 0) {
    clock.advance(1_000);
    await systemClock.sleep(1);
  }
  const failed = (await Promise.all(answers)).map((answer) => answer.FailedRecordCount);
  expect(failed).toEqual([0, 0, 0, 0]);
  expect(new Set(retries)).toEqual(new Set(['ProvisionedThroughputExceededException']));
  expect(meter.members()['PutRecords']).toMatchObject({
    ...{ calls: names.length + retries.length, throttled: retries.length, clientFaults: 0, serverFaults: 0 },
  });
  const { records } = await drain(world, fromHorizon('0'));
  expect(records.map(({ data }) => data.replace(/\.+$/, '')).sort()).toEqual(
    names.flatMap((name) => [`${name}-a`, `${name}-b`]).sort(),
  );
});
