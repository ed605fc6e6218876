/** Answers to PutRecords: whether all is well without reading them, and what stands in them when it is not. Pure. */
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Output } from '../operations/operation.ts';
import { coerceJson } from '../wire/json.ts';
import { parsedAnswer } from './client.ts';
import { ClientError } from './client-error.ts';

export type AnswerEntries = Output<typeof putRecords>['Records'];

const ALL_WRITTEN = '"FailedRecordCount":0';
const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;
const SHARD = '"ShardId":"';

/** True when the answer says that no record failed; quotes inside of strings are escaped, so that can stand nowhere else. */
export function isAllWritten(answer: Uint8Array): boolean {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.length);
  const at = bytes.indexOf(ALL_WRITTEN);
  const next = at < 0 ? undefined : bytes[at + ALL_WRITTEN.length];
  return next === COMMA || next === CLOSING_BRACE;
}

/** One entry a record, in the order of the request. @throws {ClientError} UnreadableAnswer. */
export function answerEntries(answer: Uint8Array): AnswerEntries {
  const { Records } = coerceJson(putRecords.output, parsedAnswer(answer)) as Partial<Output<typeof putRecords>>;
  if (Records !== undefined) return Records;
  throw new ClientError('UnreadableAnswer', 'The server answered with a body that has no Records.', { status: 200 });
}

/** Adds the shards that are named in an answer. */
export function addShards(answer: Uint8Array, into: Set<string>): void {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.length);
  for (let at = bytes.indexOf(SHARD); at >= 0; at = bytes.indexOf(SHARD, at)) {
    at += SHARD.length;
    const end = bytes.indexOf('"', at);
    into.add(bytes.toString('latin1', at, end));
  }
}
