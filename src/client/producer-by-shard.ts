/**
 * A producer that knows the stream's shards, as the Kinesis Producer Library is one: records for the same shard share a
 * KPL aggregate, and each shard gets no more than a share of what it can take. An aggregate that lands in another shard
 * than was meant, because shards were split or merged meanwhile, is sent again in the parts that its readers would drop.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/kinesis-kpl-concepts.html
 */
import { PRODUCER_QUEUE_BYTES_MAX, PRODUCER_QUEUE_RECORDS_MAX } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import { deaggregate, KplAggregate, type KplRecord } from '../wire/kpl.ts';
import type { Producer } from './producer.ts';
import type { BatchResult, ProducerRecord, RecordSpan } from './producer-batch.ts';
import { hashDecimal, hashHex, type ShardMap } from './shard-map.ts';
import { ShardPace } from './shard-pace.ts';

export interface ByShardOptions {
  readonly producer: Producer;
  readonly clock: Clock;
  readonly shards: ShardMap;
  /** Reads the shards again. */
  readonly readShards: () => Promise<ShardMap>;
  /** Records in one aggregate, at most; 1 aggregates nothing. */
  readonly recordsMax: number;
  /** Bytes of one aggregate, at most, unless a single record is longer. */
  readonly bytesMax: number;
  /** How long an aggregate waits for more records. */
  readonly lingerMs: number;
  /** What a shard gets of what it takes: 1.5 is half more than that. undefined: as much as there is. */
  readonly shardShare: number | undefined;
  /** The key of a record that has none. */
  readonly randomKey: () => string;
  /** Records of the user's that were written where nobody would read them, and are sent again. */
  readonly onAgain: (records: number, bytes: number) => void;
}

/** Between two looks at shards that are at their limit; the KPL's. */
const DRAIN_MS = 25;
/** The partition key of an aggregate, as the KPL writes it: the hash key decides. */
const AGGREGATE_KEY = 'a';

/** One shard's records on their way to the producer. */
interface Lane {
  open: KplAggregate;
  readonly waiting: ProducerRecord[];
  pace: ShardPace | undefined;
}

export class ByShardProducer {
  readonly #options: ByShardOptions;
  #shards: ShardMap;
  #lanes: Lane[] = [];
  #openRecords = 0;
  #waitingBytes = 0;
  #waitingRecords = 0;
  #ticking = false;
  #lingering = false;
  readonly #strays: { readonly shardId: string; readonly records: readonly KplRecord[] }[] = [];
  #rerouting: Promise<void> | undefined;
  #error: unknown;

  constructor(options: ByShardOptions) {
    this.#options = options;
    this.#shards = options.shards;
    this.#makeLanes();
  }

  /** As Producer's. */
  add({ bytes, start, end }: RecordSpan, partitionKey: string | undefined, explicitHashKey?: string | undefined): void {
    if (this.#error !== undefined) throw this.#error;
    this.#route({
      partitionKey: partitionKey ?? this.#options.randomKey(),
      ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
      data: bytes.slice(start, end),
    });
  }

  /** Records, or aggregates of them, that have no result yet. */
  get held(): number {
    return this.#options.producer.held + this.#waitingRecords + this.#openRecords;
  }

  room(): Promise<void> | undefined {
    const isFull = () =>
      this.#waitingRecords >= PRODUCER_QUEUE_RECORDS_MAX || this.#waitingBytes >= PRODUCER_QUEUE_BYTES_MAX;
    if (!isFull()) return this.#options.producer.room();
    return this.#until(() => !isFull());
  }

  async flush(): Promise<void> {
    const { producer } = this.#options;
    do {
      await this.#rerouting;
      this.#closeAll();
      await this.#until(() => this.#waitingRecords === 0);
      await producer.flush();
    } while (this.#strays.length > 0 || this.#openRecords > 0 || this.#waitingRecords > 0);
  }

  /** As Producer's; shards get what they take. */
  hurry(): void {
    for (const lane of this.#lanes) lane.pace = undefined;
    this.#options.producer.hurry();
  }

  /** As Producer's. */
  giveUp(reason: Error): void {
    this.#error ??= reason;
    this.#options.producer.giveUp(reason);
  }

  unsent(): readonly ProducerRecord[] {
    const open = this.#lanes.filter(({ open }) => open.records.length > 0).map(({ open }) => carrierOf(open));
    return [...this.#options.producer.unsent(), ...this.#lanes.flatMap(({ waiting }) => waiting), ...open];
  }

  /** To be called with every result of the producer's: finds what landed in another shard than was meant. */
  onResult(result: BatchResult): void {
    for (let i = 0; i < result.request.count; i++) {
      const place = result.placeOf(i);
      if (place === undefined) continue;
      const { partitionKey, explicitHashKey, data } = result.request.entry(i);
      const meant = this.#shards.open[this.#shards.find(hashHex(partitionKey, explicitHashKey))];
      if (meant?.shardId === place.shardId) continue;
      this.#strays.push({ shardId: place.shardId, records: deaggregate(data) ?? [] });
      this.#rerouting ??= this.#reroute();
    }
  }

  /** Reads the shards anew, deals out again what is not sent, and sends again what readers of the shard would drop. */
  async #reroute(): Promise<void> {
    try {
      this.#shards = await this.#options.readShards();
      const lanes = this.#lanes;
      this.#makeLanes();
      for (const { open, waiting } of lanes) {
        for (const record of waiting) for (const one of deaggregate(record.data) ?? [record]) this.#route(one);
        for (const record of open.records) this.#route(record);
      }
      for (const { shardId, records } of this.#strays.splice(0)) {
        const lost = records.filter(
          ({ partitionKey, explicitHashKey }) => !this.#shards.holds(shardId, hashHex(partitionKey, explicitHashKey)),
        );
        if (lost.length === 0) continue;
        this.#options.onAgain(
          lost.length,
          lost.reduce((sum, { data }) => sum + data.length, 0),
        );
        for (const record of lost) this.#route(record);
      }
    } catch (error) {
      this.#error ??= error;
    } finally {
      this.#rerouting = undefined;
    }
  }

  #makeLanes(): void {
    const { shardShare, clock } = this.#options;
    this.#openRecords = 0;
    this.#waitingBytes = 0;
    this.#waitingRecords = 0;
    this.#lanes = this.#shards.open.map(() => ({
      open: new KplAggregate(),
      waiting: [],
      pace: shardShare === undefined ? undefined : new ShardPace(shardShare, clock),
    }));
  }

  #route(record: KplRecord): void {
    const { recordsMax, bytesMax } = this.#options;
    const lane = this.#lanes[this.#shards.find(hashHex(record.partitionKey, record.explicitHashKey))]!;
    if (lane.open.records.length > 0 && lane.open.bytesWith(record) > bytesMax) this.#close(lane);
    lane.open.add(record);
    this.#openRecords++;
    if (lane.open.records.length >= recordsMax || lane.open.bytes >= bytesMax) this.#close(lane);
    else this.#linger();
  }

  #close(lane: Lane): void {
    const carrier = carrierOf(lane.open);
    this.#openRecords -= lane.open.records.length;
    lane.open = new KplAggregate();
    lane.waiting.push(carrier);
    this.#waitingRecords++;
    this.#waitingBytes += carrier.data.length;
    this.#drain();
  }

  #closeAll(): void {
    for (const lane of this.#lanes) if (lane.open.records.length > 0) this.#close(lane);
  }

  #linger(): void {
    if (this.#lingering) return;
    this.#lingering = true;
    void this.#options.clock.sleep(this.#options.lingerMs).then(() => {
      this.#lingering = false;
      this.#closeAll();
    });
  }

  /** Hands over what the shards' limits allow; what is left is looked at again by itself. */
  #drain(): void {
    const { producer, clock } = this.#options;
    try {
      for (const { waiting, pace } of this.#lanes) {
        while (waiting.length > 0 && (pace === undefined || pace.take(waiting[0]!.data.length))) {
          const { data, partitionKey, explicitHashKey } = waiting[0]!;
          producer.add({ bytes: data, start: 0, end: data.length }, partitionKey, explicitHashKey);
          waiting.shift();
          this.#waitingRecords--;
          this.#waitingBytes -= data.length;
        }
      }
    } catch (error) {
      this.#error ??= error;
    }
    if (this.#waitingRecords === 0 || this.#ticking || this.#error !== undefined) return;
    this.#ticking = true;
    void clock.sleep(DRAIN_MS).then(() => {
      this.#ticking = false;
      this.#drain();
    });
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done() && this.#error === undefined) await this.#options.clock.sleep(DRAIN_MS);
    if (this.#error !== undefined) throw this.#error;
  }
}

/** The records of the user's that a record of the stream carries, if it is an aggregate. */
export function carriedRecords({ data }: ProducerRecord): readonly ProducerRecord[] | undefined {
  return deaggregate(data);
}

/** The record of the stream that carries an aggregate; a single record goes as it is. */
function carrierOf(aggregate: KplAggregate): ProducerRecord {
  const first = aggregate.records[0]!;
  if (aggregate.records.length === 1) return first;
  const explicitHashKey = hashDecimal(hashHex(first.partitionKey, first.explicitHashKey));
  return { partitionKey: AGGREGATE_KEY, explicitHashKey, data: aggregate.encode() };
}
