/** What has tags: a stream, a registered consumer, a channel or a queue, found and changed alike. All but channels have policies too. */
import type { CatalogEvent } from '../model/catalog.ts';
import type { Scope, Stream } from '../model/stream.ts';
import { refTo, streamNotActive } from '../model/stream-faults.ts';
import { findChannel } from './channels.ts';
import { type ConsumerRequest, findConsumer } from './consumers.ts';
import type { ServiceParts } from './parts.ts';
import { findQueue } from './queues.ts';

export type Resource =
  | { readonly kind: 'stream'; readonly name: string }
  | { readonly kind: 'consumer'; readonly request: ConsumerRequest }
  | { readonly kind: 'channel'; readonly arn: string }
  | { readonly kind: 'queue'; readonly arn: string };

/** A resource that is there. */
export interface Holder {
  /** How texts name it. */
  readonly subject: string;
  readonly stream: Stream;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: string | undefined;
  /** The event that sets some of these; null takes the policy away. */
  readonly changed: (settings: HolderPatch) => CatalogEvent;
}

export interface HolderPatch {
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: string | null;
}

/** @throws {Fault} ResourceNotFoundException. */
export function holderOf(parts: ServiceParts, scope: Scope, resource: Resource): Holder {
  if (resource.kind === 'stream') {
    const { stream } = parts.table.get(scope, resource.name);
    const { id, tags, policy } = stream;
    const changed = (settings: HolderPatch): CatalogEvent => ({ kind: 'streamSet', id, settings });
    return { subject: subjectOf(scope, stream.name), stream, tags, policy, changed };
  }
  if (resource.kind === 'channel') return channelHolder(parts, scope, resource.arn);
  if (resource.kind === 'queue') return queueHolder(parts, scope, resource.arn);
  const { stream, consumer } = findConsumer(parts, scope, resource.request);
  const { name, tags, policy } = consumer;
  const changed = (settings: HolderPatch): CatalogEvent => ({ kind: 'consumerSet', id: stream.id, name, settings });
  return { subject: `consumer ${name} of ${subjectOf(scope, stream.name)}`, stream, tags, policy, changed };
}

function channelHolder(parts: ServiceParts, scope: Scope, arn: string): Holder {
  const { stream, channel } = findChannel(parts, scope, arn);
  const { name, tags } = channel;
  const changed = (settings: HolderPatch): CatalogEvent => ({
    ...{ kind: 'channelSet', id: stream.id },
    channel: { ...channel, tags: settings.tags ?? tags },
  });
  return { subject: `channel ${name} of ${subjectOf(scope, stream.name)}`, stream, tags, policy: undefined, changed };
}

function queueHolder(parts: ServiceParts, scope: Scope, arn: string): Holder {
  const { stream, queue } = findQueue(parts, scope, arn);
  const { id: queueId, name, tags, policy } = queue;
  const changed = (settings: HolderPatch): CatalogEvent => ({ kind: 'queueSet', id: stream.id, queueId, settings });
  return { subject: `queue ${name} of ${subjectOf(scope, stream.name)}`, stream, tags, policy, changed };
}

/** A stream as the texts about tags name it. */
export function subjectOf(scope: Scope, name: string): string {
  return `stream ${name} under account ${scope.account}`;
}

/** The same, of a stream that is neither coming nor going. @throws {Fault} ResourceInUseException too. */
export function changeableHolder(parts: ServiceParts, scope: Scope, resource: Resource): Holder {
  const holder = holderOf(parts, scope, resource);
  const { stream } = holder;
  if (stream.status === 'ACTIVE' || stream.status === 'UPDATING') return holder;
  throw streamNotActive(refTo(scope, stream.name), stream);
}
