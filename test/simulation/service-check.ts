/** Starting on what a cut left, and what has to hold then. */
import { encodeBatch } from '../../src/model/record-batch.ts';
import { HOUR_MS } from '../../src/model/time.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { openJournal } from '../../src/service/disk-journal.ts';
import type { Journal } from '../../src/service/journal.ts';
import type { DurabilityMode } from '../../src/store/segmented/lane-options.ts';
import { openSegmentedStore } from '../../src/store/segmented/segmented-store.ts';
import type { Store } from '../../src/store/store.ts';
import { coversAll } from '../unit/model/cover.ts';
import { bytes, numbersOf, openWorld, recordsOf, scope, type World } from '../unit/service/world.ts';
import { type Cut, catalogText, type Known, type Retention, type ServiceModel } from './service-model.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimDisk } from './sim-disk.ts';

export interface Settings {
  readonly durability: DurabilityMode;
  readonly segmentBytesMax: number;
  readonly hotTailBytesMax: number;
  readonly keys: readonly Uint8Array[] | undefined;
}

export const LOG_BYTES_MAX = 2_500;

export interface Opening {
  readonly disk: SimDisk;
  readonly clock: SimClock;
  readonly logger: Logger;
  readonly settings: Settings;
}

export function openSimJournal({ disk, logger }: Opening): Promise<Journal> {
  return openJournal({ disk, logger, directory: '/data/meta', logBytesMax: LOG_BYTES_MAX });
}

export function openSimStore({ disk, clock, logger, settings }: Opening): Promise<Store> {
  const place = {
    disk,
    clock,
    logger,
    directory: '/data',
    random: seededRandom(2),
    freeBytesMin: 0,
    secondCommitBytesMin: 0,
  };
  return openSegmentedStore({ ...place, ...settings });
}

/** What a check of a cut found to be there, and the service that showed it. */
export interface Checked {
  readonly world: World;
  readonly found: readonly Known[];
}

/** Starts on the disk of a cut. @throws when anything is not as it has to be. */
export async function checkCut(model: ServiceModel, cut: Cut, opening: Opening): Promise<Checked> {
  const journal = await openSimJournal(opening);
  const before = catalogText(journal.catalog);
  const isOneOfThem = cut.catalogs.length === 0 || cut.catalogs.some((catalog) => catalogText(catalog) === before);
  if (!isOneOfThem) throw new Error(`the catalog is none of the ${cut.catalogs.length} that it may be`);
  const store = await openSimStore(opening);
  const world = await openWorld({ clock: opening.clock, journal, store: () => store });
  const found: Known[] = [];
  for (const stream of world.service.streams(scope)) {
    const shards = world.service.listShards(scope, stream.name);
    const open = shards.filter(({ closedMs }) => closedMs === undefined);
    if (!coversAll(open.map(({ range }) => range))) throw new Error(`the open shards of ${stream.name} leave a gap`);
    for (const shard of shards) found.push(...(await readShard(world, stream, shard)));
  }
  checkFound(model, cut, { found, opening });
  checkLineage(world, found);
  checkTimes(cut, { world, found });
  await probe(model, cut, { world, found });
  return { world, found };
}

async function readShard(
  world: World,
  stream: { readonly id: number; readonly name: string },
  shard: { readonly key: number; readonly index: number },
): Promise<Known[]> {
  const iterator = await world.service.getShardIterator(scope, stream.name, {
    shardId: String(shard.index),
    type: 'TRIM_HORIZON',
  });
  const page = await world.service.getRecords(scope, { iterator, limit: 10_000 });
  return recordsOf(page).map(({ data, sequenceNumber, arrivalMs }) => {
    return { stream: stream.id, shard: shard.key, text: data, number: BigInt(sequenceNumber), arrivalMs };
  });
}

interface Found {
  readonly found: readonly Known[];
  readonly opening: Opening;
}

/** Once, in order, nothing that nobody wrote; all that was known, or under a weaker promise all up to some record. */
function checkFound(model: ServiceModel, cut: Cut, { found, opening }: Found): void {
  const texts = new Set<string>();
  const numbers = new Set<string>();
  let last: Known | undefined;
  for (const record of found) {
    if (texts.has(record.text)) throw new Error(`"${record.text}" is there twice`);
    texts.add(record.text);
    numbers.add(`${record.shard} ${record.number}`);
    if (last?.shard === record.shard && last.number >= record.number) throw new Error(`${record.text} is out of order`);
    last = record;
    if (!(Number.parseInt(record.text, 10) < cut.asked)) throw new Error(`nobody wrote "${record.text}"`);
    const told = model.told.get(`${record.stream} ${record.number}`);
    if (told !== undefined && told.toldAt < cut.told && told.text !== record.text) {
      throw new Error(`number ${record.number} was given to "${told.text}" and to "${record.text}"`);
    }
  }
  const mayLose = !cut.isKill && opening.settings.durability !== 'always';
  const streams = new Set(found.map(({ stream }) => stream));
  const ended = new Set<number>();
  const known = cut.known.slice(0, cut.knownCount);
  if (mayLose) known.sort((a, b) => (a.number < b.number ? -1 : 1));
  for (const record of known) {
    const isFound = numbers.has(`${record.shard} ${record.number}`);
    if (isFound && ended.has(record.shard)) throw new Error(`"${record.text}" is there, and one before it is lost`);
    if (isFound || !isRequired(cut, record) || !streamLives(cut, record, streams)) continue;
    if (!mayLose) throw new Error(`"${record.text}" is lost`);
    ended.add(record.shard);
  }
}

/** Streams that every possible catalog names. */
function streamLives(cut: Cut, { stream }: Known, found: ReadonlySet<number>): boolean {
  if (found.has(stream)) return true;
  return cut.catalogs.every(({ streams }) => streams.has(stream) && streams.get(stream)!.status !== 'DELETING');
}

function isRequired(cut: Cut, { stream, arrivalMs }: Known): boolean {
  const { hoursMin, sureFrom } = retentionAt(cut, stream);
  return arrivalMs >= Math.max(sureFrom, cut.nowMs - hoursMin * HOUR_MS);
}

function retentionAt(cut: Cut, stream: number): Retention {
  return cut.retention.get(stream) ?? { hoursMin: 24, hoursMax: 24, goneBefore: 0, sureFrom: 0 };
}

/** What has gone by retention does not come back. */
function checkTimes(cut: Cut, { found }: Checked): void {
  for (const record of found) {
    const { goneBefore, hoursMax } = retentionAt(cut, record.stream);
    if (record.arrivalMs < Math.max(goneBefore, cut.nowMs - hoursMax * HOUR_MS)) {
      throw new Error(`"${record.text}" had gone and is there again`);
    }
  }
}

/** Children begin after their parents have ended. */
function checkLineage(world: World, found: readonly Known[]): void {
  const [first, last] = [new Map<number, bigint>(), new Map<number, bigint>()];
  for (const { shard, number } of found) {
    if (!first.has(shard)) first.set(shard, number);
    last.set(shard, number);
  }
  for (const { name } of world.service.streams(scope)) {
    const shards = world.service.listShards(scope, name);
    for (const shard of shards) {
      for (const parent of shards.filter(({ index }) => shard.parents.includes(index))) {
        const [end, begin] = [last.get(parent.key), first.get(shard.key)];
        if (parent.closedMs === undefined) throw new Error(`shard ${shard.index} has a parent that is open`);
        if (end !== undefined && begin !== undefined && begin <= end)
          throw new Error(`a child of ${parent.index} begins before its end`);
      }
    }
  }
}

/** One record to each open shard: every one is taken, under a number above all that were told. */
async function probe(model: ServiceModel, cut: Cut, { world, found }: Checked): Promise<void> {
  const highest = new Map<number, bigint>();
  for (const { shard, number } of [...cut.known.slice(0, cut.knownCount), ...found]) {
    if (number > (highest.get(shard) ?? -1n)) highest.set(shard, number);
  }
  for (const { id, name } of world.service.streams(scope)) {
    const open = world.service.listShards(scope, name, { filter: { type: 'AT_LATEST' } });
    const records = open.map(({ range }) => ({ partitionKey: 'p', explicitHash: range.start, data: bytes('probe') }));
    const outcome = await world.service.put(scope, name, encodeBatch(records));
    for (const [i, text] of numbersOf(outcome).entries()) {
      const number = text === undefined ? -1n : BigInt(text);
      if (number <= (highest.get(open[i]!.key) ?? -1n)) throw new Error(`shard ${open[i]!.index} goes on at ${number}`);
      const told = model.told.get(`${id} ${number}`);
      if (told !== undefined && told.toldAt < cut.told) throw new Error(`number ${number} is given again`);
    }
    if (numbersOf(outcome).length !== open.length) throw new Error(`a shard of ${name} takes no records`);
  }
}
