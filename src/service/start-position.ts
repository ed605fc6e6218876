/** Where a shard iterator begins: the rules of GetShardIterator and of a subscription's StartingPosition. */
import { Fault } from '../model/fault.ts';
import { shardHorizon } from '../model/retention.ts';
import { parseSequenceNumber } from '../model/sequence-number.ts';
import { type Shard, shardId } from '../model/shard.ts';
import type { Offset } from '../model/shard-key.ts';
import type { StreamRef } from '../model/stream-faults.ts';
import type { EpochMs } from '../model/time.ts';
import type { LiveStream } from './live-stream.ts';

export type PositionType = 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER' | 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';

export interface StartPosition {
  readonly type: PositionType;
  /** For the two types that name one, and only for them. */
  readonly sequenceNumber?: string | undefined;
  /** For AT_TIMESTAMP. */
  readonly timestampMs?: EpochMs | undefined;
}

/** What startOffset needs to know; `nowMs` bounds a timestamp, `operation` stands in the texts. */
export interface StartAt {
  readonly ref: StreamRef;
  readonly shard: Shard;
  readonly nowMs: EpochMs;
  readonly operation: 'GetShardIterator' | 'SubscribeToShard';
}

/** The offset at which reading begins. @throws {Fault} InvalidArgumentException for a position that makes no sense. */
export async function startOffset(live: LiveStream, position: StartPosition, at: StartAt): Promise<Offset> {
  const { shard, nowMs } = at;
  const { type, sequenceNumber } = position;
  const named = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (named && sequenceNumber === undefined) throw numberDoesNotFit(type, 'no');
  if (!named && sequenceNumber !== undefined && type !== 'AT_TIMESTAMP') throw numberDoesNotFit(type, 'also a');
  if (sequenceNumber !== undefined && named) {
    return numberedOffset(at, sequenceNumber, type === 'AFTER_SEQUENCE_NUMBER');
  }
  if (type === 'AT_TIMESTAMP') checkTimestamp(position.timestampMs, nowMs);
  const log = await live.log(shard);
  if (type === 'LATEST') return (await log.range()).next;
  const horizonMs = shardHorizon(live.stream, shard, nowMs);
  return log.find(type === 'AT_TIMESTAMP' ? Math.max(position.timestampMs!, horizonMs) : horizonMs);
}

function numberDoesNotFit(type: PositionType, given: 'no' | 'also a'): Fault {
  return new Fault(
    'InvalidArgumentException',
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
      '(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ' +
      `Request specified ${type} and ${given} StartingSequenceNumber.`,
  );
}

function checkTimestamp(timestampMs: EpochMs | undefined, nowMs: EpochMs): void {
  if (timestampMs === undefined) {
    throw new Fault(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. ' +
        'Current request has no timestamp parameter.',
    );
  }
  if (timestampMs > nowMs) {
    throw new Fault(
      'InvalidArgumentException',
      'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
        `timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
    );
  }
}

function numberedOffset({ ref, shard, operation }: StartAt, text: string, after: boolean): Offset {
  const number = parseSequenceNumber(text);
  const used =
    `StartingSequenceNumber ${text} used in ${operation} on shard ${shardId(shard.index)} in stream ${ref.name} ` +
    `under account ${ref.account} is invalid`;
  if (number === undefined) throw new Fault('InvalidArgumentException', `${used}.`);
  if (number.shardIndex !== shard.index) {
    throw new Fault(
      'InvalidArgumentException',
      `Invalid StartingSequenceNumber. It encodes ${encodedShardId(number.shardIndex)}, ` +
        `while it was used in a call to a shard with ${shardId(shard.index)}`,
    );
  }
  if (number.version !== 2) throw new Fault('InvalidArgumentException', `${used}.`);
  if (number.creationSeconds !== shard.creationSeconds) {
    throw new Fault('InvalidArgumentException', `${used} because it did not come from this stream.`);
  }
  // The record at an offset bears that offset + 1 as its index; nobody bears index 0.
  const offset = after ? number.index : number.index - 1n;
  return Number(offset < 0n ? 0n : offset > OFFSET_MAX ? OFFSET_MAX : offset) as Offset;
}

const OFFSET_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Numbers of others may encode a negative index, which is printed with its sign first. */
function encodedShardId(index: number): string {
  return index < 0 ? `shardId--${String(-index).padStart(11, '0')}` : shardId(index);
}
