/**
 * The running stream service: streams, shards and records for callers in a scope, with the API's rules and faults but
 * none of its protocol. The work is done in the files beside this one.
 */
import { Buffer } from 'node:buffer';
import { consumersAt, type RegisteredConsumer } from '../model/consumer.ts';
import type { PutOutcome, ReadPage } from '../model/delivery.ts';
import type { RecordBatch } from '../model/record-batch.ts';
import { withoutExpired } from '../model/retention.ts';
import { TOKEN_KEY_BYTES } from '../model/sealed-token.ts';
import type { Shard } from '../model/shard.ts';
import type { ShardKey } from '../model/shard-key.ts';
import type { Scope, Stream } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import { ChannelDelivery } from './channel-delivery.ts';
import { Channels } from './channels.ts';
import {
  type ConsumerRequest,
  deregisterConsumer,
  type FoundConsumer,
  findConsumer,
  type RegisterConsumer,
  registerConsumer,
} from './consumers.ts';
import { changeEncryption, type EncryptionRequest } from './encryption.ts';
import { type CreateStream, create, type DeleteStream, remove } from './lifecycle.ts';
import { type ListShards, listShards } from './listing.ts';
import { keepGrowing, OnDemandGrowth } from './on-demand-growth.ts';
import { openToken, sealToken } from './page-tokens.ts';
import { faultFrom, type ServiceOptions, type ServiceParts } from './parts.ts';
import { QueueRecords } from './queue-records.ts';
import { Queues } from './queues.ts';
import { getRecords, getShardIterator, type IteratorRequest, type ReadRequest } from './reading.ts';
import { type MergeShards, merge, type SplitShard, scale, split } from './resharding.ts';
import { keepSweeping, sweepRetention } from './retention.ts';
import { changeRetention } from './retention-period.ts';
import { type Changes, Settings } from './settings.ts';
import { ShardThrottles } from './shard-throttles.ts';
import { StreamTable } from './stream-table.ts';
import type { Subscription } from './subscription.ts';
import { type SubscribeRequest, Subscriptions, subscribe } from './subscriptions.ts';
import { Transitions } from './transitions.ts';
import { Turns } from './turns.ts';
import { type PutOptions, put } from './writing.ts';

export class StreamService {
  readonly #parts: ServiceParts;
  readonly #transitions: Transitions;
  readonly #stopped = new AbortController();
  readonly #sweeping: Promise<void>;
  readonly #delivering: Promise<void>;
  readonly channels: Channels;
  readonly queues: Queues;
  readonly queueRecords: QueueRecords;
  readonly #growing: Promise<void>;
  readonly #changes: Changes = {
    inTurn: (work) => this.#inTurn(work),
    change: (start) => this.#change(start),
  };
  /** Tags, policies, modes, sizes, monitoring and the account. */
  readonly settings: Settings;

  private constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#transitions = new Transitions(parts);
    this.channels = new Channels(parts, (work) => this.#inTurn(work));
    this.queues = new Queues(parts, this.#changes.inTurn);
    this.queueRecords = new QueueRecords(parts, this.#changes.inTurn);
    const delivery = parts.delivery && new ChannelDelivery(parts, parts.delivery);
    this.#delivering = delivery?.run(this.#stopped.signal) ?? Promise.resolve();
    this.settings = new Settings(parts, this.#changes);
    const { signal } = this.#stopped;
    const { growth } = parts;
    this.#sweeping = keepSweeping(parts, signal);
    this.#growing = growth === undefined ? Promise.resolve() : keepGrowing(parts, this.#changes, { growth, signal });
  }

  /** Starts on what journal and store hold, and completes what an earlier start left unfinished. */
  static async open(options: ServiceOptions): Promise<StreamService> {
    const { journal, store, random, settings } = options;
    const { epoch, tokenKey: hex } = journal.catalog;
    const tokenKey = hex === '' ? random.bytes(TOKEN_KEY_BYTES) : Buffer.from(hex, 'hex');
    await journal.append({
      kind: 'serviceStarted',
      epoch: epoch + 1,
      tokenKey: Buffer.from(tokenKey).toString('hex'),
    });
    const streams = [...journal.catalog.streams.values()];
    await store.retain(streams.flatMap(keysOf));
    const table = new StreamTable(store, settings.sharedNamespace);
    table.refresh(journal.catalog);
    const service = new StreamService({
      ...{ ...options, table, tokenKey },
      ...{ turns: new Turns(), subscriptions: new Subscriptions() },
      growth: settings.onDemandScaling ? new OnDemandGrowth(options.clock.now()) : undefined,
      throttles: new ShardThrottles(options.clock),
    });
    await service.#transitions.resume();
    return service;
  }

  /** The stream is ACTIVE with all its shards when this resolves, unless transitions take time. */
  createStream(scope: Scope, request: CreateStream): Promise<void> {
    return this.#change(() => create(this.#parts, scope, request));
  }

  /** Tags, shards and consumers go with the stream. */
  deleteStream(scope: Scope, name: string, options: DeleteStream): Promise<void> {
    return this.#change(() => remove(this.#parts, { scope, name }, options));
  }

  /** As it is now, without expired shards. @throws {Fault} ResourceNotFoundException. */
  stream(scope: Scope, name: string): Stream {
    return withoutExpired(this.#parts.table.get(scope, name).stream, this.#parts.clock.now());
  }

  /** All streams the caller may see, by name. */
  streams(scope: Scope): readonly Stream[] {
    const namespace = this.#parts.table.namespace(scope);
    const nowMs = this.#parts.clock.now();
    return [...this.#parts.table.all()]
      .filter(({ stream }) => stream.namespace === namespace)
      .map(({ stream }) => withoutExpired(stream, nowMs))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  splitShard(scope: Scope, name: string, request: SplitShard): Promise<void> {
    return this.#change(() => split(this.#parts, { scope, name }, request));
  }

  /** The adjacent shard lies above. */
  mergeShards(scope: Scope, name: string, request: MergeShards): Promise<void> {
    return this.#change(() => merge(this.#parts, { scope, name }, request));
  }

  /** `before`: open shards at the time of the call. */
  async updateShardCount(scope: Scope, name: string, target: number): Promise<{ readonly before: number }> {
    let before = 0;
    await this.#change(async () => {
      const started = await scale(this.#parts, { scope, name }, target);
      before = started.before;
      return started.id;
    });
    return { before };
  }

  increaseRetention(scope: Scope, name: string, hours: number): Promise<void> {
    return this.#inTurn(() => changeRetention(this.#parts, { scope, name }, { direction: 'increase', hours }));
  }

  decreaseRetention(scope: Scope, name: string, hours: number): Promise<void> {
    return this.#inTurn(() => changeRetention(this.#parts, { scope, name }, { direction: 'decrease', hours }));
  }

  changeEncryption(scope: Scope, name: string, request: EncryptionRequest): Promise<void> {
    return this.#change(() => changeEncryption(this.#parts, { scope, name }, request));
  }

  /** Unexpired shards, ascending by index; paging is the caller's. */
  listShards(scope: Scope, name: string, request: ListShards = {}): readonly Shard[] {
    return listShards(this.#parts, { scope, name }, request);
  }

  /** Stores a batch of at least one record. Resolves once the records are as durable as the store promises. */
  put(scope: Scope, name: string, batch: RecordBatch, options?: PutOptions): Promise<PutOutcome> {
    return put(this.#parts, scope, { name, batch, ...options });
  }

  getShardIterator(scope: Scope, name: string, request: IteratorRequest): Promise<string> {
    return getShardIterator(this.#parts, scope, { name, ...request });
  }

  getRecords(scope: Scope, request: ReadRequest): Promise<ReadPage> {
    return getRecords(this.#parts, scope, request);
  }

  /** Its state follows from the time: consumerStatus. */
  registerConsumer(scope: Scope, name: string, request: RegisterConsumer): Promise<RegisteredConsumer> {
    return this.#inTurn(() => registerConsumer(this.#parts, { scope, name }, request));
  }

  deregisterConsumer(scope: Scope, request: ConsumerRequest): Promise<void> {
    return this.#inTurn(() => deregisterConsumer(this.#parts, scope, request));
  }

  /** @throws {Fault} ResourceNotFoundException. */
  consumer(scope: Scope, request: ConsumerRequest): FoundConsumer {
    return findConsumer(this.#parts, scope, request);
  }

  /** A stream's registered consumers, by name. @throws {Fault} ResourceNotFoundException. */
  consumers(scope: Scope, name: string): readonly RegisteredConsumer[] {
    return consumersAt(this.#parts.table.get(scope, name).stream, this.#parts.clock.now());
  }

  /** Events from a shard as they come; what goes wrong before the first is thrown here, the rest by the iteration. */
  subscribeToShard(scope: Scope, request: SubscribeRequest): Promise<Subscription> {
    return subscribe(this.#parts, scope, request);
  }

  /** Whether callers of all accounts and regions see the same streams. */
  get sharesNamespace(): boolean {
    return this.#parts.settings.sharedNamespace;
  }

  /** The time by which the states of streams and consumers are told. */
  now(): EpochMs {
    return this.#parts.clock.now();
  }

  /** A NextToken of the list `kind`; `payload` is any JSON value. */
  sealToken(kind: string, payload: unknown): string {
    return sealToken(this.#parts, kind, payload);
  }

  /** The payload of a NextToken of the list `kind`. @throws {Fault} InvalidArgumentException, ExpiredNextTokenException. */
  openToken(kind: string, token: string): unknown {
    return openToken(this.#parts, kind, token);
  }

  /** Lets go of records whose retention has gone by; also happens by itself, once a minute. */
  sweepRetention(): Promise<void> {
    return this.#parts.turns.run(() => sweepRetention(this.#parts));
  }

  /** Splits the busy shards of on-demand streams; with `onDemandScaling` it also happens by itself, once a minute. */
  async growOnDemand(): Promise<void> {
    await this.#parts.growth?.look(this.#parts, this.#changes);
  }

  /** Ends the work in the background. What is unfinished is completed at the next start. Store and journal stay open. */
  async close(): Promise<void> {
    this.#stopped.abort();
    this.queueRecords.endWaits();
    this.#parts.subscriptions.close();
    await Promise.all([this.#sweeping, this.#growing]);
    await this.#delivering;
    await this.#transitions.close();
    await this.#parts.turns.run(() => Promise.resolve());
  }

  /** Records an intent and carries it out if it is due. */
  async #change(start: () => Promise<number>): Promise<void> {
    try {
      await this.#parts.turns.run(async () => this.#transitions.follow(await start()));
    } catch (error) {
      throw faultFrom(error);
    }
  }

  async #inTurn<T>(change: () => Promise<T>): Promise<T> {
    try {
      return await this.#parts.turns.run(change);
    } catch (error) {
      throw faultFrom(error);
    }
  }
}

/** The logs a stream has or is about to have. */
function keysOf({ shards, transition }: Stream): ShardKey[] {
  const coming = Array.from(
    { length: transition?.keys.count ?? 0 },
    (_, i) => (transition!.keys.first + i) as ShardKey,
  );
  return [...shards.map((shard) => shard.key), ...coming];
}
