/** Faults about a stream's settings. AWS's own texts are not known for these. Pure. */
import { Fault } from './fault.ts';
import { MODE_SWITCHES_PER_DAY, RESOURCE_POLICY_CHARS_MAX, WARM_THROUGHPUT_MIBPS_MAX } from './limits.ts';
import type { StreamMode } from './stream.ts';
import { rateExceededForStream, type StreamRef } from './stream-faults.ts';
import { DAY_MS, type EpochMs } from './time.ts';

const named = ({ name, account }: StreamRef) => `Stream ${name} under account ${account}`;

export function modeUnchanged(ref: StreamRef, mode: StreamMode): Fault {
  return new Fault('InvalidArgumentException', `${named(ref)} is already in ${mode} mode.`);
}

/** Times of this and the earlier changes of mode within a day. @throws {Fault} when they are too many. */
export function countSwitch(ref: StreamRef, switchedMs: readonly EpochMs[] = [], nowMs: EpochMs): readonly EpochMs[] {
  const recent = switchedMs.filter((at) => at > nowMs - DAY_MS);
  if (recent.length >= MODE_SWITCHES_PER_DAY) throw rateExceededForStream(ref);
  return [...recent, nowMs];
}

/** `what`: the member that asks for an on-demand stream. */
export function onDemandOnly(ref: StreamRef, what: string): Fault {
  return new Fault('ValidationException', `Request is invalid. ${named(ref)} is in Provisioned mode: no ${what}.`);
}

/** AUTO is for on-demand streams; a stream that distributes by itself stays one until it is told otherwise. */
export function autoNeedsOnDemand(ref: StreamRef): Fault {
  const text = `${named(ref)}: RecordDistributionStrategy AUTO is for streams in On-Demand mode only.`;
  return new Fault('InvalidArgumentException', text);
}

/** @throws {Fault} ValidationException, unless the account may have that much at any time. */
export function checkWarmThroughput(isCommitted: boolean, mibps: number): void {
  if (!isCommitted) {
    throw new Fault(
      'ValidationException',
      'WarmThroughputMiBps needs the minimum throughput billing commitment of the account to be ENABLED.',
    );
  }
  if (mibps <= WARM_THROUGHPUT_MIBPS_MAX) return;
  throw new Fault(
    'ValidationException',
    `WarmThroughputMiBps ${mibps} is over the limit of ${WARM_THROUGHPUT_MIBPS_MAX} MiBps.`,
  );
}

/** A policy is the text of a JSON object. @throws {Fault} InvalidArgumentException. */
export function checkPolicy(policy: string): void {
  if (policy.length <= RESOURCE_POLICY_CHARS_MAX && isJsonObject(policy)) return;
  const rule = `must be a JSON object of at most ${RESOURCE_POLICY_CHARS_MAX} characters`;
  throw new Fault('InvalidArgumentException', `The resource policy ${rule}.`);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export function policyNotFound(arn: string): Fault {
  return new Fault('ResourceNotFoundException', `No resource policy found for resource ARN ${arn}.`);
}

export function tooManyOnDemandStreams(account: string, limit: number): Fault {
  const text = `Account ${account} cannot have more than ${limit} streams in On-Demand mode.`;
  return new Fault('LimitExceededException', text);
}
