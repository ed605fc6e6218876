/** Registered consumers and SubscribeToShard, over both protocols. */
import { afterEach, describe, expect, test } from 'vitest';
import { base64, isForeign, kinesis, type Stream } from './kinesis.ts';
import { PROTOCOLS, type ProtocolName, type Pushed, subscribeOver } from './subscription.ts';

const api = kinesis({ testClock: true });
const SHARD_0 = 'shardId-000000000000';
const open: Pushed[] = [];

afterEach(() => {
  for (const pushed of open.splice(0)) pushed.close();
});

/** The ARN of a new consumer, ACTIVE. */
async function register(stream: Stream, ConsumerName = 'c'): Promise<string> {
  const { Consumer } = await api.call('RegisterStreamConsumer', { StreamARN: stream.arn, ConsumerName });
  for (;;) {
    const { ConsumerDescription: found } = await api.call('DescribeStreamConsumer', Consumer);
    if (found.ConsumerStatus === 'ACTIVE') return found.ConsumerARN;
    if (isForeign) await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function subscribe(protocol: ProtocolName, ConsumerARN: string, more: object = {}): Promise<Pushed> {
  const input = { ConsumerARN, ShardId: SHARD_0, StartingPosition: { Type: 'TRIM_HORIZON' }, ...more };
  const pushed = await subscribeOver(protocol, api, input);
  open.push(pushed);
  return pushed;
}

const put = (stream: Stream, text: string) =>
  api.call('PutRecord', { StreamName: stream.name, PartitionKey: 'k', Data: base64(text) });
const split = (stream: Stream) =>
  api.call('SplitShard', { StreamName: stream.name, ShardToSplit: SHARD_0, NewStartingHashKey: '5' });
const after = (SequenceNumber: string) => ({ StartingPosition: { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber } });

describe('consumers', () => {
  test('are registered, described, listed and counted', async () => {
    const stream = await api.stream(1);
    const { Consumer } = await api.call('RegisterStreamConsumer', { StreamARN: stream.arn, ConsumerName: 'app-1' });
    expect(Consumer).toEqual({
      ConsumerName: 'app-1',
      ConsumerARN: expect.stringMatching(new RegExp(`^${stream.arn}/consumer/app-1:\\d{10}$`)),
      ConsumerStatus: 'CREATING',
      ConsumerCreationTimestamp: expect.any(Number),
    });
    const ConsumerARN = await register(stream, 'app-2');
    const byArn = await api.call('DescribeStreamConsumer', { ConsumerARN });
    expect(byArn.ConsumerDescription).toMatchObject({ StreamARN: stream.arn, ConsumerStatus: 'ACTIVE', ConsumerARN });
    const byName = { StreamARN: stream.arn, ConsumerName: 'app-2' };
    expect(await api.call('DescribeStreamConsumer', byName)).toEqual(byArn);
    expect(await api.call('DescribeStreamConsumer', { ...byName, ConsumerARN })).toEqual(byArn);
    const { Consumers } = await api.call('ListStreamConsumers', { StreamARN: stream.arn });
    expect(Consumers.map((each: { ConsumerName: string }) => each.ConsumerName)).toEqual(['app-1', 'app-2']);
    expect(Consumers[0]).not.toHaveProperty('StreamARN');
    const { StreamDescriptionSummary } = await api.call('DescribeStreamSummary', { StreamName: stream.name });
    expect(StreamDescriptionSummary.ConsumerCount).toBe(2);
  });

  test('a name is taken once, and a consumer registered again has another ARN', async () => {
    const stream = await api.stream(1);
    const ConsumerARN = await register(stream);
    const again = { StreamARN: stream.arn, ConsumerName: 'c' };
    expect(await api.fault('RegisterStreamConsumer', again)).toMatchObject({ type: 'ResourceInUseException' });
    await api.call('DeregisterStreamConsumer', { ConsumerARN });
    if (isForeign) return;
    expect(await api.fault('DescribeStreamConsumer', { ConsumerARN })).toMatchObject({
      type: 'ResourceNotFoundException',
      message: `Consumer ${ConsumerARN}, account ${stream.account} not found.`,
    });
    expect(await register(stream)).not.toBe(ConsumerARN);
  });

  test('a consumer must be named, and once only', async () => {
    const stream = await api.stream(1);
    const ConsumerARN = await register(stream);
    for (const input of [
      {},
      { StreamARN: stream.arn },
      { ConsumerName: 'c' },
      { ConsumerARN, ConsumerName: 'other' },
      { ConsumerARN, StreamARN: `${stream.arn}-other` },
    ]) {
      expect((await api.fault('DescribeStreamConsumer', input)).type).toBe('InvalidArgumentException');
    }
  });

  test('pages of consumers follow each other', async () => {
    const stream = await api.stream(1);
    for (const name of ['c3', 'c1', 'c2']) await register(stream, name);
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await api.call('ListStreamConsumers', { StreamARN: stream.arn, MaxResults: 2, NextToken });
      names.push(...page.Consumers.map((each: { ConsumerName: string }) => each.ConsumerName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(['c1', 'c2', 'c3']);
  });

  test('a stream with consumers is deleted only when that is asked for', async () => {
    const stream = await api.stream(1);
    await register(stream);
    expect(await api.fault('DeleteStream', { StreamName: stream.name })).toMatchObject({
      type: 'ResourceInUseException',
      message:
        `DeleteStream can't delete ${stream.account}:${stream.name} because there are consumers associated with this ` +
        `data stream. To delete ${stream.name} anyway, set the EnforceConsumerDeletion parameter to true to force the ` +
        'deletion of all the consumers that are associated with it.',
    });
    await api.call('DeleteStream', { StreamName: stream.name, EnforceConsumerDeletion: true });
  });
});

describe.skipIf(isForeign)('twenty consumers', () => {
  test('a stream has no more', async () => {
    const stream = await api.stream(1);
    for (let i = 0; i < 20; i++) await register(stream, `c${i}`);
    const more = { StreamARN: stream.arn, ConsumerName: 'c20' };
    expect((await api.fault('RegisterStreamConsumer', more)).type).toBe('LimitExceededException');
    await api.call('DeregisterStreamConsumer', { StreamARN: stream.arn, ConsumerName: 'c7' });
    await register(stream, 'c20');
  });
});

describe.each(PROTOCOLS)('SubscribeToShard over %s', (protocol) => {
  test('begins at once, before any record, with the initial response', async () => {
    const stream = await api.stream(1);
    const pushed = await subscribe(protocol, await register(stream), { StartingPosition: { Type: 'LATEST' } });
    expect(pushed.status).toBe(200);
    expect(pushed.headers['content-type']).toBe('application/vnd.amazon.eventstream');
    expect(pushed.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(pushed.headers['content-length']).toBeUndefined();
    await pushed.until(() => pushed.messages.length > 0);
    expect(pushed.messages[0]).toEqual({
      headers: {
        ':message-type': 'event',
        ':event-type': 'initial-response',
        ':content-type': expect.stringMatching(/^application\/(x-amz-json-1\.1|json)$/),
      },
      payload: {},
    });
  });

  test('pushes what is there and what is put', async () => {
    const stream = await api.stream(1);
    const { SequenceNumber } = await put(stream, 'one');
    const pushed = await subscribe(protocol, await register(stream));
    await pushed.until(() => pushed.texts.length > 0);
    expect(pushed.events[0]).toEqual({
      Records: [
        {
          SequenceNumber,
          ApproximateArrivalTimestamp: expect.any(Number),
          Data: base64('one'),
          PartitionKey: 'k',
        },
      ],
      ContinuationSequenceNumber: SequenceNumber,
      MillisBehindLatest: expect.any(Number),
    });
    expect(pushed.messages[1]!.headers).toMatchObject({
      ':message-type': 'event',
      ':event-type': 'SubscribeToShardEvent',
    });
    await put(stream, 'two');
    await pushed.until(() => pushed.texts.length > 1);
    expect(pushed.texts).toEqual(['one', 'two']);
  });

  test('tells the children at the end of the shard, and ends', async () => {
    const stream = await api.stream(1);
    await put(stream, 'one');
    const pushed = await subscribe(protocol, await register(stream));
    await pushed.until(() => pushed.texts.length > 0);
    await split(stream);
    await pushed.end();
    expect(pushed.isEnded).toBe(true);
    const ends = pushed.events.filter((event) => event.ChildShards !== undefined);
    expect(ends).toHaveLength(1);
    expect(pushed.events.at(-1)).toBe(ends[0]);
    expect(ends[0]).not.toHaveProperty('ContinuationSequenceNumber');
    expect(ends[0].ChildShards).toEqual([
      {
        ShardId: 'shardId-000000000001',
        ParentShards: [SHARD_0],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: '4' },
      },
      {
        ShardId: 'shardId-000000000002',
        ParentShards: [SHARD_0],
        HashKeyRange: { StartingHashKey: '5', EndingHashKey: '340282366920938463463374607431768211455' },
      },
    ]);
    const latest = await subscribe(protocol, await register(stream, 'late'), { StartingPosition: { Type: 'LATEST' } });
    await latest.end();
    expect(latest.events).toEqual([{ ...ends[0], Records: [], MillisBehindLatest: expect.any(Number) }]);
  });

  test('goes on behind a continuation without loss and without a record twice', async () => {
    const stream = await api.stream(1);
    const ConsumerARN = await register(stream);
    await put(stream, 'one');
    const first = await subscribe(protocol, ConsumerARN);
    await first.until(() => first.texts.length > 0);
    const other = await register(stream, 'other');
    await put(stream, 'two');
    const second = await subscribe(protocol, other, after(first.events[0].ContinuationSequenceNumber));
    await put(stream, 'three');
    await second.until(() => second.texts.length > 1);
    expect(second.texts).toEqual(['two', 'three']);
  });

  test('refuses with an ordinary answer', async () => {
    const stream = await api.stream(1);
    const ConsumerARN = await register(stream);
    const refusal = async (more: object) => {
      const pushed = await subscribe(protocol, ConsumerARN, more);
      expect([pushed.status, pushed.headers['content-type']]).toEqual([400, 'application/x-amz-json-1.1']);
      return pushed.refusal();
    };
    expect((await refusal({ ConsumerARN: `${ConsumerARN}9` })).type).toBe('ResourceNotFoundException');
    expect(await refusal({ ShardId: 'shardId-000000000009' })).toEqual({
      type: 'ResourceNotFoundException',
      message: `Shard shardId-000000000009 in stream ${stream.name} under account ${stream.account} does not exist`,
    });
    expect((await refusal({ StartingPosition: { Type: 'AT_SEQUENCE_NUMBER' } })).type).toBe('InvalidArgumentException');
    expect((await refusal({ StartingPosition: { Type: 'NOWHERE' } })).type).toBe('ValidationException');
    expect((await refusal({ ConsumerARN: 'c' })).type).toBe('ValidationException');
    expect((await refusal({ DryRun: true })).type).toBe('DryRunOperationException');
  });

  test('refuses a second call within 5 s, and the first goes on', async () => {
    const stream = await api.stream(1);
    const ConsumerARN = await register(stream);
    const first = await subscribe(protocol, ConsumerARN);
    const second = await subscribe(protocol, ConsumerARN);
    expect((await second.refusal()).type).toBe('ResourceInUseException');
    await put(stream, 'one');
    await first.until(() => first.texts.length > 0);
    expect(first.texts).toEqual(['one']);
  });

  test.skipIf(isForeign)('is taken over after 5 s: the first is told and ends', async () => {
    const stream = await api.stream(1);
    const ConsumerARN = await register(stream);
    const first = await subscribe(protocol, ConsumerARN);
    await api.advance(5_000);
    const second = await subscribe(protocol, ConsumerARN);
    await first.end();
    expect(first.isEnded).toBe(true);
    expect(first.messages.at(-1)).toMatchObject({
      headers: { ':message-type': 'exception', ':exception-type': 'ResourceInUseException' },
      payload: { message: expect.stringContaining('Another active subscription exists for this consumer') },
    });
    await put(stream, 'one');
    await second.until(() => second.texts.length > 0);
    expect(second.texts).toEqual(['one']);
  });

  test.skipIf(isForeign)('says every 5 s that it lives, and ends after 5 minutes', async () => {
    const stream = await api.stream(1);
    const pushed = await subscribe(protocol, await register(stream), { StartingPosition: { Type: 'LATEST' } });
    for (let i = 1; i <= 3; i++) {
      await api.advance(5_000);
      await pushed.until(() => pushed.events.length >= i);
    }
    for (const event of pushed.events) {
      expect(event).toEqual({
        Records: [],
        ContinuationSequenceNumber: expect.stringMatching(/^\d{56}$/),
        MillisBehindLatest: 0,
      });
    }
    await api.advance(285_000);
    await pushed.end();
    expect([pushed.isEnded, pushed.messages.at(-1)!.headers[':message-type']]).toEqual([true, 'event']);
  });

  test.skipIf(isForeign).each([
    [
      'deregistration',
      (stream: Stream) => api.call('DeregisterStreamConsumer', { StreamARN: stream.arn, ConsumerName: 'c' }),
    ],
    [
      'deletion',
      (stream: Stream) => api.call('DeleteStream', { StreamName: stream.name, EnforceConsumerDeletion: true }),
    ],
  ])('%s ends it with a word', async (_, remove) => {
    const stream = await api.stream(1);
    const pushed = await subscribe(protocol, await register(stream));
    await remove(stream);
    await pushed.end();
    expect(pushed.isEnded).toBe(true);
    expect(pushed.messages.at(-1)!.headers).toMatchObject({
      ':message-type': 'exception',
      ':exception-type': 'ResourceNotFoundException',
    });
  });

  test('a client that takes nothing for a while loses nothing', async () => {
    const stream = await api.stream(1);
    const pushed = await subscribe(protocol, await register(stream), { StartingPosition: { Type: 'LATEST' } });
    await pushed.until(() => pushed.messages.length > 0);
    pushed.pause();
    const sizes = Array.from({ length: 12 }, (_, i) => 700_000 + i);
    for (const size of sizes) await put(stream, 'x'.repeat(size));
    await put(stream, 'last');
    pushed.resume();
    await pushed.until(() => pushed.texts.at(-1) === 'last');
    expect(pushed.texts.map((text) => text.length)).toEqual([...sizes, 4]);
  });
});
