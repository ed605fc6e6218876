/**
 * The account's commitment to pay for a minimum of throughput, which opens warm throughput and more consumers. It holds
 * for a day at least: taken back earlier, it goes on until then. Pure; its state follows from the time.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
 */
import { DAY_MS, type EpochMs } from './time.ts';

export interface Commitment {
  readonly startedMs: EpochMs;
  /** Absent until it is taken back. */
  readonly endsMs?: EpochMs | undefined;
}

export type CommitmentStatus = 'ENABLED' | 'DISABLED' | 'ENABLED_UNTIL_EARLIEST_ALLOWED_END';

/** Of a commitment, or of none. */
export function commitmentStatus(commitment: Commitment | undefined, nowMs: EpochMs): CommitmentStatus {
  if (commitment === undefined) return 'DISABLED';
  if (commitment.endsMs === undefined) return 'ENABLED';
  return nowMs < commitment.endsMs ? 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' : 'DISABLED';
}

export function earliestEnd(commitment: Commitment): EpochMs {
  return commitment.startedMs + DAY_MS;
}

/** After a caller asked for it or took it back. Asking again before the end takes the end away. */
export function changedCommitment(
  commitment: Commitment | undefined,
  wanted: 'ENABLED' | 'DISABLED',
  nowMs: EpochMs,
): Commitment | undefined {
  const status = commitmentStatus(commitment, nowMs);
  if (wanted === 'ENABLED') return status === 'DISABLED' ? { startedMs: nowMs } : { startedMs: commitment!.startedMs };
  if (status !== 'ENABLED') return commitment;
  return { ...commitment!, endsMs: Math.max(nowMs, earliestEnd(commitment!)) };
}
