/**
 * CreateChannel and its siblings: what they check and the events they record. Delivery is in channel-delivery.ts.
 * One of these belongs to a service; its changes take their turn among the service's others.
 */
import { type Channel, type ChannelSettings, channelIdIn, type DeliveredPlace } from '../model/channel.ts';
import {
  badFreshness,
  channelExists,
  channelNeedsOnDemand,
  channelNotFound,
  noChannelsFolder,
  streamHasChannels,
  tooManyChannels,
} from '../model/channel-faults.ts';
import { CHANNEL_FRESHNESS_SECONDS_MAX, CHANNEL_FRESHNESS_SECONDS_MIN, CHANNELS_MAX } from '../model/limits.ts';
import type { Scope, Stream } from '../model/stream.ts';
import { refTo } from '../model/stream-faults.ts';
import { activeStream, type Caller } from './changing.ts';
import type { LiveStream } from './live-stream.ts';
import { record, type ServiceParts } from './parts.ts';

/** A channel as its owner asks for it. */
export type CreateChannel = Omit<Channel, 'id' | 'createdMs' | 'activeMs' | 'places'>;

/** A channel with its stream. */
export interface FoundChannel {
  readonly stream: Stream;
  readonly channel: Channel;
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export class Channels {
  readonly #parts: ServiceParts;
  readonly #inTurn: InTurn;

  constructor(parts: ServiceParts, inTurn: InTurn) {
    this.#parts = parts;
    this.#inTurn = inTurn;
  }

  /** @throws {Fault} InvalidArgumentException when nothing would be delivered. */
  checkDelivers(): void {
    if (this.#parts.delivery === undefined) throw noChannelsFolder();
  }

  /** It delivers what arrives from now on. */
  create(caller: Caller, request: CreateChannel): Promise<FoundChannel> {
    return this.#inTurn(async () => {
      const { scope } = caller;
      const stream = activeStream(this.#parts, caller);
      if (stream.mode !== 'ON_DEMAND') throw channelNeedsOnDemand(refTo(scope, caller.name));
      const there = this.all(scope);
      if (there.some(({ channel }) => channel.name === request.name)) throw channelExists(scope.account, request.name);
      if (there.length >= CHANNELS_MAX) throw tooManyChannels(scope.account, CHANNELS_MAX);
      checkFreshness(request.freshnessSeconds);
      const createdMs = this.#parts.clock.now();
      const activeMs = createdMs + this.#parts.settings.transitionMs;
      const places = await endsOf(this.#parts.table.live(stream.id));
      const channel = { ...request, id: this.#parts.random.uuid(), createdMs, activeMs, places };
      await record(this.#parts, { kind: 'channelSet', id: stream.id, channel });
      return { stream, channel };
    });
  }

  update(scope: Scope, arn: string, settings: Partial<ChannelSettings>): Promise<FoundChannel> {
    return this.#inTurn(async () => {
      const { stream, channel: before } = this.find(scope, arn);
      const channel = { ...before, ...settings };
      checkFreshness(channel.freshnessSeconds);
      await record(this.#parts, { kind: 'channelSet', id: stream.id, channel });
      return { stream, channel };
    });
  }

  /** Delivery ends at once: what waits for a file does not get into one. */
  remove(scope: Scope, arn: string): Promise<void> {
    return this.#inTurn(async () => {
      const { stream, channel } = this.find(scope, arn);
      await record(this.#parts, { kind: 'channelDeleted', id: stream.id, channelId: channel.id });
    });
  }

  /** @throws {Fault} ResourceNotFoundException. */
  find(scope: Scope, arn: string): FoundChannel {
    return findChannel(this.#parts, scope, arn);
  }

  /** All the caller may see, by name. */
  all(scope: Scope): readonly FoundChannel[] {
    return channelsOf(this.#parts, scope);
  }
}

/** Where each shard ends now: from there on a new channel delivers. */
async function endsOf(live: LiveStream): Promise<Record<number, DeliveredPlace>> {
  const places: Record<number, DeliveredPlace> = {};
  for (const shard of live.stream.shards) {
    const { next } = await (await live.log(shard)).range();
    places[shard.index] = { next, ended: shard.closedMs !== undefined };
  }
  return places;
}

/** @throws {Fault} ResourceNotFoundException. */
export function findChannel(parts: ServiceParts, scope: Scope, arn: string): FoundChannel {
  const id = channelIdIn(arn);
  const found = channelsOf(parts, scope).find(({ channel }) => channel.id === id);
  if (found === undefined) throw channelNotFound(scope.account, arn);
  return found;
}

function channelsOf({ table }: ServiceParts, scope: Scope): readonly FoundChannel[] {
  const namespace = table.namespace(scope);
  return [...table.all()]
    .filter(({ stream }) => stream.namespace === namespace)
    .flatMap(({ stream }) => (stream.channels ?? []).map((channel) => ({ stream, channel })))
    .sort((a, b) => (a.channel.name < b.channel.name ? -1 : 1));
}

function checkFreshness(seconds: number): void {
  const bounds = { min: CHANNEL_FRESHNESS_SECONDS_MIN, max: CHANNEL_FRESHNESS_SECONDS_MAX };
  if (seconds < bounds.min || seconds > bounds.max) throw badFreshness(seconds, bounds);
}

/** @throws {Fault} ResourceInUseException when a stream still has channels; `what` it cannot do then. */
export function checkNoChannels(parts: ServiceParts, { scope, name }: Caller, what: string): void {
  const { channels = [] } = parts.table.get(scope, name).stream;
  if (channels.length > 0) throw streamHasChannels(refTo(scope, name), channels, what);
}
