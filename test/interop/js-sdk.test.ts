/**
 * AWS's own client for JavaScript with all its defaults: HTTP/2 with prior knowledge, a session of its own for every
 * request, GOAWAY as soon as an answer begins.
 */
import {
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  paginateListStreams,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  SubscribeToShardCommand,
  UpdateShardCountCommand,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../../src/index.ts';

let daemon: Daemon;
let client: KinesisClient;

beforeAll(async () => {
  daemon = await startDaemon({ memory: true, port: 0, testClock: true });
  client = new KinesisClient({
    endpoint: daemon.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
});

afterAll(async () => {
  client.destroy();
  await daemon.close({ drainMs: 0 });
});

/** All records of a shard and its descendants. */
async function drain(StreamName: string, ShardId: string): Promise<string[]> {
  const start = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const texts: string[] = [];
  let iterator = start.ShardIterator;
  for (let empty = 0; iterator !== undefined && empty < 2; ) {
    const page: {
      Records: { Data?: Uint8Array }[] | undefined;
      NextShardIterator?: string;
      ChildShards?: { ShardId?: string }[];
    } = (await client.send(new GetRecordsCommand({ ShardIterator: iterator }))) as never;
    for (const { Data } of page.Records ?? []) texts.push(Buffer.from(Data!).toString());
    empty = page.Records?.length ? 0 : empty + 1;
    iterator = page.NextShardIterator;
    for (const child of page.ChildShards ?? []) texts.push(...(await drain(StreamName, child.ShardId!)));
  }
  return texts;
}

test('a stream lives from its making to its end', async () => {
  const StreamName = 'life';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  await waitUntilStreamExists({ client, maxWaitTime: 30 }, { StreamName });
  const { StreamDescription: stream } = await client.send(new DescribeStreamCommand({ StreamName }));
  expect(stream).toMatchObject({
    StreamName,
    StreamARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/life',
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    RetentionPeriodHours: 24,
    EncryptionType: 'NONE',
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    HasMoreShards: false,
  });
  expect(stream?.StreamCreationTimestamp).toBeInstanceOf(Date);
  expect(stream?.Shards?.map((shard) => shard.ShardId)).toEqual(['shardId-000000000000', 'shardId-000000000001']);
  const put = await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from('one') }));
  expect(put.ShardId).toBe('shardId-000000000000');
  expect(put.SequenceNumber).toMatch(/^49\d{54}$/);
  const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `k${i}`, Data: Buffer.from(`r${i}`) }));
  const many = await client.send(new PutRecordsCommand({ StreamARN: stream!.StreamARN!, Records }));
  expect([many.FailedRecordCount, many.Records?.length]).toEqual([0, 500]);
  const read = [
    ...(await drain(StreamName, 'shardId-000000000000')),
    ...(await drain(StreamName, 'shardId-000000000001')),
  ];
  expect(new Set(read)).toEqual(new Set(['one', ...Records.map((record) => record.Data.toString())]));
  expect(read).toHaveLength(501);
  await client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 }));
  await client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }));
  const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
  expect(summary.StreamDescriptionSummary).toMatchObject({ OpenShardCount: 2, RetentionPeriodHours: 24 });
  await client.send(new DeleteStreamCommand({ StreamName }));
  await waitUntilStreamNotExists({ client, maxWaitTime: 30 }, { StreamName });
});

test('shards split, merge and scale, and every record is read once', async () => {
  const StreamName = 'reshard';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const put = (text: string) =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey: text, Data: Buffer.from(text) }));
  await put('before');
  const half = (2n ** 127n).toString();
  await client.send(
    new SplitShardCommand({ StreamName, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: half }),
  );
  await put('between');
  await client.send(
    new MergeShardsCommand({
      StreamName,
      ShardToMerge: 'shardId-000000000001',
      AdjacentShardToMerge: 'shardId-000000000002',
    }),
  );
  await put('after');
  const scaled = await client.send(
    new UpdateShardCountCommand({ StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }),
  );
  expect(scaled).toMatchObject({ StreamName, CurrentShardCount: 1, TargetShardCount: 2 });
  await put('last');
  const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
  expect(Shards).toHaveLength(6);
  const open = await client.send(new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' } }));
  expect(open.Shards?.map((shard) => shard.ShardId)).toEqual(['shardId-000000000004', 'shardId-000000000005']);
  // Each parent leads to its children; a child of two parents is met twice.
  expect(new Set(await drain(StreamName, 'shardId-000000000000'))).toEqual(
    new Set(['before', 'between', 'after', 'last']),
  );
});

test('pages of streams follow each other', async () => {
  for (const name of ['p1', 'p2', 'p3'])
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
  const names: string[] = [];
  for await (const page of paginateListStreams({ client, pageSize: 2 }, {})) names.push(...(page.StreamNames ?? []));
  expect(names.filter((name) => name.startsWith('p'))).toEqual(['p1', 'p2', 'p3']);
  const { HasMoreStreams } = await client.send(new ListStreamsCommand({ Limit: 1 }));
  expect(HasMoreStreams).toBe(true);
});

test('a record of 1 MiB goes through and comes back', async () => {
  const StreamName = 'big';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const Data = Buffer.alloc(1_048_575, 7);
  await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data }));
  expect((await drain(StreamName, 'shardId-000000000000'))[0]).toBe(Data.toString());
});

test('errors are the typed ones', async () => {
  const missing = client.send(new DescribeStreamCommand({ StreamName: 'nobody' }));
  await expect(missing).rejects.toBeInstanceOf(ResourceNotFoundException);
  await expect(missing).rejects.toMatchObject({
    message: 'Stream nobody under account 000000000000 not found.',
    $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  await client.send(new CreateStreamCommand({ StreamName: 'old', ShardCount: 1 }));
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: 'old', ShardId: 'shardId-000000000000', ShardIteratorType: 'LATEST' }),
  );
  await fetch(new URL('/_sluice/clock', daemon.url), { method: 'POST', body: '{"advanceMs": 300001}' });
  await expect(client.send(new GetRecordsCommand({ ShardIterator }))).rejects.toBeInstanceOf(ExpiredIteratorException);
});

test('a hundred calls at once, each on a session of its own', async () => {
  const StreamName = 'many';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const put = (_: unknown, i: number) =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from(`${i}`) }));
  const numbers = (await Promise.all(Array.from({ length: 100 }, put))).map((answer) => answer.SequenceNumber);
  expect(new Set(numbers).size).toBe(100);
  expect(await drain(StreamName, 'shardId-000000000000')).toHaveLength(100);
});

test('a consumer sees what was there, what comes, and at the end of the shard its children', async () => {
  const StreamName = 'fan-out';
  const ShardId = 'shardId-000000000000';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const put = (text: string) =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from(text) }));
  const { StreamDescription: stream } = await client.send(new DescribeStreamCommand({ StreamName }));
  const StreamARN = stream!.StreamARN!;
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'reader' }));
  const ConsumerARN = Consumer!.ConsumerARN!;
  const described = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
  expect(described.ConsumerDescription).toMatchObject({ ConsumerName: 'reader', ConsumerStatus: 'ACTIVE', StreamARN });
  await put('there');
  const StartingPosition = { Type: 'TRIM_HORIZON' } as const;
  const subscribe = new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition });
  const { EventStream } = await client.send(subscribe);
  await expect(client.send(subscribe)).rejects.toBeInstanceOf(ResourceInUseException);
  const seen: string[] = [];
  const children: (string | undefined)[] = [];
  for await (const { SubscribeToShardEvent: event } of EventStream!) {
    for (const { Data } of event!.Records!) {
      const text = Buffer.from(Data!).toString();
      seen.push(text);
      if (text === 'there') await put('comes');
      const NewStartingHashKey = (2n ** 127n).toString();
      if (text === 'comes')
        await client.send(new SplitShardCommand({ StreamName, ShardToSplit: ShardId, NewStartingHashKey }));
    }
    children.push(...(event!.ChildShards ?? []).map((child) => child.ShardId));
  }
  expect(seen).toEqual(['there', 'comes']);
  expect(children).toEqual(['shardId-000000000001', 'shardId-000000000002']);
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
});
