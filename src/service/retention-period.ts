/** Longer and shorter retention: checks in the API's order, and the change, which holds at once. */
import { Fault } from '../model/fault.ts';
import { RETENTION_HOURS_MAX, RETENTION_HOURS_MIN } from '../model/limits.ts';
import { retentionHorizon } from '../model/retention.ts';
import type { Stream } from '../model/stream.ts';
import { activeStream, type Caller } from './changing.ts';
import { record, type ServiceParts } from './parts.ts';

export interface RetentionChange {
  readonly direction: 'increase' | 'decrease';
  readonly hours: number;
}

/** Changes a stream's retention. Only within a turn. */
export async function changeRetention(parts: ServiceParts, caller: Caller, change: RetentionChange): Promise<void> {
  const { hours } = change;
  checkPositive(hours);
  const stream = activeStream(parts, caller);
  checkBounds(hours);
  checkDirection(stream, change);
  if (hours === stream.retentionHours) return;
  // A shorter retention hides records at once; a longer one brings back nothing that has expired by now.
  const horizonMs = retentionHorizon(Math.min(hours, stream.retentionHours), parts.clock.now());
  await record(parts, { kind: 'retentionChanged', id: stream.id, retentionHours: hours, horizonMs });
}

function checkPositive(hours: number): void {
  if (hours >= 1) return;
  throw new Fault(
    'ValidationException',
    `1 validation error detected: Value '${hours}' at 'retentionPeriodHours' failed to satisfy constraint: ` +
      'Member must have value greater than or equal to 1',
  );
}

function checkBounds(hours: number): void {
  if (hours >= RETENTION_HOURS_MIN && hours <= RETENTION_HOURS_MAX) return;
  const rule =
    hours < RETENTION_HOURS_MIN
      ? `Minimum allowed retention period is ${RETENTION_HOURS_MIN} hours. Requested retention period (${hours} hours) is too short.`
      : `Maximum allowed retention period is ${RETENTION_HOURS_MAX} hours. Requested retention period (${hours} hours) is too long.`;
  throw new Fault('InvalidArgumentException', rule);
}

function checkDirection(stream: Stream, { direction, hours }: RetentionChange): void {
  const existing = `existing retention period (${stream.retentionHours} hours)`;
  const requested = `Requested retention period (${hours} hours) for stream ${stream.name}`;
  if (direction === 'increase' && hours < stream.retentionHours) {
    const text = `${requested} can not be shorter than ${existing}. Use DecreaseRetentionPeriod API.`;
    throw new Fault('InvalidArgumentException', text);
  }
  if (direction === 'decrease' && hours > stream.retentionHours) {
    const text = `${requested} can not be longer than ${existing}. Use IncreaseRetentionPeriod API.`;
    throw new Fault('InvalidArgumentException', text);
  }
}
