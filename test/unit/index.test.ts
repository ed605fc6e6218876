/** The public library does what its header says: a daemon, and a client, a producer and a consumer against it. */
import { expect, test } from 'vitest';
import {
  Client,
  Consumer,
  LOCAL_CREDENTIALS,
  Producer,
  startDaemon,
  systemClock,
  systemRandom,
} from '../../src/index.ts';
import { listStreams } from '../../src/operations/kinesis/list-streams.ts';

test('records go in by a producer and come out by a consumer', async () => {
  const daemon = await startDaemon({ memory: true, port: 0, create: [{ name: 'orders', shards: 2 }] });
  const world = { clock: systemClock, random: systemRandom };
  const credentials = async () => LOCAL_CREDENTIALS;
  const client = new Client({
    ...world,
    endpoint: daemon.url,
    region: 'us-east-1',
    credentials,
    timeoutMs: 5_000,
    attemptsMax: 2,
  });
  expect((await client.call(listStreams, {})).StreamNames).toEqual(['orders']);
  const stream = { StreamName: 'orders' };
  const sending = { lingerMs: 1, requestRecordsMax: 500, concurrency: 2, attemptsMax: 2, ordered: false };
  const producer = new Producer({ ...world, ...sending, client, stream });
  for (const text of ['a', 'b', 'c']) await producer.put({ partitionKey: text, data: new TextEncoder().encode(text) });
  await producer.flush();
  const consumer = new Consumer({ client, clock: systemClock, stream, from: { at: 'horizon' }, follow: false });
  const read: string[] = [];
  for await (const { records } of consumer.batches())
    read.push(...records.map(({ data }) => new TextDecoder().decode(data)));
  expect(read.sort()).toEqual(['a', 'b', 'c']);
  await client.close();
  await daemon.close();
});
