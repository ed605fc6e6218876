/** Shards by enhanced fan-out, from a real server: what was stored and what comes, through splits, ends and failures. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../../src/client/client.ts';
import { Consumer, type ConsumerOptions } from '../../../src/client/consumer.ts';
import type { ShardBatch } from '../../../src/client/shard-reader.ts';
import { subscriptionReader } from '../../../src/client/subscription.ts';
import { fanOutConsumer } from '../../../src/client/subscription-consumer.ts';
import { EventReader } from '../../../src/client/subscription-events.ts';
import { listStreamConsumers } from '../../../src/operations/kinesis/consumers.ts';
import { createStream } from '../../../src/operations/kinesis/create-stream.ts';
import { describeStreamSummary } from '../../../src/operations/kinesis/describe-stream.ts';
import { putRecords } from '../../../src/operations/kinesis/put-records.ts';
import { splitShard } from '../../../src/operations/kinesis/resharding.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import type { Daemon } from '../../../src/server/daemon.ts';
import { encodeEventMessage } from '../../../src/wire/event-stream.ts';
import { startWithClient } from './daemon-and-client.ts';

let daemon: Daemon;
let client: Client;
beforeAll(async () => {
  ({ daemon, client } = await startWithClient());
});
afterAll(async () => {
  await client.close();
  await daemon.close();
});

const signal = new AbortController().signal;
// Rests after a failure are for services that need them.
const clock = { ...systemClock, sleep: (_: number, end?: AbortSignal) => systemClock.sleep(1, end) };
const register = (StreamName: string) =>
  fanOutConsumer({ client, clock, stream: { StreamName }, consumerName: 'reader', signal });

async function put(StreamName: string, from: number, count: number): Promise<void> {
  const Records = Array.from({ length: count }, (_, i) => ({
    PartitionKey: `key-${i % 7}`,
    Data: new TextEncoder().encode(String(from + i)),
  }));
  await client.call(putRecords, { StreamName, Records });
}

const numbers = (batches: readonly ShardBatch[]) =>
  batches
    .flatMap(({ records }) => records.map(({ data }) => Number(new TextDecoder().decode(data))))
    .sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

async function subscribed(stream: string, options: Partial<ConsumerOptions> = {}) {
  const registered = await register(stream);
  const fallbacks: string[] = [];
  const onFallback = (error: Error) => void fallbacks.push(error.name);
  const reader = new Consumer({
    client,
    clock,
    stream: { StreamName: stream },
    from: { at: 'horizon' },
    follow: true,
    read: subscriptionReader({ consumerArn: registered.arn, onFallback }),
    ...options,
  });
  return { reader, registered, fallbacks };
}

test('what is stored and what comes, parents before children through a split', async () => {
  await client.call(createStream, { StreamName: 'fan', ShardCount: 1 });
  await put('fan', 0, 20);
  const { reader, registered, fallbacks } = await subscribed('fan');
  const came: ShardBatch[] = [];
  for await (const batch of reader.batches()) {
    came.push(batch);
    const count = numbers(came).length;
    if (count === 20 && batch.records.length > 0) {
      const middle = String(2n ** 127n);
      await client.call(splitShard, {
        StreamName: 'fan',
        ShardToSplit: 'shardId-000000000000',
        NewStartingHashKey: middle,
      });
      await put('fan', 20, 20);
    }
    if (count === 40) break;
  }
  expect(numbers(came)).toEqual(upTo(40));
  expect(came.find((batch) => batch.followedBy !== undefined)!.followedBy).toHaveLength(2);
  expect(fallbacks).toEqual([]);
  await registered.close();
});

test('a consumer made for the reading goes with it, one that was there stays', async () => {
  await client.call(createStream, { StreamName: 'consumers', ShardCount: 1 });
  const { StreamDescriptionSummary } = await client.call(describeStreamSummary, { StreamName: 'consumers' });
  const { StreamARN } = StreamDescriptionSummary;
  const statuses = async () => {
    const { Consumers } = await client.call(listStreamConsumers, { StreamARN });
    return Consumers?.filter((one) => one.ConsumerStatus === 'ACTIVE').length;
  };
  const first = await register('consumers');
  const second = await register('consumers');
  expect(second.arn).toBe(first.arn);
  await second.close();
  expect(await statuses()).toBe(1);
  await first.close();
  expect(await statuses()).toBe(0);
});

test('the service ends a subscription after five minutes: reading goes on behind the last record', async () => {
  await client.call(createStream, { StreamName: 'long', ShardCount: 1 });
  await put('long', 0, 3);
  const { reader, registered, fallbacks } = await subscribed('long');
  const came: ShardBatch[] = [];
  for await (const batch of reader.batches()) {
    came.push(batch);
    if (numbers(came).length === 6) break;
    const moved = await fetch(`${daemon.url}/_sluice/clock`, { method: 'POST', body: '{"advanceMs":300001}' });
    expect(moved.status).toBe(200);
    await put('long', 3, 3);
  }
  expect(numbers(came)).toEqual(upTo(6));
  expect(fallbacks).toEqual([]);
  await registered.close();
});

test('up to the tip and no further', async () => {
  await client.call(createStream, { StreamName: 'tip', ShardCount: 1 });
  await put('tip', 0, 5);
  const { reader, registered } = await subscribed('tip', { follow: false });
  const came: ShardBatch[] = [];
  for await (const batch of reader.batches()) came.push(batch);
  expect(numbers(came)).toEqual(upTo(5));
  await registered.close();
});

test('where no subscription can be, the shard is polled', async () => {
  await client.call(createStream, { StreamName: 'gone', ShardCount: 1 });
  await put('gone', 0, 5);
  const { reader, registered, fallbacks } = await subscribed('gone', { follow: false });
  await registered.close();
  const came: ShardBatch[] = [];
  for await (const batch of reader.batches()) came.push(batch);
  expect(numbers(came)).toEqual(upTo(5));
  expect(fallbacks).toEqual(['ClientError']);
});

test('messages come out whatever pieces they come in; an exception is thrown as what it is', () => {
  const message = (type: string, name: string, payload: object) =>
    encodeEventMessage({
      headers: { ':message-type': type, [`:${type}-type`]: name },
      payload: Buffer.from(JSON.stringify(payload)),
    });
  const record = { SequenceNumber: '1', Data: 'YQ==', PartitionKey: 'k', ApproximateArrivalTimestamp: 1.5 };
  const event = { Records: [record], ContinuationSequenceNumber: '2', MillisBehindLatest: 3 };
  const bytes = Buffer.concat([
    message('event', 'initial-response', {}),
    message('event', 'SubscribeToShardEvent', event),
    message('exception', 'ResourceInUseException', { message: 'taken' }),
  ]);
  for (const size of [1, 7, 64, bytes.length]) {
    const reader = new EventReader();
    const events: unknown[] = [];
    const feed = () => {
      for (let at = 0; at < bytes.length; at += size) {
        for (const one of reader.push(bytes.subarray(at, at + size))) events.push(one);
      }
    };
    expect(feed).toThrow(expect.objectContaining({ code: 'ResourceInUseException', message: 'taken' }));
    expect(events).toEqual([
      {
        records: [{ sequenceNumber: '1', partitionKey: 'k', data: Buffer.from('a'), arrivalMs: 1_500 }],
        continuation: '2',
        lagMs: 3,
        children: [],
      },
    ]);
  }
  expect(() => [...new EventReader().push(Buffer.alloc(64, 1))]).toThrow(
    expect.objectContaining({ code: 'UnreadableAnswer' }),
  );
});
