/**
 * One subscription of a registered consumer to a shard: events as they come, one that is empty when it is quiet, five
 * minutes long. It keeps no records: whoever takes events slowly finds larger ones, read from the log when asked for.
 */
import { consumerNotFound } from '../model/consumer-faults.ts';
import type { ShardEvent } from '../model/delivery.ts';
import type { Fault } from '../model/fault.ts';
import { CONSUMER_SHARD_BYTES_PER_SECOND, SUBSCRIPTION_LIFE_MS, SUBSCRIPTION_QUIET_MS } from '../model/limits.ts';
import { sequenceNumberBefore } from '../model/sequence-number.ts';
import type { Offset } from '../model/shard-key.ts';
import type { Scope } from '../model/stream.ts';
import { shardDoesNotExist } from '../model/stream-faults.ts';
import { type Bucket, bucketOf, charge, refilled } from '../model/throttle.ts';
import { SECOND_MS } from '../model/time.ts';
import { consumerOf, type FoundConsumer } from './consumers.ts';
import type { ServiceParts } from './parts.ts';
import { readableShard, storeAnswer, type Target } from './reading.ts';
import type { FeedEvent, ShardFeed } from './shard-feed.ts';

export interface Subscribed extends Target {
  readonly scope: Scope;
  readonly consumer: FoundConsumer['consumer'];
  readonly feed: ShardFeed;
  /** Where the first event begins. */
  readonly from: Offset;
  /** Ends the subscription: the client has gone. */
  readonly signal: AbortSignal;
}

/** Iterate it once. Ends without a word after five minutes, after the shard's end and when nobody listens any more. */
export class Subscription implements AsyncIterable<ShardEvent> {
  readonly #parts: ServiceParts;
  readonly #subscribed: Subscribed;
  readonly #startedAt: number;
  readonly #over = new AbortController();
  readonly #wake = () => this.#ring();
  readonly #leave = () => this.end();
  #fault: Fault | undefined;
  #offset: Offset;
  #continuation: string;
  #lagMs = 0;
  #isQuiet = false;
  #lastAt: number;
  #rung = false;
  #onRing: (() => void) | undefined;
  #bucket: Bucket;
  #isPacing = false;

  constructor(parts: ServiceParts, subscribed: Subscribed) {
    const { feed, from, shard, signal } = subscribed;
    const nowMs = parts.clock.now();
    this.#parts = parts;
    this.#subscribed = subscribed;
    this.#startedAt = parts.clock.monotonic();
    this.#lastAt = this.#startedAt;
    this.#offset = from;
    this.#continuation = sequenceNumberBefore(shard, from, nowMs);
    this.#bucket = bucketOf(CONSUMER_SHARD_BYTES_PER_SECOND, CONSUMER_SHARD_BYTES_PER_SECOND, nowMs);
    feed.join(this.#wake);
    parts.events.subscriptionStarted(subscribed.live.stream, subscribed);
    signal.addEventListener('abort', this.#leave, { once: true });
    if (signal.aborted) this.end();
    else void this.#keepTime();
  }

  /** Time since it began. */
  get ageMs(): number {
    return this.#parts.clock.monotonic() - this.#startedAt;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Ends it; with a fault that its reader is told. Idempotent. */
  end(fault?: Fault): void {
    if (this.isOver) return;
    const { feed, signal } = this.#subscribed;
    this.#fault = fault;
    this.#over.abort();
    signal.removeEventListener('abort', this.#leave);
    this.#parts.subscriptions.left(feed, this.#wake);
    this.#parts.events.subscriptionEnded(this.#subscribed.live.stream, this.#subscribed);
    this.#ring();
  }

  /** @throws {Fault} when it was taken over, or when stream or consumer have gone. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ShardEvent, void> {
    try {
      for (let isLast = false; !isLast; ) {
        const event = await this.#next();
        if (event === undefined) return;
        isLast = event.children !== undefined;
        yield event;
      }
    } finally {
      this.end();
    }
  }

  async #next(): Promise<ShardEvent | undefined> {
    for (;;) {
      this.#rung = false;
      this.#checkStanding();
      if (this.isOver) return undefined;
      const found = this.#mayRead() ? await this.#find() : undefined;
      if (this.isOver) continue;
      if (found !== undefined) return this.#taken(found);
      if (this.#isQuiet) return this.#emptyEvent();
      await this.#rings();
    }
  }

  /** @throws {Fault} */
  #checkStanding(): void {
    const { scope, ref, live, shard, consumer } = this.#subscribed;
    const nowMs = this.#parts.clock.now();
    const current = this.#parts.table.byId(scope, live.stream.id);
    if (this.#fault !== undefined) throw this.#fault;
    if (this.isOver) return;
    if (readableShard(current, shard.index, nowMs) === undefined) throw shardDoesNotExist(ref, shard.index);
    const registered = consumerOf(live.stream, consumer, nowMs);
    if (registered === undefined || registered.goneMs !== undefined) throw consumerNotFound(ref.account, consumer.name);
  }

  #find(): Promise<FeedEvent | undefined> {
    const { feed } = this.#subscribed;
    return storeAnswer(this.#parts, this.#subscribed, () => feed.at(this.#offset));
  }

  #taken({ event, next }: FeedEvent): ShardEvent {
    const { blocks, lagMs } = event;
    const { shard, consumer, live } = this.#subscribed;
    const bytes = blocks.reduce((sum, block) => sum + block.starts[block.count]! - block.starts[0]!, 0);
    if (blocks.length > 0) this.#parts.events.recordsPushed(live.stream, { shard, blocks, lagMs }, consumer);
    if (this.#parts.settings.strictLimits) this.#bucket = charge(this.#bucket, bytes, this.#parts.clock.now());
    this.#offset = next;
    this.#continuation = event.continuation ?? this.#continuation;
    this.#lagMs = lagMs;
    return this.#said(event);
  }

  #emptyEvent(): ShardEvent {
    const { shard } = this.#subscribed;
    return this.#said({ shard, blocks: [], lagMs: this.#lagMs, continuation: this.#continuation });
  }

  #said(event: ShardEvent): ShardEvent {
    this.#isQuiet = false;
    this.#lastAt = this.#parts.clock.monotonic();
    return event;
  }

  /** Whether what was sent leaves room for more; if not, rings when it does. */
  #mayRead(): boolean {
    this.#bucket = refilled(this.#bucket, this.#parts.clock.now());
    const { tokens, perSecond } = this.#bucket;
    if (tokens >= 1) return true;
    if (!this.#isPacing) void this.#pace(Math.ceil(((1 - tokens) * SECOND_MS) / perSecond));
    return false;
  }

  async #pace(waitMs: number): Promise<void> {
    this.#isPacing = true;
    await this.#sleep(waitMs);
    this.#isPacing = false;
    this.#ring();
  }

  /** Rings when it has been quiet for long, and ends it when its time is up. */
  async #keepTime(): Promise<void> {
    while (!this.isOver) {
      const leftMs = SUBSCRIPTION_LIFE_MS - this.ageMs;
      if (leftMs <= 0) return this.end();
      const quietMs = this.#parts.clock.monotonic() - this.#lastAt;
      const isQuiet = quietMs >= SUBSCRIPTION_QUIET_MS;
      if (isQuiet) {
        this.#isQuiet = true;
        this.#ring();
      }
      await this.#sleep(Math.min(leftMs, isQuiet ? SUBSCRIPTION_QUIET_MS : SUBSCRIPTION_QUIET_MS - quietMs));
    }
  }

  /** Until the time has gone by or the subscription is over. */
  async #sleep(ms: number): Promise<void> {
    try {
      await this.#parts.clock.sleep(ms, this.#over.signal);
    } catch (error) {
      if (!this.isOver) throw error;
    }
  }

  #ring(): void {
    this.#rung = true;
    this.#onRing?.();
  }

  async #rings(): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      this.#onRing = resolve;
    });
    this.#onRing = undefined;
  }
}
