/** Registering and finding consumers: what the operations check, in the API's order, and the event they record. */
import {
  type ConsumerName,
  consumerStatus,
  consumersAt,
  nextConsumerSeconds,
  type RegisteredConsumer,
} from '../model/consumer.ts';
import {
  consumerExists,
  consumerLimitExceeded,
  consumerNotFound,
  streamHasConsumers,
  tooManyConsumersCreating,
} from '../model/consumer-faults.ts';
import { COMMITTED_CONSUMERS_MAX, CONSUMERS_MAX, CREATING_CONSUMERS_MAX } from '../model/limits.ts';
import type { Scope, Stream } from '../model/stream.ts';
import { refTo, streamNotActive } from '../model/stream-faults.ts';
import { withTags } from '../model/tags.ts';
import type { EpochMs } from '../model/time.ts';
import type { Caller } from './changing.ts';
import { isCommitted } from './commitment.ts';
import { record, type ServiceParts } from './parts.ts';

export interface RegisterConsumer {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A consumer by its parts, and how the caller wrote it, for the text that says it is not there. */
export interface ConsumerRequest extends ConsumerName {
  readonly given: string;
}

export interface FoundConsumer {
  readonly stream: Stream;
  readonly consumer: RegisteredConsumer;
}

/** Registers a consumer. Only within a turn. */
export async function registerConsumer(
  parts: ServiceParts,
  { scope, name }: Caller,
  request: RegisterConsumer,
): Promise<RegisteredConsumer> {
  const ref = refTo(scope, name);
  const { stream } = parts.table.get(scope, name);
  if (stream.status === 'CREATING' || stream.status === 'DELETING') throw streamNotActive(ref, stream);
  const nowMs = parts.clock.now();
  const there = consumersAt(stream, nowMs);
  if (there.some((other) => other.name === request.name)) throw consumerExists(ref, request.name);
  const limit = consumersMax(parts, scope, stream);
  if (there.length + (stream.queues ?? []).length >= limit) throw consumerLimitExceeded(ref, limit);
  const creating = there.filter((other) => consumerStatus(other, nowMs) === 'CREATING');
  if (creating.length >= CREATING_CONSUMERS_MAX) throw tooManyConsumersCreating(ref, CREATING_CONSUMERS_MAX);
  const consumer: RegisteredConsumer = {
    name: request.name,
    createdMs: nowMs,
    creationSeconds: nextConsumerSeconds(stream, nowMs),
    activeMs: nowMs + parts.settings.transitionMs,
    tags: withTags({}, request.tags ?? {}, `consumer ${request.name} of stream ${name} under account ${scope.account}`),
  };
  await record(parts, { kind: 'consumerRegistered', id: stream.id, consumer });
  return consumer;
}

/** Of registered consumers and queues together: an on-demand stream may have more under the commitment of its account. */
export function consumersMax(parts: ServiceParts, scope: Scope, { mode }: Stream): number {
  return mode === 'ON_DEMAND' && isCommitted(parts, scope) ? COMMITTED_CONSUMERS_MAX : CONSUMERS_MAX;
}

/** Has a consumer go; its subscriptions end at once. Only within a turn. */
export async function deregisterConsumer(parts: ServiceParts, scope: Scope, request: ConsumerRequest): Promise<void> {
  const { stream, consumer } = findConsumer(parts, scope, request);
  const nowMs = parts.clock.now();
  if (consumer.goneMs !== undefined) return;
  const goneMs = nowMs + parts.settings.transitionMs;
  await record(parts, { kind: 'consumerDeregistered', id: stream.id, name: consumer.name, nowMs, goneMs });
}

/** @throws {Fault} ResourceNotFoundException, also when another incarnation of the consumer is meant. */
export function findConsumer(parts: ServiceParts, scope: Scope, request: ConsumerRequest): FoundConsumer {
  const stream = parts.table.find(scope, request.streamName)?.stream;
  const consumer = stream && consumerOf(stream, request, parts.clock.now());
  if (stream === undefined || consumer === undefined) throw consumerNotFound(scope.account, request.given);
  return { stream, consumer };
}

/** The consumer of a stream that is meant, if it is there. */
export function consumerOf(
  stream: Stream,
  { name, creationSeconds }: Omit<ConsumerName, 'streamName'>,
  nowMs: EpochMs,
): RegisteredConsumer | undefined {
  const consumer = stream.consumers?.find((other) => other.name === name);
  if (consumer === undefined || consumerStatus(consumer, nowMs) === undefined) return undefined;
  return creationSeconds === undefined || creationSeconds === consumer.creationSeconds ? consumer : undefined;
}

/** @throws {Fault} ResourceInUseException when a stream still has consumers. */
export function checkNoConsumers(parts: ServiceParts, { scope, name }: Caller): void {
  const { stream } = parts.table.get(scope, name);
  if (consumersAt(stream, parts.clock.now()).length > 0) throw streamHasConsumers(refTo(scope, name));
}
