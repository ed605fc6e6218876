/** Mode, record size, monitoring and distribution of a stream: checks in the API's order, and the intent they record. */
import {
  autoNeedsOnDemand,
  checkWarmThroughput,
  countSwitch,
  modeUnchanged,
  onDemandOnly,
} from '../model/settings-faults.ts';
import { type MetricName, type ShardMetric, withMetrics, withoutMetrics } from '../model/shard-metrics.ts';
import type { Scope, Stream, StreamMode, StreamPatch } from '../model/stream.ts';
import { refTo } from '../model/stream-faults.ts';
import { activeStream, type Caller, checkOnDemandLimit, transitionTo } from './changing.ts';
import { checkNoChannels } from './channels.ts';
import { isCommitted } from './commitment.ts';
import { record, type ServiceParts } from './parts.ts';
import { checkNoQueues } from './queues.ts';

export interface ModeChange {
  readonly mode: StreamMode;
  readonly warmMibps?: number | undefined;
}

export interface MetricsChange {
  readonly direction: 'enable' | 'disable';
  readonly named: readonly MetricName[];
}

/** What a stream has, and what it will have. */
export interface MetricsOutcome {
  readonly before: readonly ShardMetric[];
  readonly after: readonly ShardMetric[];
}

/** Each function returns the id of the stream whose transition it recorded. */
export async function changeMode(parts: ServiceParts, caller: Caller, change: ModeChange): Promise<number> {
  const { mode, warmMibps } = change;
  const stream = activeStream(parts, caller);
  const ref = refTo(caller.scope, caller.name);
  if (stream.mode === mode) throw modeUnchanged(ref, mode);
  if (mode === 'PROVISIONED' && warmMibps !== undefined) throw onDemandOnly(ref, 'WarmThroughputMiBps');
  if (mode === 'PROVISIONED' && stream.distribution === 'AUTO') throw autoNeedsOnDemand(ref);
  if (mode === 'PROVISIONED') checkNoChannels(parts, caller, 'leave On-Demand mode');
  if (mode === 'PROVISIONED') checkNoQueues(parts, caller, 'leave On-Demand mode');
  checkWarm(parts, caller.scope, warmMibps);
  if (mode === 'ON_DEMAND') checkOnDemandLimit(parts, caller.scope);
  const switchedMs = countSwitch(ref, stream.switchedMs, parts.clock.now());
  return startSetting(parts, stream, { mode, switchedMs, warmMibps: warmMibps ?? null });
}

export function changeRecordBytesMax(parts: ServiceParts, caller: Caller, recordBytesMax: number): Promise<number> {
  return startSetting(parts, activeStream(parts, caller), { recordBytesMax });
}

export async function changeWarmThroughput(parts: ServiceParts, caller: Caller, warmMibps: number): Promise<number> {
  const stream = activeStream(parts, caller);
  if (stream.mode !== 'ON_DEMAND') {
    throw onDemandOnly(refTo(caller.scope, caller.name), 'WarmThroughputMiBps');
  }
  checkWarm(parts, caller.scope, warmMibps);
  return startSetting(parts, stream, { warmMibps });
}

export async function changeMetrics(
  parts: ServiceParts,
  caller: Caller,
  { direction, named }: MetricsChange,
): Promise<MetricsOutcome & { readonly id: number }> {
  const stream = activeStream(parts, caller);
  const before = stream.shardMetrics;
  const after = direction === 'enable' ? withMetrics(before, named) : withoutMetrics(before, named);
  if (after.length !== before.length) await startSetting(parts, stream, { shardMetrics: after });
  return { id: stream.id, before, after };
}

/** Holds at once. */
export async function changeDistribution(
  parts: ServiceParts,
  caller: Caller,
  strategy: 'AUTO' | 'USER_PARTITION_KEY',
): Promise<void> {
  const stream = activeStream(parts, caller);
  if (strategy === 'AUTO' && stream.mode !== 'ON_DEMAND') throw autoNeedsOnDemand(refTo(caller.scope, caller.name));
  const distribution = strategy === 'AUTO' ? strategy : null;
  await record(parts, { kind: 'streamSet', id: stream.id, settings: { distribution } });
}

/** Whether the caller's account may have warm throughput. @throws {Fault} ValidationException. */
export function checkWarm(parts: ServiceParts, scope: Scope, warmMibps: number | undefined): void {
  if (warmMibps !== undefined) checkWarmThroughput(isCommitted(parts, scope), warmMibps);
}

async function startSetting(parts: ServiceParts, stream: Stream, settings: StreamPatch): Promise<number> {
  const transition = transitionTo(parts, { kind: 'set', settings }, 0);
  await record(parts, { kind: 'transitionStarted', id: stream.id, transition });
  return stream.id;
}
