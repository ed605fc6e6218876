/** The StreamFilter of ListChannels and ListQueues: those of some streams only. */
import type { Stream } from '../../model/stream.ts';
import { type EpochMs, SECOND_MS } from '../../model/time.ts';
import { nameInArn } from './stream-name.ts';

interface StreamFilter {
  readonly StreamARN: string;
  /** Tells incarnations of the name apart. */
  readonly StreamCreationTimestamp?: EpochMs | undefined;
}

/** Whether a stream is among those asked for; without filters every one is. */
export function isStreamAsked(stream: Stream, filters: readonly StreamFilter[] | undefined): boolean {
  if (filters === undefined) return true;
  return filters.some(({ StreamARN, StreamCreationTimestamp: createdMs }) => {
    const isSameTime = createdMs === undefined || seconds(createdMs) === seconds(stream.createdMs);
    return nameInArn(StreamARN) === stream.name && isSameTime;
  });
}

/** Some clients know a time to the second only. */
function seconds(ms: EpochMs): number {
  return Math.floor(ms / SECOND_MS);
}
