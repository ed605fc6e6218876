/** A service on a clock that moves by hand, over the memory store, and what a producer and a consumer do with it. */
import type { PutOutcome, ReadPage, ReadRecords } from '../../../src/model/delivery.ts';
import { GET_RECORDS_MAX } from '../../../src/model/limits.ts';
import { encodeBatch, offsetIn, type RecordInput, recordAt } from '../../../src/model/record-batch.ts';
import { sequenceNumber } from '../../../src/model/sequence-number.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { type ServiceEvents, toAll } from '../../../src/service/events.ts';
import { type Journal, memoryJournal } from '../../../src/service/journal.ts';
import type { ServiceOptions, ServiceSettings } from '../../../src/service/parts.ts';
import type { IteratorRequest } from '../../../src/service/reading.ts';
import { StreamService } from '../../../src/service/service.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

export const scope = { account: '000000000000', region: 'us-east-1' };

export interface World {
  readonly service: StreamService;
  readonly clock: SimClock;
  readonly store: Store;
  readonly journal: Journal;
}

export interface WorldOptions {
  readonly clock?: SimClock;
  readonly store?: (clock: SimClock) => Store;
  readonly journal?: Journal;
  readonly events?: Partial<ServiceEvents>;
  readonly settings?: Partial<ServiceSettings>;
  readonly delivery?: ServiceOptions['delivery'];
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock ?? new SimClock();
  // Offsets with holes, so that nothing in the service may count on their absence.
  const store = options.store?.(clock) ?? openMemoryStore({ clock, gap: (n) => n % 3 });
  const journal = options.journal ?? memoryJournal();
  const settings = { transitionMs: 0, shardsMax: 100, sharedNamespace: true, strictLimits: false, ...options.settings };
  const events = toAll(options.events === undefined ? [] : [options.events]);
  const { delivery } = options;
  const service = await StreamService.open({
    ...{ store, journal, clock, random: seededRandom(1), events, settings, delivery },
  });
  return { service, clock, store, journal };
}

export const bytes = (text: string) => new TextEncoder().encode(text);

/** Puts records of these partition keys, each with its key as data. */
export function putKeys(world: World, keys: readonly string[], name = 's'): Promise<PutOutcome> {
  return putRecords(
    world,
    keys.map((partitionKey) => ({ partitionKey, data: bytes(partitionKey) })),
    name,
  );
}

export function putRecords(world: World, records: readonly RecordInput[], name = 's'): Promise<PutOutcome> {
  return world.service.put(scope, name, encodeBatch(records));
}

export interface SeenRecord {
  readonly data: string;
  readonly sequenceNumber: string;
  readonly arrivalMs: number;
}

export function recordsOf(page: ReadRecords): SeenRecord[] {
  return page.blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => ({
      data: new TextDecoder().decode(recordAt(block, i).data),
      sequenceNumber: sequenceNumber(page.shard, offsetIn(block.first, i), block.arrivalMs),
      arrivalMs: block.arrivalMs,
    })),
  );
}

/** The sequence numbers of a put, in the order of the request. */
export function numbersOf(outcome: PutOutcome): string[] {
  const numbers: string[] = [];
  for (const { shard, picks, result } of outcome.runs) {
    if ('code' in result) continue;
    for (const [i, pick] of picks.entries()) {
      numbers[pick] = sequenceNumber(shard, offsetIn(result.first, i), result.arrivalMs);
    }
  }
  return numbers;
}

export interface Drained {
  readonly records: readonly SeenRecord[];
  /** The last page: at the tip, or at the end of a closed shard. */
  readonly last: ReadPage;
}

/** Reads a shard until a page is empty or the shard ends. */
export async function drain(world: World, request: IteratorRequest, name = 's'): Promise<Drained> {
  const records: SeenRecord[] = [];
  let iterator: string | undefined = await world.service.getShardIterator(scope, name, request);
  for (;;) {
    const last: ReadPage = await world.service.getRecords(scope, { iterator, limit: GET_RECORDS_MAX });
    records.push(...recordsOf(last));
    iterator = last.nextIterator;
    if (iterator === undefined || last.blocks.length === 0) return { records, last };
  }
}

export const fromHorizon = (shardId: string): IteratorRequest => ({ shardId, type: 'TRIM_HORIZON' });
