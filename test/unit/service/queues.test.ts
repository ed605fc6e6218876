/** Queues: what they hand out, to whom, how often, and what a restart and a reshard do to that. */
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { CONSUMERS_MAX, QUEUE_DELIVERIES_MAX } from '../../../src/model/limits.ts';
import { queueArn } from '../../../src/model/queue.ts';
import type { QueueSide } from '../../../src/model/queue-delivery.ts';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import type { ReceivedRecord, Settlement } from '../../../src/service/queue-records.ts';
import type { CreateQueue } from '../../../src/service/queues.ts';
import { bytes, openWorld, scope, type World, type WorldOptions } from './world.ts';

const never = new AbortController().signal;
const caller = { scope, name: 's' };
const queue = (more: Partial<CreateQueue> = {}): CreateQueue => ({
  ...{ name: 'q', visibilitySeconds: 30, receivesMax: 2, start: { type: 'LATEST' as const }, tags: {} },
  ...more,
});

/** A queue of stream `s`, as its callers see it. */
class Queue {
  readonly world: World;
  readonly arn: string;

  constructor(world: World, arn: string) {
    this.world = world;
    this.arn = arn;
  }

  receive(side: QueueSide = 'records', more: { limit?: number; waitMs?: number; visibilitySeconds?: number } = {}) {
    const request = { arn: this.arn, side, limit: 10, waitMs: 0, visibilitySeconds: undefined, ...more };
    return this.world.service.queueRecords.receive(scope, request, never);
  }

  async texts(side: QueueSide = 'records', limit = 10): Promise<string[]> {
    return (await this.receive(side, { limit })).map(textOf).sort();
  }

  /** The code of the fault of each; '' where there is none. */
  async settle(records: readonly ReceivedRecord[], settlement: Settlement, side: QueueSide = 'records') {
    const entries = records.map(({ receipt }) => ({ receipt, settlement }));
    const faults = await this.world.service.queueRecords.settle(scope, { arn: this.arn, side, entries });
    return faults.map((fault) => fault?.code ?? '');
  }
}

const textOf = ({ view }: ReceivedRecord) => new TextDecoder().decode(view.data);
const acknowledge = { kind: 'acknowledge' } as const;
const restore = { kind: 'restore' } as const;
const hide = (visibilitySeconds: number) => ({ kind: 'hide', visibilitySeconds }) as const;

async function open(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  await world.service.createStream(scope, { name: 's', mode: 'ON_DEMAND' });
  return world;
}

async function create(world: World, more: Partial<CreateQueue> = {}): Promise<Queue> {
  const { queue: made } = await world.service.queues.create(caller, queue(more));
  return new Queue(world, queueArn(scope, made.id));
}

/** Each with itself as its key, so over several shards. */
function put({ service }: World, ...texts: string[]) {
  return service.put(scope, 's', encodeBatch(texts.map((text) => ({ partitionKey: text, data: bytes(text) }))));
}

describe('a record', () => {
  test('is handed out once while it is hidden, and again when nobody has acknowledged it', async () => {
    const world = await open();
    const q = await create(world);
    await put(world, 'a', 'b');
    const first = await q.receive();
    expect(first.map(textOf).sort()).toEqual(['a', 'b']);
    expect(await q.texts()).toEqual([]);
    const a = first.filter((received) => textOf(received) === 'a');
    expect(await q.settle(a, acknowledge)).toEqual(['']);
    await world.clock.advance(29_999);
    expect(await q.texts()).toEqual([]);
    await world.clock.advance(1);
    const [again, ...others] = await q.receive();
    expect([textOf(again!), others]).toEqual(['b', []]);
    const b = first.find((received) => textOf(received) === 'b')!;
    expect(again).toMatchObject({ recordId: b.recordId, delivery: { receives: 2, firstMs: b.delivery.firstMs } });
    expect(again!.receipt).not.toBe(b.receipt);
  });

  test('comes to every queue of its stream under one id, and stays with other readers of the stream', async () => {
    const world = await open();
    const [one, two] = [await create(world), await create(world, { name: 'other' })];
    await put(world, 'a');
    const [first] = await one.receive();
    const [second] = await two.receive();
    expect(second!.recordId).toBe(first!.recordId);
    expect(first!.recordId).toMatch(/^[a-z0-9]{1,64}$/);
    expect(await one.settle([second!], acknowledge)).toEqual(['InvalidArgumentException']);
    expect(await one.settle([first!], acknowledge)).toEqual(['']);
    expect(await two.settle([second!], acknowledge)).toEqual(['']);
  });

  test('is hidden for as long as a call says, longer or not at all', async () => {
    const world = await open();
    const q = await create(world, { receivesMax: null });
    await put(world, 'a');
    const [received] = await q.receive('records', { visibilitySeconds: 5 });
    expect(await q.settle([received!], hide(100))).toEqual(['']);
    await world.clock.advance(99_999);
    expect(await q.texts()).toEqual([]);
    expect(await q.settle([received!], hide(0))).toEqual(['']);
    expect(await q.texts()).toEqual(['a']);
  });

  test('is acknowledged by its newest receipt only, also late, and once', async () => {
    const world = await open();
    const q = await create(world, { receivesMax: null });
    await put(world, 'a');
    const [old] = await q.receive();
    await world.clock.advance(30_000);
    const [fresh] = await q.receive();
    await world.clock.advance(30_000);
    expect(await q.settle([old!], acknowledge)).toEqual(['InvalidArgumentException']);
    expect(await q.settle([fresh!], acknowledge)).toEqual(['']);
    expect(await q.settle([fresh!], acknowledge)).toEqual(['ResourceNotFoundException']);
    expect(await q.settle([{ ...fresh!, receipt: 'x' }], acknowledge)).toEqual(['InvalidArgumentException']);
  });

  test('is gone with its retention, handed out or not', async () => {
    const world = await open();
    const q = await create(world);
    await put(world, 'a', 'b');
    const [received] = await q.receive('records', { limit: 1 });
    await world.clock.advance(24 * 3_600_000);
    await put(world, 'c');
    expect(await q.settle([received!], acknowledge)).toEqual(['ResourceNotFoundException']);
    expect(await q.texts()).toEqual(['c']);
    expect(world.service.queues.find(scope, q.arn).queue.deliveries).toHaveLength(1);
  });
});

describe('a dead letter', () => {
  async function dead(world: World): Promise<Queue> {
    const q = await create(world, { receivesMax: 2 });
    await put(world, 'a');
    for (let i = 0; i < 2; i++) {
      expect(await q.texts('deadLetters')).toEqual([]);
      expect(await q.texts()).toEqual(['a']);
      await world.clock.advance(30_000);
    }
    return q;
  }

  test('is a record received too often: dead letters have their own way out, and are hidden like records', async () => {
    const world = await open();
    const q = await dead(world);
    expect(await q.texts()).toEqual([]);
    const [letter] = await q.receive('deadLetters');
    expect([textOf(letter!), letter!.delivery.receives]).toEqual(['a', 3]);
    expect(await q.texts('deadLetters')).toEqual([]);
    expect(await q.settle([letter!], acknowledge)).toEqual(['InvalidArgumentException']);
    expect(await q.settle([letter!], hide(0), 'deadLetters')).toEqual(['']);
    expect(await q.texts()).toEqual([]);
    const [again] = await q.receive('deadLetters');
    expect(await q.settle([again!], acknowledge, 'deadLetters')).toEqual(['']);
    await world.clock.advance(30_000);
    expect(await q.texts('deadLetters')).toEqual([]);
  });

  test('that is restored begins anew', async () => {
    const world = await open();
    const q = await dead(world);
    const letters = await q.receive('deadLetters');
    expect(await q.settle(letters, restore, 'deadLetters')).toEqual(['']);
    expect(await q.settle(letters, restore, 'deadLetters')).toEqual(['InvalidArgumentException']);
    const [record] = await q.receive();
    expect(record!.delivery.receives).toBe(1);
    expect(await q.settle([record!], acknowledge, 'deadLetters')).toEqual(['InvalidArgumentException']);
    expect(await q.settle([record!], acknowledge)).toEqual(['']);
  });

  test('is none where there are none', async () => {
    const world = await open();
    const q = await create(world, { receivesMax: null, visibilitySeconds: 0 });
    await put(world, 'a');
    for (let i = 1; i <= 20; i++) {
      const [record] = await q.receive();
      expect(record!.delivery.receives).toBe(i);
    }
    expect(await q.texts('deadLetters')).toEqual([]);
  });
});

describe('a queue', () => {
  test('begins at its creation, at the beginning of the stream, or at a time', async () => {
    const world = await open();
    await put(world, 'a');
    await world.clock.advance(1_000);
    const askedMs = world.clock.now();
    await put(world, 'b');
    await world.clock.advance(1_000);
    const latest = await create(world);
    const all = await create(world, { name: 'all', start: { type: 'TRIM_HORIZON' } });
    const at = await create(world, { name: 'at', start: { type: 'AT_TIMESTAMP', askedMs } });
    await put(world, 'c');
    expect(await latest.texts()).toEqual(['c']);
    expect(await all.texts()).toEqual(['a', 'b', 'c']);
    expect(await at.texts()).toEqual(['b', 'c']);
    const { queue: found } = world.service.queues.find(scope, at.arn);
    expect(found.start).toEqual({ type: 'AT_TIMESTAMP', askedMs, fromMs: askedMs });
    const future = { type: 'AT_TIMESTAMP' as const, askedMs: world.clock.now() + 1 };
    for (const start of [future, { type: 'AT_TIMESTAMP' as const }, { type: 'LATEST' as const, askedMs }]) {
      await expect(world.service.queues.create(caller, queue({ name: 'x', start }))).rejects.toThrow(Fault);
    }
  });

  test('gives as many as asked for, each once, over all shards and those that open later', async () => {
    const world = await open({ settings: { onDemandScaling: true } });
    const big = { partitionKey: 'k', data: new Uint8Array(1_000_000) };
    await world.service.put(scope, 's', encodeBatch([big]));
    const q = await create(world);
    const texts = Array.from({ length: 25 }, (_, i) => `${i}`.padStart(2, '0'));
    await put(world, ...texts.slice(0, 20));
    await world.clock.advance(1_000);
    await world.service.growOnDemand();
    expect(world.service.stream(scope, 's').shards.length).toBeGreaterThan(4);
    await put(world, ...texts.slice(20));
    const seen: string[] = [];
    for (const count of [7, 7, 7, 4, 0]) {
      const received = await q.texts('records', 7);
      expect(received).toHaveLength(count);
      seen.push(...received);
    }
    expect(seen.sort()).toEqual(texts);
  });

  test('lets no shard wait for another, also beside another queue', async () => {
    const world = await open();
    const queues = [await create(world), await create(world, { name: 'q2' })];
    await put(world, ...Array.from({ length: 1_000 }, (_, i) => `${i}`));
    const seen = queues.map(() => new Set<number>());
    for (let i = 0; i < 50; i++) {
      for (const [at, q] of queues.entries()) {
        for (const { delivery } of await q.receive('records', { limit: 1 })) seen[at]!.add(delivery.shard);
      }
    }
    expect(seen.map((shards) => shards.size)).toEqual([4, 4]);
  });

  test('hands out no new records while too many are not acknowledged', async () => {
    const world = await open();
    const q = await create(world, { receivesMax: null });
    const texts = Array.from({ length: QUEUE_DELIVERIES_MAX + 1 }, (_, i) => `${i}`);
    await put(world, ...texts);
    const first = await q.receive('records', { limit: QUEUE_DELIVERIES_MAX + 1 });
    expect(first).toHaveLength(QUEUE_DELIVERIES_MAX);
    expect(await q.texts()).toEqual([]);
    await q.settle(first.slice(0, 1), acknowledge);
    expect(await q.texts()).toHaveLength(1);
    await world.clock.advance(24 * 3_600_000);
    await put(world, 'late');
    expect(await q.texts()).toEqual(['late']);
  });

  test('lets those wait on whom others forestalled, and gives nothing to those who have left', async () => {
    const world = await open();
    const q = await create(world);
    const waiting = [q.receive('records', { waitMs: 9_000 }), q.receive('records', { waitMs: 9_000 })];
    await put(world, 'a');
    await world.clock.advance(1_000);
    await put(world, 'b');
    const request = { arn: q.arn, side: 'records', limit: 10, waitMs: 9_000, visibilitySeconds: undefined } as const;
    expect(await world.service.queueRecords.receive(scope, request, AbortSignal.abort())).toEqual([]);
    await world.clock.advance(1_000);
    expect((await Promise.all(waiting)).flat().map(textOf).sort()).toEqual(['a', 'b']);
  });

  test('waits for a record, and for one to become visible', async () => {
    const world = await open();
    const q = await create(world);
    const waiting = q.receive('records', { waitMs: 9_000 });
    await put(world, 'a');
    await world.clock.advance(1_000);
    expect((await waiting).map(textOf)).toEqual(['a']);
    const again = q.receive('records', { waitMs: 20_000 });
    const inVain = q.receive('records', { waitMs: 5_000 });
    await world.clock.advance(15_000);
    expect(await inVain).toEqual([]);
    await world.clock.advance(14_000);
    expect(await again).toEqual([]);
    const third = q.receive('records', { waitMs: 20_000 });
    await world.clock.advance(1_000);
    expect((await third).map(textOf)).toEqual(['a']);
  });

  test('remembers across a restart what was acknowledged and what is hidden', async () => {
    const world = await open();
    const q = await create(world);
    await put(world, 'a', 'b', 'c');
    const received = await q.receive('records', { limit: 2 });
    await q.settle(received.slice(0, 1), acknowledge);
    const waiting = q.receive('deadLetters', { waitMs: 20_000 });
    await world.service.close();
    expect(await waiting).toEqual([]);
    const { clock, store, journal } = world;
    const second = new Queue(await openWorld({ clock, journal, store: () => store }), q.arn);
    const third = ['a', 'b', 'c'].filter((text) => !received.map(textOf).includes(text));
    expect(await second.texts()).toEqual(third);
    expect(await second.settle(received.slice(1), hide(0))).toEqual(['']);
    expect(await second.texts()).toEqual([textOf(received[1]!)]);
    await clock.advance(30_000);
    expect(await second.texts()).toEqual(third);
  });

  test('keeps its stream, counts among the consumers, and needs one in on-demand mode', async () => {
    const world = await open();
    const { service } = world;
    const q = await create(world);
    const deleting = { enforceConsumerDeletion: true };
    await expect(service.deleteStream(scope, 's', deleting)).rejects.toMatchObject({ code: 'ResourceInUseException' });
    await expect(create(world)).rejects.toMatchObject({ code: 'ResourceInUseException' });
    for (let i = 1; i < CONSUMERS_MAX; i++) {
      await world.clock.advance(1);
      await service.registerConsumer(scope, 's', { name: `c${i}` });
    }
    const oneMore = service.registerConsumer(scope, 's', { name: 'more' });
    await expect(oneMore).rejects.toMatchObject({ code: 'LimitExceededException' });
    await expect(create(world, { name: 'more' })).rejects.toMatchObject({ code: 'LimitExceededException' });
    await service.queues.remove(scope, q.arn);
    await expect(q.receive()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await service.deleteStream(scope, 's', deleting);
    await service.createStream(scope, { name: 's', shardCount: 1 });
    await expect(create(world)).rejects.toMatchObject({ code: 'InvalidArgumentException' });
  });
});
