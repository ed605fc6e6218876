/** Streams come, change state and go: order of checks, texts, and what each state allows. */
import { expect, test } from 'vitest';
import { drain, fromHorizon, openWorld, putKeys, recordsOf, scope } from './world.ts';

const account = scope.account;

test('a new stream is ACTIVE when its call answers, with 24 hours, 1 MiB records and even shards', async () => {
  const { service, clock } = await openWorld();
  await service.createStream(scope, { name: 's', shardCount: 3, tags: { a: 'b' } });
  expect(service.stream(scope, 's')).toMatchObject({
    status: 'ACTIVE',
    mode: 'PROVISIONED',
    retentionHours: 24,
    recordBytesMax: 1_048_576,
    tags: { a: 'b' },
    shardMetrics: [],
    createdMs: clock.now(),
  });
  expect(service.stream(scope, 's').shards.map((shard) => shard.index)).toEqual([0, 1, 2]);
});

test('without count and mode a stream is on demand with four shards', async () => {
  const { service } = await openWorld();
  await service.createStream(scope, { name: 's' });
  expect(service.stream(scope, 's')).toMatchObject({ mode: 'ON_DEMAND' });
  expect(service.stream(scope, 's').shards).toHaveLength(4);
});

test.each([{ mode: 'PROVISIONED' } as const, { mode: 'ON_DEMAND', shardCount: 1 } as const])(
  '%j is refused',
  async (request) => {
    const { service } = await openWorld();
    await expect(service.createStream(scope, { name: 's', ...request })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  },
);

test('a name that is taken is said before a shard limit', async () => {
  const { service } = await openWorld();
  await service.createStream(scope, { name: 's', shardCount: 1 });
  await expect(service.createStream(scope, { name: 's', shardCount: 1_000 })).rejects.toMatchObject({
    code: 'ResourceInUseException',
    message: `Stream s under account ${account} already exists.`,
  });
  await expect(service.createStream(scope, { name: 't', shardCount: 100 })).rejects.toMatchObject({
    code: 'LimitExceededException',
    message:
      `This request would exceed the shard limit for the account ${account} in us-east-1. Current shard count for ` +
      'the account: 1. Limit: 100. Number of additional shards that would have resulted from this request: 100. Refer ' +
      'to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for ' +
      'current limits and how to request higher limits.',
  });
});

test('a stream that does not exist is not found', async () => {
  const { service } = await openWorld();
  const fault = { code: 'ResourceNotFoundException', message: `Stream s under account ${account} not found.` };
  expect(() => service.stream(scope, 's')).toThrow(expect.objectContaining(fault));
  await expect(service.deleteStream(scope, 's', { enforceConsumerDeletion: false })).rejects.toMatchObject(fault);
  await expect(service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n })).rejects.toMatchObject(fault);
  await expect(service.increaseRetention(scope, 's', 1_000_000)).rejects.toMatchObject(fault);
});

test('CREATING takes its time when told to: no shards, no puts, no listing, but deletion', async () => {
  const world = await openWorld({ settings: { transitionMs: 500 } });
  const { service, clock } = world;
  await service.createStream(scope, { name: 's', shardCount: 2 });
  expect(service.stream(scope, 's')).toMatchObject({ status: 'CREATING', shards: [] });
  await expect(putKeys(world, ['a'])).rejects.toMatchObject({
    message: `Stream s under account ${account} not found.`,
  });
  expect(() => service.listShards(scope, 's')).toThrow(
    expect.objectContaining({
      code: 'ResourceInUseException',
      message: `Stream s under account ${account} not ACTIVE, instead in state CREATING`,
    }),
  );
  await expect(service.getShardIterator(scope, 's', fromHorizon('0'))).rejects.toMatchObject({
    message: `Shard shardId-000000000000 in stream s under account ${account} does not exist`,
  });
  await clock.advance(499);
  expect(service.stream(scope, 's').status).toBe('CREATING');
  await clock.advance(1);
  expect(service.stream(scope, 's').status).toBe('ACTIVE');
  await putKeys(world, ['a']);
  await service.createStream(scope, { name: 't', shardCount: 2 });
  await service.deleteStream(scope, 't', { enforceConsumerDeletion: false });
  expect(service.stream(scope, 't').status).toBe('DELETING');
  await clock.advance(500);
  expect(service.streams(scope).map((stream) => stream.name)).toEqual(['s']);
});

test('a sixth stream in CREATING is refused', async () => {
  const { service, clock } = await openWorld({ settings: { transitionMs: 500 } });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await service.createStream(scope, { name, shardCount: 1 });
  const sixth = () => service.createStream(scope, { name: 'f', shardCount: 1 });
  await expect(sixth()).rejects.toMatchObject({ code: 'LimitExceededException' });
  await clock.advance(500);
  await sixth();
});

test('streams are listed by name', async () => {
  const { service } = await openWorld();
  for (const name of ['b', 'B', 'a', '_']) await service.createStream(scope, { name, shardCount: 1 });
  expect(service.streams(scope).map((stream) => stream.name)).toEqual(['B', '_', 'a', 'b']);
});

test('all scopes share one namespace unless they are kept apart', async () => {
  const other = { account: '111111111111', region: 'eu-west-1' };
  const shared = await openWorld();
  await shared.service.createStream(scope, { name: 's', shardCount: 1 });
  expect(shared.service.stream(other, 's').name).toBe('s');
  const apart = await openWorld({ settings: { sharedNamespace: false } });
  await apart.service.createStream(scope, { name: 's', shardCount: 1 });
  expect(() => apart.service.stream(other, 's')).toThrow('Stream s under account 111111111111 not found.');
  expect(apart.service.streams(other)).toEqual([]);
  await apart.service.createStream(other, { name: 's', shardCount: 2 });
  expect(apart.service.stream(scope, 's').shards).toHaveLength(1);
  const iterator = await apart.service.getShardIterator(scope, 's', fromHorizon('0'));
  await expect(apart.service.getRecords(other, { iterator, limit: 1 })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
});

test('a stream that is made again under its name has later numbers, none of the records, and refuses old iterators', async () => {
  const world = await openWorld();
  const { service } = world;
  await service.createStream(scope, { name: 's', shardCount: 1 });
  await service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  await putKeys(world, ['a']);
  const old = await service.getShardIterator(scope, 's', fromHorizon('2'));
  const before = service.stream(scope, 's');
  await service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
  await expect(service.getRecords(scope, { iterator: old, limit: 1 })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: `Shard shardId-000000000002 in stream s under account ${account} does not exist`,
  });
  await service.createStream(scope, { name: 's', shardCount: 3 });
  const seconds = before.shards.map((shard) => shard.creationSeconds);
  expect(service.stream(scope, 's').creationSeconds).toBe(Math.max(...seconds) + 1);
  await expect(service.getRecords(scope, { iterator: old, limit: 1 })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  expect((await drain(world, fromHorizon('2'))).records).toEqual([]);
});

test('a stream in deletion takes and gives no records', async () => {
  const world = await openWorld({ settings: { transitionMs: 500 } });
  const { service, clock } = world;
  await service.createStream(scope, { name: 's', shardCount: 1 });
  await clock.advance(500);
  await putKeys(world, ['a']);
  const iterator = await service.getShardIterator(scope, 's', fromHorizon('0'));
  expect(recordsOf(await service.getRecords(scope, { iterator, limit: 10 }))).toHaveLength(1);
  await service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
  await expect(putKeys(world, ['b'])).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  await expect(service.getRecords(scope, { iterator, limit: 10 })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  await expect(service.deleteStream(scope, 's', { enforceConsumerDeletion: false })).rejects.toMatchObject({
    code: 'ResourceInUseException',
  });
  await expect(service.createStream(scope, { name: 's', shardCount: 1 })).rejects.toMatchObject({
    code: 'ResourceInUseException',
  });
});

test('page tokens open for their list within 300 seconds', async () => {
  const { service, clock } = await openWorld();
  const token = service.sealToken('ListShards', { after: 'x', filter: { type: 'AT_LATEST' } });
  await clock.advance(300_000);
  expect(service.openToken('ListShards', token)).toEqual({ after: 'x', filter: { type: 'AT_LATEST' } });
  expect(() => service.openToken('ListStreams', token)).toThrow(
    expect.objectContaining({ code: 'InvalidArgumentException' }),
  );
  await clock.advance(1);
  expect(() => service.openToken('ListShards', token)).toThrow(
    expect.objectContaining({ code: 'ExpiredNextTokenException' }),
  );
});

test('the creation time picks the incarnation whose shards are listed', async () => {
  const { service, clock } = await openWorld();
  await service.createStream(scope, { name: 's', shardCount: 2 });
  const createdMs = clock.now();
  expect(service.listShards(scope, 's', { createdMs })).toHaveLength(2);
  expect(() => service.listShards(scope, 's', { createdMs: createdMs - 1_000 })).toThrow('not found');
  const after = service.listShards(scope, 's', { exclusiveStartShardId: 'shardId-000000000000' });
  expect(after.map((shard) => shard.index)).toEqual([1]);
});
