/** Enhanced fan-out with AWS's client for JavaScript, all defaults, and with boto3 where Python has it. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListStreamConsumersCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  type StartingPosition,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../../src/index.ts';

let daemon: Daemon;
let client: KinesisClient;

beforeAll(async () => {
  daemon = await startDaemon({ memory: true, port: 0, testClock: true });
  client = new KinesisClient({
    endpoint: daemon.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
});

afterAll(async () => {
  client.destroy();
  await daemon.close({ drainMs: 0 });
});

const SHARD_0 = 'shardId-000000000000';
const advance = (advanceMs: number) =>
  fetch(new URL('/_sluice/clock', daemon.url), { method: 'POST', body: JSON.stringify({ advanceMs }) });

describe('AWS SDK for JavaScript v3', () => {
  async function registered(StreamName: string): Promise<string> {
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    const { StreamARN } = StreamDescriptionSummary!;
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }));
    expect(Consumer!.ConsumerCreationTimestamp).toBeInstanceOf(Date);
    const { ConsumerARN } = Consumer!;
    const described = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    expect(described.ConsumerDescription).toMatchObject({ ConsumerStatus: 'ACTIVE', StreamARN });
    const { Consumers } = await client.send(new ListStreamConsumersCommand({ StreamARN }));
    expect(Consumers?.map((each) => each.ConsumerARN)).toEqual([ConsumerARN]);
    return ConsumerARN!;
  }

  async function subscribe(ConsumerARN: string, StartingPosition: StartingPosition) {
    const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: SHARD_0, StartingPosition });
    return (await client.send(command)).EventStream!;
  }

  const put = (StreamName: string, text: string) =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey: text, Data: Buffer.from(text) }));

  test('records are pushed until the shard ends', async () => {
    const ConsumerARN = await registered('pushed');
    const stream = await subscribe(ConsumerARN, { Type: 'LATEST' });
    const texts: string[] = [];
    const ends: SubscribeToShardEvent[] = [];
    await put('pushed', 'one');
    for await (const { SubscribeToShardEvent: event } of stream) {
      for (const record of event!.Records!) {
        expect(record.ApproximateArrivalTimestamp).toBeInstanceOf(Date);
        texts.push(Buffer.from(record.Data!).toString());
        if (texts.length === 1) await put('pushed', 'two');
        const half = { ShardToSplit: SHARD_0, NewStartingHashKey: (2n ** 127n).toString() };
        if (texts.length === 2) await client.send(new SplitShardCommand({ StreamName: 'pushed', ...half }));
      }
      if (event!.ContinuationSequenceNumber === undefined) ends.push(event!);
    }
    expect(texts).toEqual(['one', 'two']);
    expect(ends.map((end) => end.ChildShards?.map((child) => child.ShardId))).toEqual([
      ['shardId-000000000001', 'shardId-000000000002'],
    ]);
  });

  test('a quiet subscription goes on behind its continuation, after the five minutes', async () => {
    const ConsumerARN = await registered('quiet');
    let continuation: string | undefined;
    const first = await subscribe(ConsumerARN, { Type: 'LATEST' });
    await advance(5_000);
    for await (const { SubscribeToShardEvent: event } of first) {
      expect(event).toMatchObject({ Records: [], MillisBehindLatest: 0 });
      continuation = event!.ContinuationSequenceNumber;
      await advance(300_000);
    }
    await put('quiet', 'later');
    const second = await subscribe(ConsumerARN, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: continuation });
    for await (const { SubscribeToShardEvent: event } of second) {
      expect(event!.Records!.map(({ Data }) => Buffer.from(Data!).toString())).toEqual(['later']);
      break;
    }
  });

  test('errors are the typed ones, before and within the stream', async () => {
    const ConsumerARN = await registered('refused');
    const stream = await subscribe(ConsumerARN, { Type: 'LATEST' });
    await expect(subscribe(ConsumerARN, { Type: 'LATEST' })).rejects.toBeInstanceOf(ResourceInUseException);
    await expect(client.send(new DeleteStreamCommand({ StreamName: 'refused' }))).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    await expect(reading).rejects.toBeInstanceOf(ResourceNotFoundException);
    await client.send(new DeleteStreamCommand({ StreamName: 'refused' }));
  });
});

/** Registers, reads two records and the end of the shard, and prints what it saw. */
const PYTHON = `
import json, sys, boto3
from botocore.exceptions import ClientError, EventStreamError
k = boto3.client('kinesis', endpoint_url=sys.argv[1], region_name='us-east-1',
                 aws_access_key_id='any', aws_secret_access_key='any')
k.create_stream(StreamName='py', ShardCount=1)
k.get_waiter('stream_exists').wait(StreamName='py')
arn = k.describe_stream_summary(StreamName='py')['StreamDescriptionSummary']['StreamARN']
consumer = k.register_stream_consumer(StreamARN=arn, ConsumerName='c')['Consumer']['ConsumerARN']
listed = [c['ConsumerName'] for page in k.get_paginator('list_stream_consumers').paginate(StreamARN=arn)
          for c in page['Consumers']]
k.put_record(StreamName='py', PartitionKey='k', Data=b'one')
def subscribe(position):
    return k.subscribe_to_shard(ConsumerARN=consumer, ShardId='shardId-000000000000', StartingPosition=position)
events = subscribe({'Type': 'TRIM_HORIZON'})['EventStream']
texts, children = [], None
for event in events:
    event = event['SubscribeToShardEvent']
    for record in event['Records']:
        texts.append(record['Data'].decode())
        if texts == ['one']:
            k.put_record(StreamName='py', PartitionKey='k', Data=b'two')
        if texts == ['one', 'two']:
            k.split_shard(StreamName='py', ShardToSplit='shardId-000000000000', NewStartingHashKey='5')
    if 'ChildShards' in event:
        children = [c['ShardId'] for c in event['ChildShards']]
try:
    subscribe({'Type': 'LATEST'})
    refused = None
except ClientError as error:
    refused = error.response['Error']['Code']
late = k.register_stream_consumer(StreamARN=arn, ConsumerName='late')['Consumer']['ConsumerARN']
events = k.subscribe_to_shard(ConsumerARN=late, ShardId='shardId-000000000001', StartingPosition={'Type': 'LATEST'})
k.deregister_stream_consumer(ConsumerARN=late)
try:
    for event in events['EventStream']: pass
    within = None
except EventStreamError as error:
    within = error.response['Error']['Code']
k.delete_stream(StreamName='py', EnforceConsumerDeletion=True)
print(json.dumps({'listed': listed, 'texts': texts, 'children': children, 'refused': refused, 'within': within}))
`;

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
if (!hasBoto3) process.stderr.write('boto3 is skipped: python3 cannot import it\n');

test.skipIf(!hasBoto3)('boto3 reads a shard to its end over HTTP/1.1', async () => {
  const { stdout } = await promisify(execFile)('python3', ['-c', PYTHON, daemon.url], { timeout: 60_000 });
  expect(JSON.parse(stdout)).toEqual({
    listed: ['c'],
    texts: ['one', 'two'],
    children: ['shardId-000000000001', 'shardId-000000000002'],
    refused: 'ResourceInUseException',
    within: 'ResourceNotFoundException',
  });
});
