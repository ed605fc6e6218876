/** Channels: what they deliver into files, when, and what a restart and a reshard do to them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { CatalogEvent } from '../../../src/model/catalog.ts';
import { type ChannelFormat, channelArn, channelStatus } from '../../../src/model/channel.ts';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import { sequenceNumber } from '../../../src/model/sequence-number.ts';
import { type Journal, memoryJournal } from '../../../src/service/journal.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { fault } from '../server/handlers/caller.ts';
import { bytes, openWorld, scope, type World, type WorldOptions } from './world.ts';

const FOLDER = '/channels';
const ARN = 'arn:aws:s3:::bucket';
/** 2023-11-14 22:13:20 UTC, when SimClock starts. */
const HOUR = '2023/11/14/22';

let disk: SimDisk;
let failures: string[];
beforeEach(() => {
  disk = new SimDisk({ seed: 1 });
  failures = [];
});

function open(options: WorldOptions = {}): Promise<World> {
  const delivery = { disk, directory: FOLDER };
  const events = { deliveryFailed: (_: unknown, channel: string) => void failures.push(channel) };
  return openWorld({ delivery, events, ...options });
}

interface Wanted {
  readonly name?: string;
  readonly format?: ChannelFormat;
  readonly freshnessSeconds?: number;
}

const channel = ({ name = 'c', format = 'STRING', freshnessSeconds = 60 }: Wanted = {}) => ({
  ...{ name, format, freshnessSeconds, roleArn: 'arn:aws:iam::000000000000:role/r', tags: {} },
  storage: {
    ...{ bucketArn: ARN, owner: '000000000000', prefix: undefined, storageClass: undefined },
    compression: 'NONE' as const,
  },
  deadLetters: undefined,
  encryptionKeyId: undefined,
  logging: { enabled: false, group: undefined, stream: undefined },
});

const caller = { scope, name: 's' };

async function streamWithChannel(wanted: Wanted = {}, options: WorldOptions = {}): Promise<World> {
  const world = await open(options);
  await world.service.createStream(scope, { name: 's', mode: 'ON_DEMAND' });
  await world.service.channels.create(caller, channel(wanted));
  return world;
}

/** Into the shard that owns the lowest hash keys, or another. */
function put({ service }: World, text: string, explicitHash = 0n) {
  return service.put(scope, 's', encodeBatch([{ partitionKey: 'k', explicitHash, data: bytes(text) }]));
}

/** Every file below a folder with its text, by path. */
async function filesIn(folder = FOLDER): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  if ((await disk.stat(folder)) === undefined) return found;
  for (const name of await disk.list(folder)) {
    const path = `${folder}/${name}`;
    if ((await disk.stat(path))!.isDirectory) Object.assign(found, await filesIn(path));
    else found[path] = await textOf(path);
  }
  return found;
}

async function textOf(path: string): Promise<string> {
  const file = await disk.open(path, 'read');
  const into = new Uint8Array(await file.size());
  await file.read(into, 0);
  await file.close();
  return new TextDecoder().decode(into);
}

const lines = async () => Object.values(await filesIn()).flatMap((text) => text.trimEnd().split('\n'));

describe('a file', () => {
  test('is there when its oldest record is as old as the channel allows, under a name made of what is in it', async () => {
    const world = await streamWithChannel({ freshnessSeconds: 60 });
    const { runs } = await put(world, 'one');
    await world.clock.advance(40_000);
    await put(world, 'two');
    await world.clock.advance(19_000);
    expect(await filesIn()).toEqual({});
    await world.clock.advance(2_000);
    const { shard, result } = runs[0]!;
    if ('code' in result) throw new Error(result.message);
    const number = sequenceNumber(shard, result.first, result.arrivalMs);
    const path = `${FOLDER}/bucket/c/${HOUR}/c-shardId-000000000000-${number}.txt`;
    expect(await filesIn()).toEqual({ [path]: 'one\ntwo\n' });
    await put(world, 'three');
    await world.clock.advance(61_000);
    expect(await lines()).toEqual(['one', 'two', 'three']);
  });

  test('is there at once when there is enough for it, and ends between two records that came together', async () => {
    const world = await streamWithChannel({ freshnessSeconds: 80_000 });
    const big = 'x'.repeat(10_000);
    const records = (from: number) =>
      Array.from({ length: 450 }, (_, i) => ({
        partitionKey: 'k',
        explicitHash: 0n,
        data: bytes(`${from + i} ${big}`),
      }));
    for (let i = 0; i < 8; i++) await world.service.put(scope, 's', encodeBatch(records(i * 450)));
    await world.clock.advance(2_000);
    const files = Object.values(await filesIn());
    expect(files.map((text) => Math.round(text.length / 2 ** 20))).toEqual([16, 16]);
    const delivered = files.flatMap((text) => text.trimEnd().split('\n')).map((line) => Number(line.split(' ')[0]));
    expect(delivered).toEqual(delivered.map((_, i) => i));
  });

  test('begins with what arrives after the channel was made', async () => {
    const world = await open();
    await world.service.createStream(scope, { name: 's', mode: 'ON_DEMAND' });
    await put(world, 'before');
    await world.clock.advance(1_000);
    await world.service.channels.create(caller, channel());
    await put(world, 'after');
    await world.clock.advance(61_000);
    expect(await lines()).toEqual(['after']);
  });
});

describe('a format', () => {
  test('JSON: one line a record, numbers as they were, and what is none goes where errors go', async () => {
    const world = await streamWithChannel({ format: 'JSON', freshnessSeconds: 1 });
    await put(world, '{ "a": 1.10,\r\n  "b": "x\\ny" }');
    await put(world, 'no json');
    await put(world, '12345678901234567890');
    await world.clock.advance(3_000);
    const files = await filesIn();
    const [bad, good] = Object.keys(files).sort();
    expect(good).toContain('/bucket/c/');
    expect(files[good!]).toBe('{ "a": 1.10,    "b": "x\\ny" }\n12345678901234567890\n');
    expect(bad).toContain('/bucket/c-errors/');
    expect(JSON.parse(files[bad!]!)).toMatchObject({ partitionKey: 'k', data: btoa('no json') });
  });
  test('BYTE_ARRAY: base64, one line a record', async () => {
    const world = await streamWithChannel({ format: 'BYTE_ARRAY', freshnessSeconds: 1 });
    await put(world, 'a\nb');
    await put(world, '');
    await world.clock.advance(3_000);
    expect(Object.values(await filesIn())).toEqual([`${btoa('a\nb')}\n\n`]);
  });
});

test('what waited when the service stopped is delivered after the next start, what was delivered is not again', async () => {
  const journal = memoryJournal();
  const first = await streamWithChannel({}, { journal });
  await put(first, 'delivered');
  await first.clock.advance(61_000);
  await put(first, 'waits');
  await first.service.close();
  const { clock, store } = first;
  const before = await filesIn();
  expect(Object.values(before)).toEqual(['delivered\n']);
  const second = await open({ journal, clock, store: () => store });
  await put(second, 'later');
  await clock.advance(61_000);
  expect(await lines()).toEqual(['delivered', 'waits', 'later']);
  expect(await filesIn()).toMatchObject(before);
});

/** A journal that tells what is appended, and fails where it is told to. */
function watched(journal: Journal, seen: (event: CatalogEvent) => void): Journal {
  return {
    get catalog() {
      return journal.catalog;
    },
    async append(event) {
      seen(event);
      await journal.append(event);
    },
    health: () => journal.health(),
    close: () => journal.close(),
  };
}

test('a file whose delivery was not recorded is written once more, in its own place', async () => {
  const journal = memoryJournal();
  const crashing = watched(journal, ({ kind }) => {
    if (kind === 'channelDelivered') throw new Error('power is gone');
  });
  const first = await streamWithChannel({}, { journal: crashing });
  await put(first, 'one');
  await first.clock.advance(60_500);
  expect(failures).toEqual(['c']);
  await first.service.close();
  expect(await lines()).toEqual(['one']);
  const second = await open({ journal, clock: first.clock, store: () => first.store });
  await put(second, 'two');
  await second.clock.advance(2_000);
  expect(Object.values(await filesIn())).toEqual(['one\ntwo\n']);
});

test('a disk that fails is told and tried again, and nothing half-written is left under a name', async () => {
  const world = await streamWithChannel({ freshnessSeconds: 1 });
  await put(world, 'one');
  disk.failAt(1, 'EIO', 'rename');
  await world.clock.advance(1_500);
  expect(failures).toEqual(['c']);
  expect(Object.keys(await filesIn()).every((path) => path.endsWith('.tmp'))).toBe(true);
  await world.clock.advance(1_500);
  expect(Object.entries(await filesIn())).toEqual([[expect.stringMatching(/\.txt$/), 'one\n']]);
});

test('a disk that keeps failing is tried after 1, 2, 4 seconds and so on, a minute at most', async () => {
  const world = await streamWithChannel({ freshnessSeconds: 1 });
  await put(world, 'one');
  const renames = Array.from({ length: 20 }, (_, i) => i + 1);
  for (const nth of renames) disk.failAt(nth, 'EIO', 'rename');
  const times: number[] = [];
  for (let second = 0; second < 320; second++) {
    await world.clock.advance(1_000);
    if (failures.splice(0).length > 0) times.push(second);
  }
  const waits = times.slice(1).map((time, i) => time - times[i]!);
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
});

test('after a reshard children are delivered when all of their parents are, and each record once', async () => {
  const events: CatalogEvent[] = [];
  const journal = watched(memoryJournal(), (event) => events.push(event));
  const first = await streamWithChannel({}, { journal });
  await put(first, 'parent');
  await first.service.close();
  // On-demand streams split by themselves; here the intent is found at the next start.
  const keys = { first: journal.catalog.nextShardKey, count: 2 };
  const change = { kind: 'split', shardIndex: 0, startingHashKey: 1n << 120n } as const;
  await journal.append({ kind: 'transitionStarted', id: 1, transition: { change, dueMs: 0, keys } });
  const { clock, store } = first;
  const second = await open({ journal, clock, store: () => store, delivery: undefined });
  expect(second.service.stream(scope, 's').shards).toHaveLength(6);
  await put(second, 'low child');
  await put(second, 'high child', 1n << 120n);
  await clock.advance(61_000);
  await second.service.close();
  // All of it is due by now.
  await open({ journal, clock, store: () => store });
  await clock.advance(2_000);
  expect((await lines()).sort()).toEqual(['high child', 'low child', 'parent']);
  const places = events.flatMap((event) => (event.kind === 'channelDelivered' ? [event.places] : []));
  expect(places[0]).toEqual({ 0: { next: expect.any(Number), ended: true } });
  expect(Object.keys({ ...places[1], ...places[2] })).toEqual(['4', '5']);
});

const arnOf = ({ service }: World, name = 'c') =>
  channelArn(scope, service.channels.all(scope).find((found) => found.channel.name === name)!.channel);

test('a channel that is deleted delivers no more, and its stream may go then', async () => {
  const world = await streamWithChannel();
  const { service, clock } = world;
  await put(world, 'one');
  await expect(service.deleteStream(scope, 's', { enforceConsumerDeletion: true })).rejects.toEqual(
    fault('ResourceInUseException', 'Stream s under account 000000000000 cannot be deleted while it has channels: c.'),
  );
  const arn = arnOf(world);
  await service.channels.remove(scope, arn);
  await clock.advance(61_000);
  expect(await filesIn()).toEqual({});
  expect(() => service.channels.find(scope, arn)).toThrow(`Channel ${arn} under account 000000000000 not found.`);
  await service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
});

test('a freshness that is changed holds for what waits already', async () => {
  const world = await streamWithChannel({ freshnessSeconds: 80_000 });
  await put(world, 'one');
  await world.clock.advance(10_000);
  await world.service.channels.update(scope, arnOf(world), { freshnessSeconds: 10 });
  await world.clock.advance(1_000);
  expect(await lines()).toEqual(['one']);
});

test('a name that is taken, a stream that is not on demand or not there and a bad freshness are refused', async () => {
  const { service } = await streamWithChannel();
  await service.createStream(scope, { name: 'provisioned', shardCount: 1 });
  const create = (name: string, wanted: Wanted) => service.channels.create({ scope, name }, channel(wanted));
  await expect(create('none', {})).rejects.toEqual(
    fault('ResourceNotFoundException', 'Stream none under account 000000000000 not found.'),
  );
  await expect(create('provisioned', { name: 'd' })).rejects.toEqual(
    fault('InvalidArgumentException', /provisioned under account 000000000000 is not in On-Demand mode/),
  );
  await expect(create('s', {})).rejects.toEqual(
    fault('ResourceInUseException', 'Channel c under account 000000000000 already exists.'),
  );
  await expect(create('s', { name: 'd', freshnessSeconds: 0 })).rejects.toEqual(
    fault('InvalidArgumentException', 'DataFreshnessInSeconds 0 is not between 1 and 86400.'),
  );
});

test('a channel is CREATING and delivers nothing until its time', async () => {
  const world = await open({ settings: { transitionMs: 5_000 } });
  const { service, clock } = world;
  await service.createStream(scope, { name: 's', mode: 'ON_DEMAND' });
  await clock.advance(5_000);
  const made = await service.channels.create(caller, channel({ freshnessSeconds: 1 }));
  await put(world, 'one');
  await clock.advance(4_000);
  expect([channelStatus(made.channel, service.now()), await filesIn()]).toEqual(['CREATING', {}]);
  await clock.advance(2_000);
  expect([channelStatus(made.channel, service.now()), await lines()]).toEqual(['ACTIVE', ['one']]);
});
