/** Queues over HTTP: their twelve operations, what is refused, and a restart in between. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { base64, isForeign, Kinesis, kinesis } from './kinesis.ts';

const base = await mkdtemp(join(tmpdir(), 'sluice-queues-'));
afterAll(() => rm(base, { recursive: true, force: true }));

async function onDemand(api: Kinesis): Promise<{ name: string; arn: string }> {
  const name = api.freshName();
  await api.call('CreateStream', { StreamName: name, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  return api.whenActive(name);
}

const create = (QueueName: string, StreamARN: string, more: object = {}) => ({
  ...{ QueueName, StreamConfigurationList: [{ StreamARN }] },
  ...more,
});

async function queue(api: Kinesis, name: string, more: object = {}): Promise<{ stream: string; QueueARN: string }> {
  const { name: stream, arn } = await onDemand(api);
  const { QueueDescription } = await api.call('CreateQueue', create(name, arn, more));
  return { stream, QueueARN: QueueDescription.QueueARN };
}

const put = (api: Kinesis, StreamName: string, text: string) =>
  api.call('PutRecord', { StreamName, PartitionKey: 'k', Data: base64(text) });

describe.skipIf(isForeign)('queues', () => {
  const api = kinesis({ testClock: true });

  test('are created, shown, changed and deleted', async () => {
    const { name, arn } = await onDemand(api);
    const { QueueDescription: made } = await api.call('CreateQueue', create('one', arn));
    expect(made).toEqual({
      ...{ QueueName: 'one', QueueStatus: 'CREATING', QueueCreationTimestamp: expect.any(Number) },
      QueueARN: expect.stringMatching(/^arn:aws:kinesis:us-east-1:\d{12}:queue\/[^/]+$/),
      StreamConfigurationList: [{ StreamARN: arn, StartingPosition: { Type: 'LATEST' } }],
      QueueAttributes: {
        VisibilityTimeoutSeconds: 30,
        DeadLetterConfiguration: { TargetType: 'BUILT_IN', MaxReceiveCount: 6 },
      },
    });
    const { QueueARN, QueueCreationTimestamp: Timestamp } = made;
    expect(await api.call('DescribeQueue', { QueueARN })).toEqual({
      QueueDescription: {
        ...{ ...made, QueueStatus: 'ACTIVE' },
        StreamConfigurationList: [{ StreamARN: arn, StartingPosition: { Type: 'LATEST', Timestamp } }],
      },
    });
    const QueueAttributes = { DeadLetterConfiguration: { TargetType: 'NONE' } };
    const updated = await api.call('UpdateQueue', { QueueARN, QueueAttributes });
    expect(updated.QueueDescription.QueueAttributes).toEqual({ VisibilityTimeoutSeconds: 30, ...QueueAttributes });
    const { StreamDescriptionSummary } = await api.call('DescribeStreamSummary', { StreamName: name });
    expect(StreamDescriptionSummary).toMatchObject({ QueueCount: 1 });
    const provisioned = { StreamARN: arn, StreamModeDetails: { StreamMode: 'PROVISIONED' } };
    expect(await api.fault('UpdateStreamMode', provisioned)).toMatchObject({ type: 'ResourceInUseException' });
    const deleting = { StreamName: name, EnforceConsumerDeletion: true };
    expect(await api.fault('DeleteStream', deleting)).toMatchObject({ type: 'ResourceInUseException' });
    expect(await api.call('DeleteQueue', { QueueARN })).toBeUndefined();
    expect(await api.fault('DescribeQueue', { QueueARN })).toMatchObject({ type: 'ResourceNotFoundException' });
    await api.call('DeleteStream', deleting);
  });

  test('are listed by name, in pages, and by stream', async () => {
    const [first, second] = [await onDemand(api), await onDemand(api)];
    for (const name of ['list-c', 'list-a']) await api.call('CreateQueue', create(name, first.arn));
    await api.call('CreateQueue', create('list-b', second.arn));
    const page = await api.call('ListQueues', { MaxResults: 2 });
    const rest = await api.call('ListQueues', { NextToken: page.NextToken });
    const summaries = [...page.QueueSummaries, ...rest.QueueSummaries];
    expect(summaries.map(({ QueueName }) => QueueName)).toEqual(['list-a', 'list-b', 'list-c']);
    expect(rest).not.toHaveProperty('NextToken');
    expect(summaries[1]).toMatchObject({
      ...{ QueueStatus: 'ACTIVE', Streams: [{ StreamARN: second.arn, StreamCreationTimestamp: expect.any(Number) }] },
    });
    const filtered = await api.call('ListQueues', { StreamFilter: [{ StreamARN: first.arn }] });
    expect(filtered.QueueSummaries).toHaveLength(2);
    expect(await api.fault('ListQueues', { NextToken: 'x' })).toMatchObject({ type: 'InvalidArgumentException' });
  });

  test('have tags and a policy', async () => {
    const { QueueARN: ResourceARN } = await queue(api, 'tagged', { Tags: { a: '1' } });
    await api.call('TagResource', { ResourceARN, Tags: { b: '2' } });
    await api.call('UntagResource', { ResourceARN, TagKeys: ['a'] });
    expect(await api.call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await api.call('PutResourcePolicy', { ResourceARN, Policy });
    expect(await api.call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy });
    await api.call('DeleteResourcePolicy', { ResourceARN });
    expect(await api.call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{}' });
  });

  test('hand out a record that comes while a call waits, until it is acknowledged', async () => {
    const { stream, QueueARN } = await queue(api, 'work');
    const waiting = api.call('ReceiveQueueRecords', { QueueARN, WaitTimeSeconds: 20 });
    await put(api, stream, 'one');
    const { QueueRecords } = await waiting;
    expect(QueueRecords).toEqual([
      {
        ...{ ReceiptHandle: expect.any(String), RecordId: expect.stringMatching(/^[a-z0-9]{1,64}$/) },
        ...{ PartitionKey: 'k', Data: base64('one'), ReceiveCount: 1 },
        ...{ ApproximateArrivalTimestamp: expect.any(Number), FirstReceiveTimestamp: expect.any(Number) },
      },
    ]);
    const [{ ReceiptHandle, RecordId }] = QueueRecords;
    expect(ReceiptHandle.length).toBeLessThanOrEqual(1024);
    const hidden = { QueueARN, Entries: [{ ReceiptHandle, VisibilityTimeoutSeconds: 0 }] };
    expect(await api.call('UpdateQueueRecordsVisibility', hidden)).toEqual({
      ...{ Successful: [{ ReceiptHandle }], Failed: [] },
    });
    const [again] = (await api.call('ReceiveQueueRecords', { QueueARN, Limit: 1 })).QueueRecords;
    expect(again).toMatchObject({ RecordId, ReceiveCount: 2 });
    const Entries = [{ ReceiptHandle: again.ReceiptHandle }, { ReceiptHandle: 'nonsense' }];
    expect(await api.call('AcknowledgeQueueRecords', { QueueARN, Entries })).toEqual({
      Successful: Entries.slice(0, 1),
      Failed: [{ ...Entries[1], ErrorCode: 'InvalidArgumentException', ErrorMessage: expect.any(String) }],
    });
    await put(api, stream, 'two');
    await api.advance(31_000);
    const { QueueRecords: last } = await api.call('ReceiveQueueRecords', { QueueARN });
    expect(last).toMatchObject([{ Data: base64('two') }]);
  });

  test('keep dead letters apart, and restore them', async () => {
    const DeadLetterConfiguration = { TargetType: 'BUILT_IN', MaxReceiveCount: 1 };
    const { stream, QueueARN } = await queue(api, 'dead', { QueueAttributes: { DeadLetterConfiguration } });
    await put(api, stream, 'one');
    await api.call('ReceiveQueueRecords', { QueueARN });
    await api.advance(31_000);
    const receive = async () => {
      const { QueueRecords } = await api.call('ReceiveDeadLetterQueueRecords', { QueueARN });
      expect(QueueRecords).toMatchObject([{ Data: base64('one') }]);
      return [{ ReceiptHandle: QueueRecords[0].ReceiptHandle }];
    };
    const [entry] = await receive();
    const shown = { QueueARN, Entries: [{ ...entry, VisibilityTimeoutSeconds: 0 }] };
    const done = { Successful: [entry], Failed: [] };
    expect(await api.call('UpdateDeadLetterQueueRecordsVisibility', shown)).toEqual(done);
    const Entries = await receive();
    const restored = await api.call('RestoreDeadLetterQueueRecords', { QueueARN, Entries });
    expect(restored).toEqual({ Successful: Entries, Failed: [] });
    const { QueueRecords } = await api.call('ReceiveQueueRecords', { QueueARN, VisibilityTimeoutSeconds: 0 });
    expect(QueueRecords).toMatchObject([{ ReceiveCount: 1 }]);
    const gone = { QueueARN, Entries: await receive() };
    expect(await api.call('AcknowledgeDeadLetterQueueRecords', gone)).toMatchObject({ Failed: [] });
  });

  test('that cannot be are refused with the reason', async () => {
    const { arn } = await onDemand(api);
    const provisioned = await api.stream(1);
    const start = (StartingPosition: object) => ({
      StreamConfigurationList: [{ StreamARN: arn, StartingPosition }],
    });
    const reasons: [object, string, RegExp][] = [
      [
        { StreamConfigurationList: [{ StreamARN: arn }, { StreamARN: arn }] },
        'InvalidArgumentException',
        /exactly one/,
      ],
      [start({ Type: 'AT_TIMESTAMP' }), 'ValidationException', /must have a Timestamp/],
      [start({ Type: 'LATEST', Timestamp: 1 }), 'ValidationException', /must not have a Timestamp/],
      [start({ Type: 'AT_TIMESTAMP', Timestamp: 9e9 }), 'InvalidArgumentException', /future/],
      [{ QueueAttributes: { DeadLetterConfiguration: { TargetType: 'BUILT_IN' } } }, 'ValidationException', /MaxRec/],
      [{ StreamConfigurationList: [{ StreamARN: provisioned.arn }] }, 'InvalidArgumentException', /On-Demand/],
      [{ QueueAttributes: { VisibilityTimeoutSeconds: 43_201 } }, 'ValidationException', /43200/],
    ];
    for (const [more, type, message] of reasons) {
      expect(await api.fault('CreateQueue', create('refused', arn, more))).toMatchObject({
        ...{ status: 400, type, message: expect.stringMatching(message) },
      });
    }
    await api.call('CreateQueue', create('taken', arn));
    expect(await api.fault('CreateQueue', create('taken', arn))).toMatchObject({ type: 'ResourceInUseException' });
  });

  test('outlive a restart with what was acknowledged', async () => {
    const options = { dataDir: join(base, 'data'), memory: false };
    const first = new Kinesis(options);
    await first.start();
    const { stream, QueueARN } = await queue(first, 'kept');
    for (const text of ['one', 'two']) await put(first, stream, text);
    const { QueueRecords } = await first.call('ReceiveQueueRecords', { QueueARN, VisibilityTimeoutSeconds: 0 });
    const Entries = [{ ReceiptHandle: QueueRecords[0].ReceiptHandle }];
    await first.call('AcknowledgeQueueRecords', { QueueARN, Entries });
    await first.stop();
    const second = new Kinesis(options);
    await second.start();
    const { QueueRecords: left } = await second.call('ReceiveQueueRecords', { QueueARN });
    await second.stop();
    expect(left).toMatchObject([{ RecordId: QueueRecords[1].RecordId, ReceiveCount: 2 }]);
  });
});

describe.skipIf(isForeign)('with --scope region', () => {
  const api = kinesis({ scope: 'region' });
  test('a queue takes no stream of another account, and is not there for one', async () => {
    const { arn } = await onDemand(api);
    const elsewhere = (text: string) => text.replace(/:\d{12}:/, ':999999999999:');
    expect(await api.fault('CreateQueue', create('q', elsewhere(arn)))).toMatchObject({
      ...{ status: 400, type: 'ResourceNotFoundException' },
    });
    const { QueueDescription } = await api.call('CreateQueue', create('q', arn));
    const QueueARN = elsewhere(QueueDescription.QueueARN);
    expect(await api.fault('ReceiveQueueRecords', { QueueARN })).toMatchObject({ type: 'ResourceNotFoundException' });
  });
});
