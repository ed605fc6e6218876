/** Streams come and go: what CreateStream and DeleteStream check, in the API's order, and the intent they record. */
import { qualifiedName } from '../model/catalog.ts';
import { Fault } from '../model/fault.ts';
import { CREATING_STREAMS_MAX, ON_DEMAND_SHARDS, RECORD_BYTES_DEFAULT, RETENTION_HOURS_MIN } from '../model/limits.ts';
import { autoNeedsOnDemand, onDemandOnly } from '../model/settings-faults.ts';
import type { Scope, Stream, StreamMode } from '../model/stream.ts';
import { refTo, streamExists, streamNotActive } from '../model/stream-faults.ts';
import { withTags } from '../model/tags.ts';
import { SECOND_MS } from '../model/time.ts';
import { type Caller, checkOnDemandLimit, checkShardLimit, transitionTo } from './changing.ts';
import { checkNoChannels } from './channels.ts';
import { checkNoConsumers } from './consumers.ts';
import { record, type ServiceParts } from './parts.ts';
import { checkNoQueues } from './queues.ts';
import { subjectOf } from './resources.ts';
import { checkWarm } from './stream-settings.ts';

export interface CreateStream {
  readonly name: string;
  /** For PROVISIONED. Without both this and a mode the stream is ON_DEMAND. */
  readonly shardCount?: number | undefined;
  readonly mode?: StreamMode | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly recordBytesMax?: number | undefined;
  readonly distribution?: 'AUTO' | undefined;
  /** Needs the account's commitment. */
  readonly warmMibps?: number | undefined;
}

/** Records a new stream, CREATING. Returns its id. */
export async function create(parts: ServiceParts, scope: Scope, request: CreateStream): Promise<number> {
  const ref = refTo(scope, request.name);
  const { catalog } = parts.journal;
  const { mode, shards } = sizeOf(request);
  if (parts.table.find(scope, request.name) !== undefined) throw streamExists(ref);
  const tags = withTags({}, request.tags ?? {}, subjectOf(scope, request.name));
  checkSettings(parts, scope, { ...request, mode });
  checkCreating(parts, scope);
  checkShardLimit(parts, scope, shards);
  const namespace = parts.table.namespace(scope);
  const createdMs = parts.clock.now();
  const retired = catalog.retired.get(qualifiedName({ namespace, name: request.name })) ?? 0;
  const stream: Stream = {
    id: catalog.nextStreamId,
    namespace,
    name: request.name,
    status: 'CREATING',
    mode,
    createdMs,
    creationSeconds: Math.max(Math.floor(createdMs / SECOND_MS), retired + 1),
    retentionHours: RETENTION_HOURS_MIN,
    shards: [],
    nextShardIndex: 0,
    recordBytesMax: request.recordBytesMax ?? RECORD_BYTES_DEFAULT,
    tags,
    ...(request.distribution && { distribution: request.distribution }),
    ...(request.warmMibps !== undefined && { warmMibps: request.warmMibps }),
    shardMetrics: [],
    transition: transitionTo(parts, { kind: 'create', shards }, shards),
  };
  await record(parts, { kind: 'streamCreated', stream });
  return stream.id;
}

function sizeOf({ mode, shardCount }: CreateStream): { mode: StreamMode; shards: number } {
  if (mode === 'PROVISIONED' || (mode === undefined && shardCount !== undefined)) {
    if (shardCount !== undefined) return { mode: 'PROVISIONED', shards: shardCount };
    throw new Fault('ValidationException', 'ShardCount must be provided for a stream in PROVISIONED mode.');
  }
  if (shardCount === undefined) return { mode: 'ON_DEMAND', shards: ON_DEMAND_SHARDS };
  throw new Fault('ValidationException', 'ShardCount cannot be provided for a stream in ON_DEMAND mode.');
}

/** What only on-demand streams may have. */
function checkSettings(parts: ServiceParts, scope: Scope, request: CreateStream): void {
  const ref = refTo(scope, request.name);
  if (request.mode === 'ON_DEMAND') checkOnDemandLimit(parts, scope);
  else if (request.distribution === 'AUTO') throw autoNeedsOnDemand(ref);
  else if (request.warmMibps !== undefined) throw onDemandOnly(ref, 'WarmThroughputMiBps');
  checkWarm(parts, scope, request.warmMibps);
}

function checkCreating(parts: ServiceParts, scope: Scope): void {
  const namespace = parts.table.namespace(scope);
  const creating = [...parts.table.all()].filter(({ stream }) => {
    return stream.namespace === namespace && stream.status === 'CREATING';
  });
  if (creating.length < CREATING_STREAMS_MAX) return;
  throw new Fault(
    'LimitExceededException',
    `Account ${scope.account} cannot have more than ${CREATING_STREAMS_MAX} streams in state CREATING at a time.`,
  );
}

export interface DeleteStream {
  /** Its registered consumers go too; without it they keep the stream. */
  readonly enforceConsumerDeletion: boolean;
}

/** Records that a stream is to go, whatever it is doing. Returns its id. */
export async function remove(
  parts: ServiceParts,
  { scope, name }: Caller,
  { enforceConsumerDeletion }: DeleteStream,
): Promise<number> {
  const { stream } = parts.table.get(scope, name);
  if (stream.status === 'DELETING') throw streamNotActive(refTo(scope, name), stream);
  checkNoChannels(parts, { scope, name }, 'be deleted');
  checkNoQueues(parts, { scope, name }, 'be deleted');
  if (!enforceConsumerDeletion) checkNoConsumers(parts, { scope, name });
  const transition = transitionTo(parts, { kind: 'delete' }, 0);
  await record(parts, { kind: 'transitionStarted', id: stream.id, transition });
  return stream.id;
}
