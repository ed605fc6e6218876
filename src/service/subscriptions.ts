/** All subscriptions: at most one of a consumer to a shard, the newest; and the feeds that those of one shard share. */

import { consumerStatus } from '../model/consumer.ts';
import { consumerNotActive, subscriptionExists } from '../model/consumer-faults.ts';
import { RESUBSCRIBE_MS } from '../model/limits.ts';
import type { ShardKey } from '../model/shard-key.ts';
import type { Scope } from '../model/stream.ts';
import { dryRun, parseShardId, refTo, shardDoesNotExist } from '../model/stream-faults.ts';
import { type ConsumerRequest, findConsumer } from './consumers.ts';
import type { ServiceParts } from './parts.ts';
import { readableShard, storeAnswer } from './reading.ts';
import { type FedShard, ShardFeed } from './shard-feed.ts';
import { type StartPosition, startOffset } from './start-position.ts';
import { Subscription } from './subscription.ts';

export interface SubscribeRequest extends StartPosition {
  readonly consumer: ConsumerRequest;
  /** As the caller wrote it. */
  readonly shardId: string;
  readonly dryRun?: boolean | undefined;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
}

/** Every subscription of the service. */
export class Subscriptions {
  readonly #feeds = new Map<ShardKey, ShardFeed>();
  /** The newest of each consumer and shard; one that has ended stays until it is RESUBSCRIBE_MS old. */
  readonly #newest = new Map<string, Subscription>();
  #isClosed = false;

  /** The newest subscription under a name. */
  newest(name: string): Subscription | undefined {
    return this.#newest.get(name);
  }

  /** The feed of a shard, which its first subscriber begins. */
  feed(parts: ServiceParts, fed: FedShard): ShardFeed {
    const known = this.#feeds.get(fed.shard.key);
    if (known !== undefined) return known;
    const feed = new ShardFeed(parts, fed);
    this.#feeds.set(fed.shard.key, feed);
    return feed;
  }

  /** Takes a new subscription in. */
  add(name: string, subscription: Subscription): void {
    for (const [other, { ageMs, isOver }] of this.#newest) {
      if (isOver && ageMs >= RESUBSCRIBE_MS) this.#newest.delete(other);
    }
    this.#newest.set(name, subscription);
    if (this.#isClosed) subscription.end();
  }

  /** A subscriber no longer wants to be woken by a feed. */
  left(feed: ShardFeed, wake: () => void): void {
    if (feed.leave(wake)) this.#feeds.delete(feed.key);
  }

  /** The catalog has changed: everyone looks whether that is about them. */
  wake(): void {
    for (const feed of this.#feeds.values()) feed.wake();
  }

  /** Ends all, and those that may still come, without a word: their clients subscribe again. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of this.#newest.values()) subscription.end();
  }
}

/** Subscribes, and takes over from an older subscription of the consumer to the shard. */
export async function subscribe(parts: ServiceParts, scope: Scope, request: SubscribeRequest): Promise<Subscription> {
  const { stream, consumer } = findConsumer(parts, scope, request.consumer);
  const ref = refTo(scope, stream.name);
  const nowMs = parts.clock.now();
  if (consumerStatus(consumer, nowMs) !== 'ACTIVE') throw consumerNotActive(ref, consumer);
  const index = parseShardId(ref, request.shardId);
  const live = parts.table.live(stream.id);
  const shard = readableShard(live, index, nowMs);
  if (shard === undefined) throw shardDoesNotExist(ref, index);
  const target = { ref, live, shard };
  const { from, log } = await storeAnswer(parts, target, async () => ({
    from: await startOffset(live, request, { ref, shard, nowMs, operation: 'SubscribeToShard' }),
    log: await live.log(shard),
  }));
  const name = `${shard.key} ${consumer.name} ${consumer.creationSeconds}`;
  const earlier = parts.subscriptions.newest(name);
  const taken = subscriptionExists(ref, index, consumer.name);
  if (earlier !== undefined && earlier.ageMs < RESUBSCRIBE_MS) throw taken;
  if (request.dryRun) throw dryRun();
  const feed = parts.subscriptions.feed(parts, { live, shard, log });
  const subscription = new Subscription(parts, { ...target, scope, consumer, feed, from, signal: request.signal });
  parts.subscriptions.add(name, subscription);
  earlier?.end(taken);
  return subscription;
}
