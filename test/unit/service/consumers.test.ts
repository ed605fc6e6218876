/** Registering consumers: states, limits, what a stream's deletion needs, and what a restart finds. */
import { beforeEach, describe, expect, test } from 'vitest';
import { consumerStatus } from '../../../src/model/consumer.ts';
import { openWorld, scope, type World } from './world.ts';

let world: World;
const TRANSITION_MS = 500;

beforeEach(async () => {
  world = await openWorld({ settings: { transitionMs: TRANSITION_MS } });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  await world.clock.advance(TRANSITION_MS);
});

const register = (name: string, stream = 's') => world.service.registerConsumer(scope, stream, { name });
const deregister = (name: string) => world.service.deregisterConsumer(scope, { streamName: 's', name, given: name });
const find = (name: string) => world.service.consumer(scope, { streamName: 's', name, given: name }).consumer;
const names = () => world.service.consumers(scope, 's').map((consumer) => consumer.name);
const status = (name: string) => consumerStatus(find(name), world.clock.now());

test('a consumer takes its time to become ACTIVE and to go', async () => {
  await register('c');
  expect(status('c')).toBe('CREATING');
  await world.clock.advance(TRANSITION_MS);
  expect(status('c')).toBe('ACTIVE');
  await deregister('c');
  expect(status('c')).toBe('DELETING');
  await deregister('c');
  await world.clock.advance(TRANSITION_MS);
  expect(names()).toEqual([]);
  expect(() => find('c')).toThrow('Consumer c, account 000000000000 not found.');
  await expect(deregister('c')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('without transition times it is ACTIVE at once', async () => {
  world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  await register('c');
  expect(status('c')).toBe('ACTIVE');
  await deregister('c');
  expect(names()).toEqual([]);
});

describe('refused', () => {
  test('a name that is taken, also by one that is on its way out', async () => {
    const taken = {
      code: 'ResourceInUseException',
      message: 'Consumer c under stream s already exists for account 000000000000.',
    };
    await register('c');
    await expect(register('c')).rejects.toMatchObject(taken);
    await deregister('c');
    await expect(register('c')).rejects.toMatchObject(taken);
    await world.clock.advance(TRANSITION_MS);
    await register('c');
  });

  test('a sixth that is CREATING', async () => {
    for (let i = 0; i < 5; i++) await register(`c${i}`);
    await expect(register('c5')).rejects.toMatchObject({ code: 'LimitExceededException' });
    await world.clock.advance(TRANSITION_MS);
    await register('c5');
  });

  test('the twenty-first', async () => {
    for (let i = 0; i < 20; i++) {
      await register(`c${i}`);
      await world.clock.advance(TRANSITION_MS);
    }
    await expect(register('c20')).rejects.toMatchObject({ code: 'LimitExceededException' });
    await deregister('c3');
    await world.clock.advance(TRANSITION_MS);
    await register('c20');
  });

  test('a stream that is not there, not yet or not for long', async () => {
    await expect(register('c', 'nobody')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await world.service.createStream(scope, { name: 'coming', shardCount: 1 });
    await expect(register('c', 'coming')).rejects.toMatchObject({
      code: 'ResourceInUseException',
      message: 'Stream coming under account 000000000000 not ACTIVE, instead in state CREATING',
    });
    await world.service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
    await expect(register('c')).rejects.toMatchObject({ code: 'ResourceInUseException' });
  });
});

describe('deleting a stream with consumers', () => {
  test('needs to be asked for', async () => {
    await register('c');
    const remove = (enforceConsumerDeletion: boolean) =>
      world.service.deleteStream(scope, 's', { enforceConsumerDeletion });
    await expect(remove(false)).rejects.toMatchObject({ code: 'ResourceInUseException' });
    expect(world.service.stream(scope, 's').status).toBe('ACTIVE');
    await remove(true);
    expect(world.service.stream(scope, 's').status).toBe('DELETING');
  });

  test('needs nothing when they have gone', async () => {
    await register('c');
    await deregister('c');
    await world.clock.advance(TRANSITION_MS);
    await world.service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
  });

  test('takes them with it: a stream of that name has none', async () => {
    await register('c');
    await world.service.deleteStream(scope, 's', { enforceConsumerDeletion: true });
    await world.clock.advance(TRANSITION_MS);
    await world.service.createStream(scope, { name: 's', shardCount: 1 });
    expect(names()).toEqual([]);
  });
});

test('a restart finds them as they were, and the time between has gone by for them', async () => {
  const { creationSeconds } = await register('c');
  await register('leaving');
  await deregister('leaving');
  await world.service.close();
  await world.clock.advance(TRANSITION_MS);
  world = await openWorld({ clock: world.clock, store: () => world.store, journal: world.journal });
  expect(names()).toEqual(['c']);
  expect([status('c'), find('c').creationSeconds]).toEqual(['ACTIVE', creationSeconds]);
});

test('another incarnation of a consumer is not found', async () => {
  const { creationSeconds } = await register('c');
  const ask = (seconds: number) =>
    world.service.consumer(scope, { streamName: 's', name: 'c', creationSeconds: seconds, given: 'arn' });
  expect(ask(creationSeconds).consumer.name).toBe('c');
  expect(() => ask(creationSeconds - 1)).toThrow('Consumer arn, account 000000000000 not found.');
});
