/** Channels over HTTP: their five operations, what is refused, files on a real disk, and a restart in between. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { base64, isForeign, Kinesis, kinesis } from './kinesis.ts';

const base = await mkdtemp(join(tmpdir(), 'sluice-channels-'));
afterAll(() => rm(base, { recursive: true, force: true }));

const ExpectedBucketOwner = '123456789012';
const S3 = {
  StorageConfiguration: { BucketARN: 'arn:aws:s3:::my-bucket', ExpectedBucketOwner, CompressionType: 'NONE' },
};
const role = 'arn:aws:iam::123456789012:role/channels';

const create = (ChannelName: string, StreamARN: string, more: object = {}) => ({
  ...{ ChannelName, ServiceExecutionRoleARN: role, S3DestinationConfiguration: S3 },
  StreamConfigurationList: [{ StreamARN, RecordConfiguration: { RecordFormatType: 'JSON' } }],
  ...more,
});

async function onDemand(api: Kinesis): Promise<{ name: string; arn: string }> {
  const name = api.freshName();
  await api.call('CreateStream', { StreamName: name, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  return api.whenActive(name);
}

async function filesIn(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Asks until there is a whole file. */
async function whenDelivered(directory: string, count: number): Promise<string[]> {
  for (;;) {
    const files = (await filesIn(directory)).filter((path) => !path.endsWith('.tmp'));
    if (files.length >= count) return files;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.skipIf(isForeign)('channels', () => {
  const api = kinesis({ testClock: true, channelsDir: join(base, 'operations') });

  test('are created, shown, listed, changed and deleted', async () => {
    const stream = await onDemand(api);
    const { ChannelDescription: made } = await api.call('CreateChannel', create('one', stream.arn));
    expect(made).toMatchObject({
      ...{ ChannelName: 'one', ChannelStatus: 'CREATING', ServiceExecutionRoleARN: role },
      ChannelARN: expect.stringMatching(/^arn:aws:kinesis:us-east-1:\d{12}:channel\/\S+$/),
      StreamConfigurationList: [{ StreamARN: stream.arn, RecordConfiguration: { RecordFormatType: 'JSON' } }],
      S3DestinationConfiguration: { DataFreshnessInSeconds: 300, ...S3 },
      LoggingConfiguration: { CloudWatchLogs: { Enabled: false } },
    });
    const { ChannelARN } = made;
    const { ChannelDescription: shown } = await api.call('DescribeChannel', { ChannelARN });
    expect(shown).toEqual({ ...made, ChannelStatus: 'ACTIVE' });
    const logging = { CloudWatchLogs: { Enabled: true, LogGroupName: 'g', LogStreamName: 's' } };
    const updated = await api.call('UpdateChannel', {
      ...{ ChannelARN, S3DestinationConfiguration: { DataFreshnessInSeconds: 60 }, LoggingConfiguration: logging },
    });
    expect(updated.ChannelDescription).toMatchObject({
      S3DestinationConfiguration: { DataFreshnessInSeconds: 60, ...S3 },
      LoggingConfiguration: logging,
    });
    const { StreamDescriptionSummary } = await api.call('DescribeStreamSummary', { StreamName: stream.name });
    expect(StreamDescriptionSummary).toMatchObject({ ChannelCount: 1 });
    expect(await api.call('DescribeLimits')).toMatchObject({ ChannelCount: 1, ChannelCountLimit: expect.any(Number) });
    expect(await api.fault('DeleteStream', { StreamName: stream.name })).toMatchObject({
      ...{ status: 400, type: 'ResourceInUseException' },
    });
    const provisioned = { StreamARN: stream.arn, StreamModeDetails: { StreamMode: 'PROVISIONED' } };
    expect(await api.fault('UpdateStreamMode', provisioned)).toMatchObject({ type: 'ResourceInUseException' });
    expect(await api.call('DeleteChannel', { ChannelARN })).toBeUndefined();
    expect(await api.fault('DescribeChannel', { ChannelARN })).toMatchObject({ type: 'ResourceNotFoundException' });
    await api.call('DeleteStream', { StreamName: stream.name });
  });

  test('are listed by name, in pages, and by stream', async () => {
    const [first, second] = [await onDemand(api), await onDemand(api)];
    for (const name of ['list-c', 'list-a']) await api.call('CreateChannel', create(name, first.arn));
    await api.call('CreateChannel', create('list-b', second.arn));
    const page = await api.call('ListChannels', { MaxResults: 2 });
    const rest = await api.call('ListChannels', { NextToken: page.NextToken });
    const summaries = [...page.ChannelSummaries, ...rest.ChannelSummaries];
    expect(summaries.map(({ ChannelName }) => ChannelName)).toEqual(['list-a', 'list-b', 'list-c']);
    expect(rest).not.toHaveProperty('NextToken');
    expect(summaries[1]).toMatchObject({ ChannelDestinationType: 'S3', Streams: [{ StreamARN: second.arn }] });
    const filtered = await api.call('ListChannels', { StreamFilter: [{ StreamARN: first.arn }] });
    expect(filtered.ChannelSummaries).toHaveLength(2);
    expect(await api.fault('ListChannels', { NextToken: 'x' })).toMatchObject({ type: 'InvalidArgumentException' });
  });

  test('have tags', async () => {
    const { arn } = await onDemand(api);
    const { ChannelDescription } = await api.call('CreateChannel', create('tagged', arn, { Tags: { a: '1' } }));
    const { ChannelARN: ResourceARN } = ChannelDescription;
    await api.call('TagResource', { ResourceARN, Tags: { b: '2' } });
    await api.call('UntagResource', { ResourceARN, TagKeys: ['a'] });
    expect(await api.call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
  });

  test('that cannot deliver are refused with the reason', async () => {
    const { arn } = await onDemand(api);
    const provisioned = await api.stream(1);
    const refused = async (more: object) => api.fault('CreateChannel', create('refused', arn, more));
    const tables = {
      DeadLetterQueueS3Configuration: { BucketARN: 'arn:aws:s3:::my-bucket', ExpectedBucketOwner },
      S3TablesConfigurationList: [
        {
          ...{ Namespace: 'n', TableName: 't', CompressionType: 'NONE' },
          TableBucketARN: 'arn:aws:s3tables:us-east-1:123456789012:bucket/tables',
        },
      ],
    };
    const storage = (more: object) => ({
      S3DestinationConfiguration: { StorageConfiguration: { ...S3.StorageConfiguration, ...more } },
    });
    const format = (RecordFormatType: string) => ({
      StreamConfigurationList: [{ StreamARN: arn, RecordConfiguration: { RecordFormatType } }],
    });
    const reasons: [object, RegExp][] = [
      [{ S3DestinationConfiguration: undefined }, /^Exactly one of/],
      [{ S3TablesDestinationConfiguration: tables }, /^Exactly one of/],
      [{ S3DestinationConfiguration: undefined, S3TablesDestinationConfiguration: tables }, /S3Tables.*not supported/],
      [format('GSR_JSON'), /GSR_JSON needs a schema registry/],
      [storage({ CompressionType: 'ZSTD' }), /ZSTD is not supported/],
      [storage({ OutputKeyTemplate: 'a/../../b' }), /no path of folders/],
      [storage({ OutputKeyTemplate: '/etc' }), /no path of folders/],
      [storage({ OutputKeyTemplate: 'a/{shard}' }), /Placeholders/],
      [
        {
          StreamConfigurationList: [
            ...format('JSON').StreamConfigurationList,
            ...format('JSON').StreamConfigurationList,
          ],
        },
        /exactly one stream/,
      ],
    ];
    for (const [more, reason] of reasons) {
      expect(await refused(more)).toMatchObject({
        ...{ status: 400, type: 'InvalidArgumentException', message: expect.stringMatching(reason) },
      });
    }
    expect(await api.fault('CreateChannel', create('refused', provisioned.arn))).toMatchObject({
      ...{ type: 'InvalidArgumentException', message: expect.stringMatching(/not in On-Demand mode/) },
    });
    await api.call('CreateChannel', create('taken', arn));
    expect(await api.fault('CreateChannel', create('taken', arn))).toMatchObject({ type: 'ResourceInUseException' });
  });

  test('deliver across a restart, each record once', async () => {
    const options = { dataDir: join(base, 'data'), memory: false, testClock: true, channelsDir: join(base, 'files') };
    const first = new Kinesis(options);
    await first.start();
    const { name, arn } = await onDemand(first);
    const gzip = { ...S3.StorageConfiguration, CompressionType: 'GZIP', OutputKeyTemplate: 'in/here' };
    const destination = { DataFreshnessInSeconds: 100, StorageConfiguration: gzip };
    await first.call('CreateChannel', create('c', arn, { S3DestinationConfiguration: destination }));
    const put = (api: Kinesis, n: number) =>
      api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: base64(`{"n":\n${n}}`) });
    await put(first, 1);
    await first.advance(101_000);
    const [path] = await whenDelivered(options.channelsDir, 1);
    expect(path).toMatch(/files\/my-bucket\/in\/here\/\d{4}\/\d\d\/\d\d\/\d\d\/c-shardId-\d{12}-\d{56}\.json\.gz$/);
    expect(gunzipSync(await readFile(path!)).toString()).toBe('{"n": 1}\n');
    await put(first, 2);
    await first.stop();
    const second = new Kinesis(options);
    await second.start();
    await put(second, 3);
    // A moved clock goes back at a restart; arrivals do not.
    await second.advance(202_000);
    const files = await whenDelivered(options.channelsDir, 2);
    await second.stop();
    const texts = await Promise.all(files.sort().map(async (file) => gunzipSync(await readFile(file)).toString()));
    expect(texts.sort()).toEqual(['{"n": 1}\n', '{"n": 2}\n{"n": 3}\n']);
  });
});

describe.skipIf(isForeign)('with --scope region', () => {
  const api = kinesis({ scope: 'region', channelsDir: join(base, 'scoped') });
  test('a channel takes no stream of another account', async () => {
    const { arn } = await onDemand(api);
    const elsewhere = arn.replace(/:\d{12}:/, ':999999999999:');
    expect(await api.fault('CreateChannel', create('c', elsewhere))).toMatchObject({
      ...{ status: 400, type: 'ResourceNotFoundException' },
    });
    await api.call('CreateChannel', create('c', arn));
  });
});

describe.skipIf(isForeign)('without --channels-dir', () => {
  const api = kinesis();
  test('CreateChannel says what is missing, and there are no channels', async () => {
    const { arn } = await onDemand(api);
    expect(await api.fault('CreateChannel', create('c', arn))).toMatchObject({
      ...{ status: 400, type: 'InvalidArgumentException', message: expect.stringMatching(/--channels-dir/) },
    });
    expect(await api.call('ListChannels')).toEqual({ ChannelSummaries: [] });
  });
});
