/** Encryption as state: what Start- and StopStreamEncryption take, how often, and which records say that they are encrypted. */
import { describe, expect, test } from 'vitest';
import { isKeyId } from '../../../src/model/encryption.ts';
import { type RecordView, recordAt } from '../../../src/model/record-batch.ts';
import { DAY_MS } from '../../../src/model/time.ts';
import { memoryJournal } from '../../../src/service/journal.ts';
import { fault } from '../server/handlers/caller.ts';
import { fromHorizon, openWorld, putKeys, scope, type World } from './world.ts';

const start = { kind: 'startEncryption', type: 'KMS', keyId: 'alias/aws/kinesis' } as const;
const stop = { ...start, kind: 'stopEncryption' } as const;

async function stream(settings = {}): Promise<World> {
  const world = await openWorld({ settings });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  return world;
}

async function records({ service }: World): Promise<RecordView[]> {
  const iterator = await service.getShardIterator(scope, 's', fromHorizon('shardId-000000000000'));
  const { blocks } = await service.getRecords(scope, { iterator, limit: 100 });
  return blocks.flatMap((block) => Array.from({ length: block.count }, (_, i) => recordAt(block, i)));
}

test('only records that come in while it is on say that they are encrypted', async () => {
  const world = await stream();
  const { service } = world;
  const encrypted = [(await putKeys(world, ['before'])).encrypted];
  await service.changeEncryption(scope, 's', start);
  expect(service.stream(scope, 's')).toMatchObject({ status: 'ACTIVE', encryptionKeyId: 'alias/aws/kinesis' });
  encrypted.push((await putKeys(world, ['during', 'during too'])).encrypted);
  await service.changeEncryption(scope, 's', stop);
  expect(service.stream(scope, 's').encryptionKeyId).toBeUndefined();
  encrypted.push((await putKeys(world, ['after'])).encrypted);
  expect(encrypted).toEqual([false, true, false]);
  expect((await records(world)).map((record) => record.encrypted)).toEqual([false, true, true, false]);
});

test('a stream is UPDATING until the change holds, which a restart completes', async () => {
  const journal = memoryJournal();
  const world = await openWorld({ journal, settings: { transitionMs: 5_000 } });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  await world.clock.advance(5_000);
  await world.service.changeEncryption(scope, 's', start);
  expect(world.service.stream(scope, 's')).toMatchObject({ status: 'UPDATING' });
  expect(world.service.stream(scope, 's').encryptionKeyId).toBeUndefined();
  const twice = world.service.changeEncryption(scope, 's', start);
  await expect(twice).rejects.toEqual(fault('ResourceInUseException', /not ACTIVE, instead in state UPDATING/));
  await world.service.close();
  const { clock, store } = world;
  const again = await openWorld({ journal, clock, store: () => store, settings: { transitionMs: 5_000 } });
  await clock.advance(5_000);
  expect(again.service.stream(scope, 's')).toMatchObject({ status: 'ACTIVE', encryptionKeyId: 'alias/aws/kinesis' });
});

test('25 starts and 25 stops within a day, no more of either', async () => {
  const { service, clock } = await stream();
  for (let i = 0; i < 25; i++) {
    await service.changeEncryption(scope, 's', start);
    await clock.advance(1_000);
  }
  const limit = fault('LimitExceededException', /25 times within 24 hours/);
  await expect(service.changeEncryption(scope, 's', start)).rejects.toEqual(limit);
  for (let i = 0; i < 25; i++) await service.changeEncryption(scope, 's', stop);
  await expect(service.changeEncryption(scope, 's', stop)).rejects.toEqual(limit);
  await clock.advance(DAY_MS - 25_000);
  await service.changeEncryption(scope, 's', start);
  await expect(service.changeEncryption(scope, 's', start)).rejects.toEqual(limit);
});

test('a missing stream, another type and what is no key are refused, in this order', async () => {
  const { service } = await stream();
  const nonsense = { kind: 'startEncryption', type: 'NONE', keyId: 'no key' } as const;
  await expect(service.changeEncryption(scope, 'other', nonsense)).rejects.toEqual(
    fault('ResourceNotFoundException', 'Stream other under account 000000000000 not found.'),
  );
  await expect(service.changeEncryption(scope, 's', nonsense)).rejects.toEqual(
    fault('InvalidArgumentException', 'EncryptionType NONE is not KMS.'),
  );
  await expect(service.changeEncryption(scope, 's', { ...nonsense, type: 'KMS' })).rejects.toEqual(
    fault('InvalidArgumentException', 'KeyId no key is neither a key nor an alias.'),
  );
});

// The forms that the API reference of StartStreamEncryption lists.
describe('a key id', () => {
  test.each([
    '12345678-1234-1234-1234-123456789012',
    'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012',
    'arn:aws:kms:us-east-1:123456789012:alias/MyAliasName',
    'alias/MyAliasName',
    'alias/aws/kinesis',
    'mrk-1234abcd12ab34cd56ef1234567890ab',
  ])('%s', (text) => expect(isKeyId(text)).toBe(true));
  test.each(['MyAliasName', '12345678', 'arn:aws:kinesis:us-east-1:123456789012:stream/s', 'alias/'])(
    '%s is none',
    (text) => expect(isKeyId(text)).toBe(false),
  );
});
