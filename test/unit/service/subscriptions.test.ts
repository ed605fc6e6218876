/** Subscriptions to shards on a clock that moves by hand: what is pushed, when, and how it ends. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSequenceNumber } from '../../../src/model/sequence-number.ts';
import type { ServiceSettings } from '../../../src/service/parts.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import { SHARD_0, type SubscribeOptions, type Subscriber, subscribed, subscribedIdle } from './subscriber.ts';
import { bytes, numbersOf, openWorld, putKeys, putRecords, recordsOf, scope, type World } from './world.ts';

let world: World;

async function open(settings: Partial<ServiceSettings> = {}): Promise<void> {
  world = await openWorld({ settings });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  await world.clock.advance(settings.transitionMs ?? 0);
}

beforeEach(() => open());
afterEach(() => world.service.close());

const settle = () => world.clock.settle();
const advance = (ms: number) => world.clock.advance(ms);
const split = () => world.service.splitShard(scope, 's', { shardId: SHARD_0, startingHashKey: 5n });
const refused = (options: SubscribeOptions) => subscribed(world, options).then(() => undefined);

describe('events', () => {
  test('what is there comes at once, what is put comes without waiting for time', async () => {
    await putKeys(world, ['a', 'b']);
    const reader = await subscribed(world);
    await settle();
    expect(reader.texts).toEqual(['a', 'b']);
    await putKeys(world, ['c']);
    await settle();
    expect(reader.texts).toEqual(['a', 'b', 'c']);
    expect(world.clock.monotonic()).toBe(0);
  });

  test('LATEST gives what is put after the call', async () => {
    await putKeys(world, ['old']);
    const reader = await subscribed(world, { type: 'LATEST' });
    await putKeys(world, ['new']);
    await settle();
    expect(reader.texts).toEqual(['new']);
  });

  test('subscribers at one place get the very same event', async () => {
    const names = ['c1', 'c2', 'c3'];
    const readers = await Promise.all(names.map((consumer) => subscribed(world, { consumer, type: 'LATEST' })));
    await settle();
    await putKeys(world, ['a']);
    await settle();
    await putKeys(world, ['b']);
    await settle();
    expect(readers.map((reader) => reader.texts)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    for (const i of [0, 1]) expect(new Set(readers.map((reader) => reader.events[i])).size).toBe(1);
  });

  test('who does not take events finds all of them later, together', async () => {
    const reader = await subscribedIdle(world, { type: 'LATEST' });
    for (const key of ['a', 'b', 'c', 'd']) await putKeys(world, [key]);
    await settle();
    reader.read();
    await settle();
    expect(reader.events.map((event) => recordsOf(event).map((record) => record.data))).toEqual([['a', 'b', 'c', 'd']]);
  });

  test('an event has about 1 MiB of records at most, and one record always', async () => {
    await world.service.createStream(scope, { name: 'big', shardCount: 1, recordBytesMax: 4_194_304 });
    const sizes = [600_000, 600_000, 3_000_000, 100];
    for (const size of sizes) {
      await putRecords(world, [{ partitionKey: 'k', data: new Uint8Array(size) }], 'big');
    }
    const reader = await subscribed(world, { stream: 'big' });
    await settle();
    expect(reader.events.flatMap((event) => recordsOf(event).map((record) => record.data.length))).toEqual(sizes);
    for (const event of reader.events) {
      const found = recordsOf(event);
      const total = found.reduce((sum, record) => sum + record.data.length, 0);
      expect(found.length === 1 || total <= 1_048_576).toBe(true);
    }
  });

  test('lag is 0 at the tip and the age of the last record given before it', async () => {
    await putRecords(world, [{ partitionKey: 'k', data: new Uint8Array(1_000_000) }]);
    await advance(7_000);
    await putRecords(world, [{ partitionKey: 'k', data: new Uint8Array(1_000_000) }]);
    const reader = await subscribed(world);
    await settle();
    expect(reader.events.map((event) => event.lagMs)).toEqual([7_000, 0]);
  });

  test('records whose retention has gone by are not pushed', async () => {
    await putKeys(world, ['old']);
    await advance(24 * 3_600_000);
    await putKeys(world, ['new']);
    const reader = await subscribed(world);
    await settle();
    expect(reader.texts).toEqual(['new']);
  });
});

describe('silence', () => {
  test('an empty event comes at least every 5 s, each with a continuation', async () => {
    const reader = await subscribed(world, { type: 'LATEST' });
    for (let i = 1; i <= 6; i++) {
      await advance(5_000);
      expect(reader.events.length).toBeGreaterThanOrEqual(i);
    }
    for (const event of reader.events) {
      expect(event).toMatchObject({ blocks: [], lagMs: 0, continuation: expect.stringMatching(/^49\d{54}$/) });
      expect(event).not.toHaveProperty('children');
    }
  });

  test('records make it unnecessary', async () => {
    const reader = await subscribed(world, { type: 'LATEST' });
    await advance(3_000);
    await putKeys(world, ['a']);
    await advance(4_000);
    expect(reader.events).toHaveLength(1);
    await advance(1_000);
    expect(reader.events).toHaveLength(2);
    expect(reader.last.continuation).toBe(reader.events[0]!.continuation);
  });
});

describe('continuation', () => {
  test('is the number of the last record given', async () => {
    const numbers = numbersOf(await putKeys(world, ['a', 'b', 'c']));
    const reader = await subscribed(world);
    await settle();
    expect(reader.last.continuation).toBe(numbers[2]);
  });

  test('before any record it is the starting number of the shard', async () => {
    const reader = await subscribed(world);
    await advance(5_000);
    expect(parseSequenceNumber(reader.last.continuation!)).toMatchObject({ shardIndex: 0, index: 0n, version: 2 });
  });

  test.each([
    ['TRIM_HORIZON', ['x', 'y', 'z']],
    ['LATEST', ['z']],
  ] as const)('of an empty event from %s goes on without loss and without a record twice', async (type, expected) => {
    await putKeys(world, ['x', 'y']);
    const first = await subscribed(world, { type });
    await advance(5_000);
    const { continuation } = first.last;
    const seen = first.texts;
    await putKeys(world, ['z']);
    first.pause();
    const again = await subscribed(world, {
      type: 'AFTER_SEQUENCE_NUMBER',
      sequenceNumber: continuation,
      consumer: 'c2',
    });
    await settle();
    expect([...seen, ...again.texts]).toEqual(expected);
  });

  test('of an empty event is that of the record before, also where offsets have no holes', async () => {
    world = await openWorld({ store: (clock) => openMemoryStore({ clock }) });
    await world.service.createStream(scope, { name: 's', shardCount: 1 });
    await putKeys(world, ['a', 'b']);
    const reader = await subscribed(world, { type: 'LATEST' });
    await advance(5_000);
    const sequenceNumber = reader.last.continuation;
    await putKeys(world, ['c', 'd']);
    const again = await subscribed(world, { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber, consumer: 'c2' });
    await settle();
    expect(again.texts).toEqual(['c', 'd']);
  });

  test('is taken as AT_SEQUENCE_NUMBER too, and by GetShardIterator', async () => {
    const reader = await subscribed(world, { type: 'LATEST' });
    await advance(5_000);
    const sequenceNumber = reader.last.continuation;
    await putKeys(world, ['a']);
    const at = await subscribed(world, { type: 'AT_SEQUENCE_NUMBER', sequenceNumber, consumer: 'c2' });
    await settle();
    expect(at.texts).toEqual(['a']);
    const request = { shardId: SHARD_0, type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber } as const;
    const iterator = await world.service.getShardIterator(scope, 's', request);
    const page = await world.service.getRecords(scope, { iterator, limit: 10 });
    expect(recordsOf(page).map((record) => record.data)).toEqual(['a']);
  });

  test('never leaves a record out, whenever it is used', async () => {
    const seen: string[] = [];
    let continuation: string | undefined;
    for (let i = 0; i < 8; i++) {
      await putKeys(world, [`a${i}`, `b${i}`]);
      const start = continuation === undefined ? {} : { sequenceNumber: continuation };
      const type = continuation === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER';
      const reader = await subscribed(world, { type, ...start });
      await advance(i % 2 ? 0 : 5_000);
      if (i % 3 === 0) await putKeys(world, [`c${i}`]);
      await settle();
      seen.push(...reader.texts);
      continuation = reader.last.continuation;
      await advance(5_000);
      continuation = reader.last.continuation;
    }
    const expected = Array.from({ length: 8 }, (_, i) => [`a${i}`, `b${i}`, ...(i % 3 === 0 ? [`c${i}`] : [])]).flat();
    expect(seen).toEqual(expected);
  });
});

describe('the end of a shard', () => {
  const isEnd = (reader: Subscriber) => {
    expect(reader.last.children?.map((child) => [child.index, child.parents])).toEqual([
      [1, [0]],
      [2, [0]],
    ]);
    expect(reader.last.continuation).toBeUndefined();
    expect(reader.ending).toBe('clean');
  };

  test('is told once, with the children and without a continuation, and then the subscription ends', async () => {
    await putKeys(world, ['a']);
    const reader = await subscribed(world);
    await settle();
    await split();
    await settle();
    isEnd(reader);
    expect(reader.events.filter((event) => event.children !== undefined)).toHaveLength(1);
    expect(reader.events.slice(0, -1).every((event) => event.continuation !== undefined)).toBe(true);
    expect(reader.texts).toEqual(['a']);
  });

  test.each(['LATEST', 'TRIM_HORIZON'] as const)('is told again to who subscribes at %s', async (type) => {
    await putKeys(world, ['a']);
    await split();
    const reader = await subscribed(world, { type });
    await settle();
    isEnd(reader);
    expect(reader.texts).toEqual(type === 'LATEST' ? [] : ['a']);
  });

  test('a merge names both parents', async () => {
    await split();
    await world.service.mergeShards(scope, 's', { shardId: 'shardId-1', adjacentShardId: 'shardId-2' });
    const reader = await subscribed(world, { shardId: 'shardId-2' });
    await settle();
    expect(reader.last.children?.map((child) => [child.index, child.parents])).toEqual([[3, [1, 2]]]);
  });
});

describe('the end of a subscription', () => {
  test('comes after five minutes, without a fault', async () => {
    const reader = await subscribed(world, { type: 'LATEST' });
    await advance(299_999);
    expect(reader.ending).toBeUndefined();
    await advance(1);
    await settle();
    expect(reader.ending).toBe('clean');
  });

  test('comes when the client has gone, and nothing waits any more', async () => {
    const gone = new AbortController();
    const reader = await subscribed(world, { signal: gone.signal });
    gone.abort();
    await settle();
    expect(reader.ending).toBe('clean');
  });

  test('comes with the service, without a fault', async () => {
    const reader = await subscribed(world);
    await world.service.close();
    await settle();
    expect(reader.ending).toBe('clean');
  });

  test.each([0, 60_000])('deregistration ends it with a fault, with transitions of %d ms', async (transitionMs) => {
    await open({ transitionMs });
    await world.service.registerConsumer(scope, 's', { name: 'c' });
    await advance(transitionMs);
    const reader = await subscribed(world);
    await world.service.deregisterConsumer(scope, { streamName: 's', name: 'c', given: 'c' });
    await settle();
    expect([reader.ending, reader.message]).toEqual([
      'ResourceNotFoundException',
      'Consumer c, account 000000000000 not found.',
    ]);
  });

  test.each([0, 60_000])(
    'deletion of the stream ends it with a fault, with transitions of %d ms',
    async (transitionMs) => {
      await open({ transitionMs });
      await world.service.registerConsumer(scope, 's', { name: 'c' });
      await advance(transitionMs);
      const reader = await subscribed(world);
      await world.service.deleteStream(scope, 's', { enforceConsumerDeletion: true });
      await settle();
      expect(reader.ending).toBe('ResourceNotFoundException');
    },
  );
});

describe('one subscription for a consumer and a shard', () => {
  test('another within 5 s is refused, and the first goes on', async () => {
    const first = await subscribed(world);
    await advance(4_999);
    await expect(refused({})).rejects.toMatchObject({ code: 'ResourceInUseException' });
    await putKeys(world, ['a']);
    await settle();
    expect([first.ending, first.texts]).toEqual([undefined, ['a']]);
  });

  test('after 5 s it takes over, and the first is told', async () => {
    const first = await subscribed(world);
    await advance(5_000);
    const second = await subscribed(world);
    await putKeys(world, ['a']);
    await settle();
    expect([first.ending, first.texts]).toEqual(['ResourceInUseException', []]);
    expect(second.texts).toEqual(['a']);
  });

  test('a first that takes nothing does not keep the second waiting', async () => {
    const first = await subscribedIdle(world);
    await advance(5_000);
    const second = await subscribed(world);
    await putKeys(world, ['a']);
    await settle();
    expect(second.texts).toEqual(['a']);
    first.read();
    await settle();
    expect(first.ending).toBe('ResourceInUseException');
  });

  test('the 5 s count from the call, also when its client has gone', async () => {
    const gone = new AbortController();
    await subscribed(world, { signal: gone.signal });
    gone.abort();
    await advance(4_999);
    await subscribed(world, { consumer: 'other' });
    await expect(refused({})).rejects.toMatchObject({ code: 'ResourceInUseException' });
    await advance(1);
    await subscribed(world);
  });

  test('a refused call counts for nothing', async () => {
    await subscribed(world);
    await advance(4_999);
    await expect(refused({})).rejects.toThrow();
    await advance(1);
    await subscribed(world);
  });

  test('other consumers and other shards are free', async () => {
    await subscribed(world);
    await subscribed(world, { consumer: 'c2' });
    await split();
    await subscribed(world, { shardId: 'shardId-000000000001' });
  });

  test('a consumer registered again is another one', async () => {
    await subscribed(world);
    await world.service.deregisterConsumer(scope, { streamName: 's', name: 'c', given: 'c' });
    await subscribed(world);
  });
});

describe('what is refused before the first event', () => {
  test('a consumer that is not there, in this incarnation', async () => {
    const { creationSeconds } = await world.service.registerConsumer(scope, 's', { name: 'c' });
    const ask = (consumer: object) =>
      world.service.subscribeToShard(scope, {
        ...{ shardId: SHARD_0, type: 'LATEST', signal: new AbortController().signal },
        consumer: { streamName: 's', name: 'c', given: 'the-arn', ...consumer },
      });
    const missing = { code: 'ResourceNotFoundException', message: 'Consumer the-arn, account 000000000000 not found.' };
    await expect(ask({ name: 'other' })).rejects.toMatchObject(missing);
    await expect(ask({ streamName: 'other' })).rejects.toMatchObject(missing);
    await expect(ask({ creationSeconds: creationSeconds + 1 })).rejects.toMatchObject(missing);
    await ask({ creationSeconds });
  });

  test('a consumer that is CREATING or DELETING', async () => {
    await open({ transitionMs: 10_000 });
    const { creationSeconds } = await world.service.registerConsumer(scope, 's', { name: 'c' });
    const inactive = {
      code: 'ResourceInUseException',
      message:
        `Consumer c with creation timestamp ${creationSeconds} under stream: s , ` +
        'account 000000000000 is not in ACTIVE status.',
    };
    await expect(refused({})).rejects.toMatchObject(inactive);
    await advance(10_000);
    await subscribed(world);
    await world.service.deregisterConsumer(scope, { streamName: 's', name: 'c', given: 'c' });
    await expect(refused({})).rejects.toMatchObject(inactive);
  });

  test('a shard that is not there', async () => {
    await expect(refused({ shardId: 'shardId-7' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Shard shardId-000000000007 in stream s under account 000000000000 does not exist',
    });
  });

  test('a position that makes no sense', async () => {
    for (const position of [
      { type: 'AT_SEQUENCE_NUMBER' },
      { type: 'LATEST', sequenceNumber: '1' },
      { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '5' },
      { type: 'AT_TIMESTAMP' },
      { type: 'AT_TIMESTAMP', timestampMs: world.clock.now() + 1 },
    ] as const) {
      await expect(refused(position)).rejects.toMatchObject({ code: 'InvalidArgumentException' });
    }
    await subscribed(world);
  });

  test('a dry run, after all checks, and it counts for nothing', async () => {
    await expect(refused({ dryRun: true })).rejects.toMatchObject({ code: 'DryRunOperationException' });
    await subscribed(world);
    await expect(refused({ dryRun: true })).rejects.toMatchObject({ code: 'ResourceInUseException' });
  });
});

test("with AWS's limits a consumer gets 2 MiB a second of a shard, and the next one its own", async () => {
  await open({ strictLimits: true });
  // A shard takes 1 MiB a second, so the records are put slowly and read at once.
  const data = new Uint8Array(1_000_000);
  for (let i = 0; i < 8; i++) {
    await putRecords(world, [{ partitionKey: 'k', data }]);
    await advance(1_000);
  }
  const reader = await subscribed(world);
  await settle();
  const atOnce = reader.texts.length;
  expect([2, 3]).toContain(atOnce);
  const other = await subscribed(world, { consumer: 'c2' });
  await settle();
  expect(other.texts).toHaveLength(atOnce);
  await advance(1_000);
  expect(reader.texts.length).toBeLessThanOrEqual(atOnce + 3);
  await advance(4_000);
  expect(reader.texts).toHaveLength(8);
  expect(reader.texts[0]).toBe(new TextDecoder().decode(bytes('\0'.repeat(1_000_000))));
});
