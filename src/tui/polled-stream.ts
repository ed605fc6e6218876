/** One stream watched by ListShards and GetRecords: for AWS and any other server that tells no metrics. */
import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import { isThrottle } from '../client/retry.ts';
import { POLLING_LIST_MS, POLLING_READS_PER_SECOND, POLLING_SHARDS_MAX } from '../model/limits.ts';
import type { ShardMetrics, StreamMetrics } from '../model/metrics-frame.ts';
import { describeStreamSummary } from '../operations/kinesis/describe-stream.ts';
import { getRecords } from '../operations/kinesis/get-records.ts';
import { getShardIterator } from '../operations/kinesis/get-shard-iterator.ts';
import { listShards } from '../operations/kinesis/list-shards.ts';
import type { Output } from '../operations/operation.ts';
import type { Clock } from '../runtime/clock.ts';
import { KeyCounts } from './key-counts.ts';
import type { ReadRecord } from './peek-buffer.ts';
import { PolledShard, sizeOf } from './polled-shard.ts';

export interface PolledStreamOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly name: string;
  /** Calls of GetRecords a second and shard; 0 reads nothing. */
  readonly share: number;
  readonly onPage?: ((shardId: string, records: readonly ReadRecord[]) => void) | undefined;
}

/** A shard that was throttled is left alone for so long. */
const REST_MS = 5_000;
const AT_ONCE = 8;

type Summary = Output<typeof describeStreamSummary>['StreamDescriptionSummary'];

export class PolledStream {
  readonly #options: PolledStreamOptions;
  readonly #keys = new KeyCounts();
  #shards = new Map<string, PolledShard>();
  #summary: Summary | undefined;
  #listedAtMs = Number.NEGATIVE_INFINITY;
  /** Whose turn it is where not all can be read in a round. */
  #turn = 0;
  isLimited = false;

  constructor(options: PolledStreamOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Lists when it is time, and reads as many shards as `periodMs` allows. @throws what a listing fails with. */
  async round(periodMs: number): Promise<void> {
    const { clock, share } = this.#options;
    const now = clock.monotonic();
    const changes = this.#summary !== undefined && this.#summary.StreamStatus !== 'ACTIVE';
    if (now - this.#listedAtMs >= POLLING_LIST_MS || changes) await this.#list();
    if (share === 0) return;
    const due = [...this.#shards.values()].filter((shard) => shard.isOpen && shard.restsUntilMs <= now);
    const count = Math.min(due.length, Math.max(1, Math.floor((POLLING_READS_PER_SECOND * periodMs) / 1_000)));
    const picked = Array.from({ length: count }, (_, i) => due[(this.#turn + i) % due.length]!);
    this.#turn += count;
    this.isLimited = false;
    for (let i = 0; i < picked.length; i += AT_ONCE) {
      await Promise.all(picked.slice(i, i + AT_ONCE).map((shard) => this.#read(shard)));
    }
    this.#keys.fade(clock.monotonic());
    for (const shard of this.#shards.values()) shard.fade(clock.monotonic());
  }

  metrics(): StreamMetrics {
    const shards = [...this.#shards.values()];
    const figures: [string, ShardMetrics][] = shards.map((shard) => [String(shard.index), shard.metrics()]);
    const sum = (name: 'recordsIn' | 'bytesIn') => figures.reduce((total, [, one]) => total + one[name], 0);
    return {
      name: this.name,
      namespace: '',
      status: (this.#summary?.StreamStatus as StreamMetrics['status']) ?? 'ACTIVE',
      mode: this.#summary?.StreamModeDetails?.StreamMode ?? 'PROVISIONED',
      createdMs: this.#summary?.StreamCreationTimestamp ?? 0,
      retentionHours: this.#summary?.RetentionPeriodHours ?? 24,
      recordBytesMax: 0,
      encryption: this.#summary?.EncryptionType ?? 'NONE',
      openShards: shards.filter((shard) => shard.isOpen).length,
      closedShards: shards.filter((shard) => !shard.isOpen).length,
      recordsIn: sum('recordsIn'),
      bytesIn: sum('bytesIn'),
      throttledRecords: 0,
      reads: 0,
      throttledReads: 0,
      recordsOut: 0,
      bytesOut: 0,
      shards: Object.fromEntries(figures),
      consumers: {},
      readers: {},
      keys: this.#keys.heaviest(),
    };
  }

  async #list(): Promise<void> {
    const { client, signal, name, clock } = this.#options;
    const answer = await client.call(describeStreamSummary, { StreamName: name }, { signal });
    this.#summary = answer.StreamDescriptionSummary;
    const shards = new Map<string, PolledShard>();
    let token: string | undefined;
    do {
      const input = token === undefined ? { StreamName: name } : { NextToken: token };
      const page: Output<typeof listShards> = await client.call(listShards, input, { signal });
      for (const listed of page.Shards ?? []) {
        const shard = this.#shards.get(listed.ShardId) ?? new PolledShard(listed);
        shard.relist(listed);
        if (shards.size < POLLING_SHARDS_MAX) shards.set(listed.ShardId, shard);
      }
      token = page.NextToken;
    } while (token !== undefined);
    this.#shards = shards;
    this.#listedAtMs = clock.monotonic();
  }

  async #read(shard: PolledShard): Promise<void> {
    const { client, signal, name, clock, onPage } = this.#options;
    try {
      shard.iterator ??= await this.#iteratorOf(shard, name);
      const page = await client.call(getRecords, { ShardIterator: shard.iterator ?? '' }, { signal, attemptsMax: 1 });
      shard.take(page.Records, page.MillisBehindLatest);
      for (const record of page.Records) this.#keys.add(record.PartitionKey ?? '', shard.index, sizeOf(record));
      shard.iterator = page.NextShardIterator;
      if (page.NextShardIterator === undefined) this.#listedAtMs = Number.NEGATIVE_INFINITY;
      onPage?.(shard.id, page.Records);
    } catch (error) {
      if (signal.aborted) throw error;
      if (!(error instanceof ClientError)) throw error;
      // Others read this shard as fast as it allows: looking must not take their turns.
      if (isThrottle(error.code)) this.isLimited = true;
      else if (error.code !== 'ExpiredIteratorException' && error.code !== 'ResourceNotFoundException') throw error;
      shard.iterator = undefined;
      shard.restsUntilMs = clock.monotonic() + REST_MS;
    }
  }

  async #iteratorOf(shard: PolledShard, name: string): Promise<string | undefined> {
    const { client, signal } = this.#options;
    const start =
      shard.lastNumber === undefined
        ? { ShardIteratorType: 'LATEST' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: shard.lastNumber };
    const input = { StreamName: name, ShardId: shard.id, ...start };
    return (await client.call(getShardIterator, input, { signal })).ShardIterator;
  }
}
