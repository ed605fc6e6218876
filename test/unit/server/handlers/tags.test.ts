/** Tags and policies of streams and consumers through the handlers; the rules of characters are tested with the model. */
import { describe, expect, test } from 'vitest';
import { type Caller, fault, openCaller } from './caller.ts';

const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
const NOT_FOUND = fault('ResourceNotFoundException', 'Stream x under account 000000000000 not found.');

async function stream(): Promise<Caller> {
  const caller = await openCaller();
  await caller.call('CreateStream', { StreamName: 's', ShardCount: 1, Tags: { first: '1' } });
  return caller;
}

async function consumer({ call }: Caller): Promise<string> {
  const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'c', Tags: { of: 'c' } });
  return Consumer.ConsumerARN;
}

describe('tags of a stream', () => {
  test('the older and the newer operations work on the same tags', async () => {
    const { call } = await stream();
    await call('AddTagsToStream', { StreamName: 's', Tags: { b: '2', a: '1' } });
    await call('TagResource', { ResourceARN: ARN, Tags: { a: '3', ä: '4' } });
    const tags = [
      { Key: 'a', Value: '3' },
      { Key: 'b', Value: '2' },
      { Key: 'first', Value: '1' },
      { Key: 'ä', Value: '4' },
    ];
    expect(await call('ListTagsForStream', { StreamName: 's' })).toEqual({ Tags: tags, HasMoreTags: false });
    expect(await call('ListTagsForResource', { ResourceARN: ARN })).toEqual({ Tags: tags });
    await call('RemoveTagsFromStream', { StreamARN: ARN, TagKeys: ['a', 'none'] });
    await call('UntagResource', { ResourceARN: ARN, TagKeys: ['ä'] });
    expect((await call('ListTagsForResource', { ResourceARN: ARN })).Tags).toEqual([tags[1], tags[2]]);
  });

  test('a list goes on behind a key, page by page', async () => {
    const { call } = await stream();
    await call('AddTagsToStream', { StreamName: 's', Tags: { a: '', b: '', c: '' } });
    const page = (ExclusiveStartTagKey?: string) =>
      call('ListTagsForStream', { StreamName: 's', Limit: 2, ExclusiveStartTagKey });
    const keys = ({ Tags, HasMoreTags }: { Tags: { Key: string }[]; HasMoreTags: boolean }) => [
      ...Tags.map(({ Key }) => Key),
      HasMoreTags,
    ];
    expect(keys(await page())).toEqual(['a', 'b', true]);
    expect(keys(await page('b'))).toEqual(['c', 'first', false]);
    expect(keys(await page('aa'))).toEqual(['b', 'c', true]);
  });

  test('a missing stream is told before characters are looked at', async () => {
    const { call } = await stream();
    const Tags = { ';': '' };
    await expect(call('AddTagsToStream', { StreamName: 'x', Tags })).rejects.toEqual(NOT_FOUND);
    await expect(call('RemoveTagsFromStream', { StreamName: 'x', TagKeys: [';'] })).rejects.toEqual(NOT_FOUND);
    await expect(call('ListTagsForStream', { StreamName: 'x' })).rejects.toEqual(NOT_FOUND);
    await expect(call('TagResource', { ResourceARN: ARN.replace('/s', '/x'), Tags })).rejects.toEqual(NOT_FOUND);
    await expect(call('AddTagsToStream', { StreamName: 's', Tags })).rejects.toEqual(
      fault('InvalidArgumentException', /^Some tags contain invalid characters/),
    );
  });

  test('while the stream is CREATING its tags are shown and stay', async () => {
    const { call } = await openCaller({ settings: { transitionMs: 1_000 } });
    await call('CreateStream', { StreamName: 's', ShardCount: 1, Tags: { a: '1' } });
    await expect(call('AddTagsToStream', { StreamName: 's', Tags: { b: '' } })).rejects.toEqual(
      fault('ResourceInUseException', 'Stream s under account 000000000000 not ACTIVE, instead in state CREATING'),
    );
    expect((await call('ListTagsForStream', { StreamName: 's' })).Tags).toEqual([{ Key: 'a', Value: '1' }]);
  });
});

describe('tags of a consumer', () => {
  test('those it was registered with are listed, changed, and go with it', async () => {
    const caller = await stream();
    const { call } = caller;
    const wrong = { StreamARN: ARN, ConsumerName: 'c', Tags: { ';': '' } };
    await expect(call('RegisterStreamConsumer', wrong)).rejects.toEqual(
      fault('InvalidArgumentException', /^Some tags/),
    );
    const ResourceARN = await consumer(caller);
    await call('TagResource', { ResourceARN, Tags: { more: '2' } });
    await call('UntagResource', { ResourceARN, TagKeys: ['of'] });
    expect((await call('ListTagsForResource', { ResourceARN })).Tags).toEqual([{ Key: 'more', Value: '2' }]);
    expect((await call('ListTagsForResource', { ResourceARN: ARN })).Tags).toEqual([{ Key: 'first', Value: '1' }]);
    await call('DeregisterStreamConsumer', { ConsumerARN: ResourceARN });
    await expect(call('ListTagsForResource', { ResourceARN })).rejects.toEqual(
      fault('ResourceNotFoundException', `Consumer ${ResourceARN}, account 000000000000 not found.`),
    );
  });
});

describe('policies', () => {
  const Policy = '{"Version":"2012-10-17","Statement":[]}';

  test('a policy is kept as it was written, by stream and by consumer', async () => {
    const caller = await stream();
    const { call } = caller;
    for (const ResourceARN of [ARN, await consumer(caller)]) {
      const none = fault('ResourceNotFoundException', `No resource policy found for resource ARN ${ResourceARN}.`);
      expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{}' });
      await call('PutResourcePolicy', { ResourceARN, Policy });
      expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy });
      await call('PutResourcePolicy', { ResourceARN, Policy: '{"Id":"other"}' });
      expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{"Id":"other"}' });
      await call('DeleteResourcePolicy', { ResourceARN });
      expect(await call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{}' });
      await expect(call('DeleteResourcePolicy', { ResourceARN })).rejects.toEqual(none);
    }
  });

  test.each(['', 'no', '[]', 'null', `{"a":"${'x'.repeat(20_480)}"}`])('%.20j is no policy', async (text) => {
    const { call } = await stream();
    await expect(call('PutResourcePolicy', { ResourceARN: ARN, Policy: text })).rejects.toEqual(
      fault('InvalidArgumentException', /JSON object/),
    );
  });

  test('it goes with its stream', async () => {
    const { call } = await stream();
    await call('PutResourcePolicy', { ResourceARN: ARN, Policy });
    await call('DeleteStream', { StreamName: 's' });
    await call('CreateStream', { StreamName: 's', ShardCount: 1 });
    expect(await call('GetResourcePolicy', { ResourceARN: ARN })).toEqual({ Policy: '{}' });
    expect((await call('ListTagsForStream', { StreamName: 's' })).Tags).toEqual([]);
  });
});
