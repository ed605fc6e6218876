/** Counters of one stream: of its shards, of who reads it, and of its partition keys. */
import type { RegisteredConsumer } from '../model/consumer.ts';
import type { PutRun } from '../model/delivery.ts';
import { METRICS_READER_CHARS_MAX, METRICS_READERS_MAX } from '../model/limits.ts';
import { payloadBytes } from '../model/record-batch.ts';
import type { Shard } from '../model/shard.ts';
import type { Stream } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import { RecentMax } from '../runtime/counters.ts';
import type { PutNotice, ReaderIdentity, ReadNotice } from '../service/events.ts';
import { KeySketch } from './metrics-keys.ts';
import { Sample } from './metrics-sample.ts';
import { bytesOf, Flow, Heat, recordsIn } from './metrics-shard.ts';

/** The service's time, and the monotonic clock's, by which windows and fading go. */
export interface Now {
  readonly nowMs: EpochMs;
  readonly atMs: number;
}

export class ShardCounters extends Flow {
  /** Absent before the first record that has a hash key and was looked at. */
  heat: Heat | undefined;
}

/** Who gets records: a registered consumer, or a reader by GetRecords. */
class TakerCounters {
  recordsOut = 0;
  bytesOut = 0;
  readonly lag = new RecentMax();
}

class ConsumerCounters extends TakerCounters {
  /** Open now. */
  subscriptions = 0;
}

export class ReaderCounters extends TakerCounters {
  readonly id: string;
  readonly address: string;
  readonly agent: string;
  reads = 0;
  /** On the monotonic clock, and the service's time. */
  seenMs = 0;
  lastReadMs: EpochMs = 0;

  constructor(id: string, { address, agent }: ReaderIdentity) {
    super();
    this.id = id;
    this.address = address;
    this.agent = agent.slice(0, METRICS_READER_CHARS_MAX);
  }
}

/** Of a put with more records only a sample heats its shards. */
const HEAT_WHOLE_MAX = 64;

/** A reader that was not seen for so long is not listed any more. */
const READER_LIFE_MS = 60_000;

export class StreamCounters {
  readonly flow = new Flow();
  readonly shards = new Map<number, ShardCounters>();
  /** By name and creation second. */
  readonly consumers = new Map<string, ConsumerCounters>();
  /** By who they are, the one seen longest ago first. */
  readonly #readers = new Map<string, ReaderCounters>();
  #readersSeen = 0;
  #keys: KeySketch | undefined;
  readonly #heatSample = new Sample(HEAT_WHOLE_MAX);

  /** Returns the indexes of shards that refused records because they came too soon. */
  put(stream: Stream, notice: PutNotice, atMs: number): readonly number[] {
    const refusing: number[] = [];
    this.#keys ??= new KeySketch(atMs);
    this.#keys.fade(atMs);
    for (const run of notice.runs) {
      const { index } = run.shard;
      const counters = this.shard(index);
      if (!('code' in run.result)) {
        this.#took(counters, run, notice);
        this.#warm(stream, run, { counters, notice, atMs });
        this.#keys.take(notice.batch, run.picks, index);
      } else if (run.result.code === 'ProvisionedThroughputExceededException') {
        counters.throttledRecords += run.picks.length;
        this.flow.throttledRecords += run.picks.length;
        refusing.push(index);
      }
    }
    return refusing;
  }

  /** Of a thousand shards each has its heat elsewhere in memory: to look at all records of a large put costs as much as to copy them. */
  #warm(
    stream: Stream,
    { shard: { index }, picks }: PutRun,
    { counters, notice, atMs }: { readonly counters: ShardCounters; readonly notice: PutNotice; readonly atMs: number },
  ): void {
    const { batch, hashWords } = notice;
    if (hashWords === undefined) return;
    const stride = this.#heatSample.stride(batch.count);
    const first = this.#heatSample.first(stride);
    if (first >= picks.length) return;
    if (counters.heat === undefined) {
      const range = stream.shards.find((shard) => shard.index === index)?.range;
      counters.heat = range && new Heat(range, atMs);
    }
    counters.heat?.fade(atMs);
    for (let k = first; k < picks.length; k += stride) {
      const i = picks[k]!;
      counters.heat?.add(hashWords[i]!, payloadBytes(batch, i) * stride);
    }
  }

  #took(counters: ShardCounters, { picks }: PutRun, { batch }: PutNotice): void {
    let total = 0;
    for (let k = 0; k < picks.length; k++) total += payloadBytes(batch, picks[k]!);
    counters.recordsIn += picks.length;
    counters.bytesIn += total;
    this.flow.recordsIn += picks.length;
    this.flow.bytesIn += total;
  }

  read(read: ReadNotice, reader: ReaderIdentity | undefined, { nowMs, atMs }: Now): void {
    const [records, bytes] = this.#gave(read, atMs);
    this.shard(read.shard.index).reads += 1;
    this.flow.reads += 1;
    if (reader === undefined) return;
    const counters = this.#reader(reader);
    counters.reads += 1;
    counters.seenMs = atMs;
    counters.lastReadMs = nowMs;
    countTaken(counters, { records, bytes, lagMs: read.lagMs, atMs });
  }

  pushed(read: ReadNotice, consumer: RegisteredConsumer, atMs: number): void {
    const [records, bytes] = this.#gave(read, atMs);
    countTaken(this.consumer(consumer), { records, bytes, lagMs: read.lagMs, atMs });
  }

  readThrottled({ index }: Shard): void {
    this.shard(index).throttledReads += 1;
    this.flow.throttledReads += 1;
  }

  #gave({ shard, blocks, lagMs }: ReadNotice, atMs: number): readonly [number, number] {
    const records = recordsIn(blocks);
    const bytes = bytesOf(blocks);
    for (const flow of [this.shard(shard.index), this.flow]) {
      flow.recordsOut += records;
      flow.bytesOut += bytes;
      flow.lag.see(lagMs, atMs);
    }
    return [records, bytes];
  }

  shard(index: number): ShardCounters {
    let counters = this.shards.get(index);
    if (counters === undefined) {
      counters = new ShardCounters();
      this.shards.set(index, counters);
    }
    return counters;
  }

  consumer(consumer: RegisteredConsumer): ConsumerCounters {
    const id = consumerId(consumer);
    let counters = this.consumers.get(id);
    if (counters === undefined) {
      counters = new ConsumerCounters();
      this.consumers.set(id, counters);
    }
    return counters;
  }

  #reader(reader: ReaderIdentity): ReaderCounters {
    const name = `${reader.address} ${reader.agent.slice(0, METRICS_READER_CHARS_MAX)}`;
    const known = this.#readers.get(name);
    if (known === undefined && this.#readers.size >= METRICS_READERS_MAX) {
      const [eldest] = this.#readers.keys();
      this.#readers.delete(eldest!);
    }
    if (known === undefined) this.#readersSeen += 1;
    else this.#readers.delete(name);
    const counters = known ?? new ReaderCounters(String(this.#readersSeen), reader);
    this.#readers.set(name, counters);
    return counters;
  }

  /** Those seen lately. */
  readers(atMs: number): readonly ReaderCounters[] {
    for (const [name, { seenMs }] of this.#readers) if (atMs - seenMs > READER_LIFE_MS) this.#readers.delete(name);
    return [...this.#readers.values()];
  }

  hottestKeys(atMs: number): ReturnType<KeySketch['hottest']> {
    this.#keys?.fade(atMs);
    return this.#keys?.hottest() ?? [];
  }
}

/** As the ARN of a registered consumer ends. */
export function consumerId({ name, creationSeconds }: RegisteredConsumer): string {
  return `${name}:${creationSeconds}`;
}

interface Taken {
  readonly records: number;
  readonly bytes: number;
  readonly lagMs: number;
  readonly atMs: number;
}

function countTaken(counters: TakerCounters, { records, bytes, lagMs, atMs }: Taken): void {
  counters.recordsOut += records;
  counters.bytesOut += bytes;
  counters.lag.see(lagMs, atMs);
}
