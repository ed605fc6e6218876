/** Counts what the service, the port and the disk tell, for frames and for Prometheus. */
import type { Catalog, CatalogEvent } from '../model/catalog.ts';
import { LATENCY_BOUNDS_MS } from '../model/latency.ts';
import type { MetricsEventKind, MetricsHealth } from '../model/metrics-frame.ts';
import type { Stream } from '../model/stream.ts';
import type { Clock } from '../runtime/clock.ts';
import { Histogram } from '../runtime/histogram.ts';
import type { DiskMeter } from '../runtime/metered-disk.ts';
import type { PutNotice, ServiceEvents, SubscriberNotice } from '../service/events.ts';
import { EventLog, Spells } from './metrics-events.ts';
import { OperationMeter } from './metrics-operations.ts';
import { StreamCounters } from './metrics-stream.ts';

export interface MetricsOptions {
  /** `now`: the service's time, by which events are dated. `monotonic`: the machine's, whatever --test-clock says. */
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** As it is now. */
  readonly catalog: () => Catalog;
}

/** A spell of throttling, or a consumer, is over when it gave no sign for so long. */
const SPELL_QUIET_MS = 10_000;

export class Metrics {
  readonly #options: MetricsOptions;
  readonly #streams = new Map<number, StreamCounters>();
  readonly #spells = new Spells(SPELL_QUIET_MS);
  #health: MetricsHealth['state'] = 'ok';
  readonly startedAtMs: number;
  readonly #startedMs: number;
  readonly eventLog: EventLog;
  readonly operations: OperationMeter;
  /** Of appends and of syncs. */
  readonly commits = new Histogram(LATENCY_BOUNDS_MS);
  readonly syncs = new Histogram(LATENCY_BOUNDS_MS);
  writtenBytes = 0;
  readBytes = 0;
  /** Open now. */
  subscriptions = 0;

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.startedAtMs = options.clock.now();
    this.#startedMs = options.clock.monotonic();
    this.eventLog = new EventLog(options);
    this.operations = new OperationMeter(options.clock);
    this.eventLog.add({ kind: 'daemonStarted' });
  }

  /** Milliseconds of the monotonic clock, by which windows and fading go. */
  nowMs(): number {
    return this.#options.clock.monotonic();
  }

  uptimeMs(): number {
    return Math.round(this.nowMs() - this.#startedMs);
  }

  /** Counters of a stream; new ones when nothing was counted yet. */
  stream(id: number): StreamCounters {
    let counters = this.#streams.get(id);
    if (counters === undefined) {
      counters = new StreamCounters();
      this.#streams.set(id, counters);
    }
    return counters;
  }

  /** To be told by the service. */
  readonly events: Partial<ServiceEvents> = {
    recordsPut: (stream, put) => this.#put(stream, put),
    recordsRead: (stream, read, reader) =>
      this.stream(stream.id).read(read, reader, { nowMs: this.#options.clock.now(), atMs: this.nowMs() }),
    readThrottled: (stream, shard) => {
      this.stream(stream.id).readThrottled(shard);
      this.#throttled(stream, shard.index);
    },
    recordsPushed: (stream, read, consumer) => this.stream(stream.id).pushed(read, consumer, this.nowMs()),
    subscriptionStarted: (stream, subscriber) => this.#subscribed(stream, subscriber, 1),
    subscriptionEnded: (stream, subscriber) => this.#subscribed(stream, subscriber, -1),
    catalogChanged: (event) => this.#changed(event),
  };

  /** To be told by the disk. */
  readonly disk: DiskMeter = {
    written: (bytes) => {
      this.writtenBytes += bytes;
    },
    read: (bytes) => {
      this.readBytes += bytes;
    },
    synced: (ms) => this.syncs.record(ms),
  };

  /** To be called about once a second: tells what has ended, and forgets what has gone. */
  look(health: MetricsHealth): void {
    const atMs = this.nowMs();
    const { streams } = this.#options.catalog();
    for (const [id, counters] of this.#streams) {
      const stream = streams.get(id);
      if (stream === undefined) this.#streams.delete(id);
      else this.#signConsumers(stream, counters, atMs);
    }
    for (const told of this.#spells.ended(atMs)) this.eventLog.add(told);
    if (health.state === this.#health) return;
    this.#health = health.state;
    this.eventLog.add({
      kind: 'healthChanged',
      detail: [health.state, health.reason].filter((text) => text !== undefined).join(': '),
    });
  }

  #put(stream: Stream, put: PutNotice): void {
    if (put.waitMs !== undefined) this.commits.record(put.waitMs);
    for (const shard of this.stream(stream.id).put(stream, put, this.nowMs())) this.#throttled(stream, shard);
  }

  #throttled({ id, name: stream }: Stream, shard: number): void {
    const told = (kind: MetricsEventKind) => ({ kind, stream, shards: [shard] });
    const begins = this.#spells.sign(`throttled ${id} ${shard}`, this.nowMs(), () => told('throttlingEnded'));
    if (begins) this.eventLog.add(told('throttlingBegan'));
  }

  #subscribed(stream: Stream, { consumer }: SubscriberNotice, change: 1 | -1): void {
    const counters = this.stream(stream.id);
    counters.consumer(consumer).subscriptions += change;
    this.subscriptions += change;
    this.#signConsumers(stream, counters, this.nowMs());
  }

  /** Subscriptions end and begin anew every five minutes: what is told is the consumer behind them. */
  #signConsumers({ id, name: stream }: Stream, { consumers }: StreamCounters, atMs: number): void {
    for (const [consumerId, { subscriptions }] of consumers) {
      if (subscriptions === 0) continue;
      const consumer = consumerId.slice(0, consumerId.lastIndexOf(':'));
      const told = (kind: MetricsEventKind) => ({ kind, stream, consumer });
      const begins = this.#spells.sign(`subscribed ${id} ${consumerId}`, atMs, () => told('subscriptionEnded'));
      if (begins) this.eventLog.add(told('subscriptionStarted'));
    }
  }

  #changed(event: CatalogEvent): void {
    this.eventLog.catalogChanged(event);
    if (event.kind === 'streamDeleted') this.#streams.delete(event.id);
    if (event.kind !== 'retentionSwept') return;
    for (const { id, expired } of event.streams) {
      for (const index of expired) this.#streams.get(id)?.shards.delete(index);
    }
  }
}
