/** What changes of streams share: whose stream it is, its state, the account's shards, the intent. */
import { ON_DEMAND_STREAMS_MAX } from '../model/limits.ts';
import { tooManyOnDemandStreams } from '../model/settings-faults.ts';
import type { Change, Scope, Stream, Transition } from '../model/stream.ts';
import { refTo, shardLimitExceeded, streamNotActive } from '../model/stream-faults.ts';
import type { ServiceParts } from './parts.ts';

/** A change of a stream by name, for a caller. */
export interface Caller {
  readonly scope: Scope;
  readonly name: string;
}

/** The caller's stream. @throws {Fault} when it is not there or not ACTIVE. */
export function activeStream(parts: ServiceParts, { scope, name }: Caller): Stream {
  const { stream } = parts.table.get(scope, name);
  if (stream.status !== 'ACTIVE') throw streamNotActive(refTo(scope, name), stream);
  return stream;
}

/** Whether `additional` open shards may be had. @throws {Fault} LimitExceededException. */
export function checkShardLimit(parts: ServiceParts, scope: Scope, additional: number): void {
  const open = countOpenShards(parts);
  const limit = parts.settings.shardsMax;
  if (open + additional > limit) throw shardLimitExceeded(scope, { open, limit, additional });
}

/** Open shards of all streams; those of a stream that is CREATING count already. */
export function countOpenShards(parts: ServiceParts): number {
  let open = 0;
  for (const { stream, router } of parts.table.all()) {
    const change = stream.transition?.change;
    open += change?.kind === 'create' ? change.shards : router.shards.length;
  }
  return open;
}

/** Whether the account may have one more on-demand stream; held to with AWS's limits only. @throws {Fault} LimitExceededException. */
export function checkOnDemandLimit(parts: ServiceParts, scope: Scope): void {
  if (!parts.settings.strictLimits) return;
  const namespace = parts.table.namespace(scope);
  let there = 0;
  for (const { stream } of parts.table.all()) {
    if (stream.namespace === namespace && stream.mode === 'ON_DEMAND') there += 1;
  }
  if (there >= ON_DEMAND_STREAMS_MAX) throw tooManyOnDemandStreams(scope.account, ON_DEMAND_STREAMS_MAX);
}

/** The intent of a change that opens `keys` shards. */
export function transitionTo(parts: ServiceParts, change: Change, keys: number): Transition {
  const dueMs = parts.clock.now() + parts.settings.transitionMs;
  return { change, dueMs, keys: { first: parts.journal.catalog.nextShardKey, count: keys } };
}
