/** When a segment ends and when a sealed one is worth writing again. Pure decisions. */
import { SEGMENT_AGE_MS_MAX } from '../../model/limits.ts';

/** Dead bytes that are worth ending a segment early for. */
const DEAD_BYTES_MIN = 65_536;

export interface Filling {
  /** Where the next block would go. */
  readonly position: number;
  /** Records waiting for it. */
  readonly nextBytes: number;
  readonly segmentBytesMax: number;
  /** The segment holds records; an empty one takes a block of any size. */
  readonly hasRecords: boolean;
}

/** Whether the next block belongs into a new segment. */
export function isFull(filling: Filling): boolean {
  return filling.hasRecords && filling.position + filling.nextBytes > filling.segmentBytesMax;
}

export interface Aging {
  readonly ageMs: number;
  /** Of all its records, and of those a reader may still ask for. */
  readonly bytes: number;
  readonly aliveBytes: number;
}

/** Whether an active segment should end although it is not full: by age, or because most of it is dead. */
export function shouldEndEarly({ ageMs, bytes, aliveBytes }: Aging): boolean {
  if (bytes === 0) return false;
  return ageMs >= SEGMENT_AGE_MS_MAX || (bytes - aliveBytes >= DEAD_BYTES_MIN && aliveBytes * 2 < bytes);
}

/** What is to happen to a sealed segment. */
export function fateOf({ bytes, aliveBytes }: Omit<Aging, 'ageMs'>): 'keep' | 'remove' | 'rewrite' {
  if (aliveBytes === 0) return 'remove';
  return aliveBytes * 2 < bytes ? 'rewrite' : 'keep';
}
