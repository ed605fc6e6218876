/** Where records go that a command could not do: a stream, as they are, or a file that `put --envelope ndjson` reads. */
import { resolve } from 'node:path';
import type { Item } from '../../client/answers.ts';
import { ClientError } from '../../client/client-error.ts';
import { retryDelayMs } from '../../client/retry.ts';
import { PUT_RECORDS_BYTES_MAX, PUT_RECORDS_MAX } from '../../model/limits.ts';
import { putRecords } from '../../operations/kinesis/put-records.ts';
import { appendText } from '../../runtime/files.ts';
import { otherSummaryOf } from '../await-stream.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { FIELDS, jsonLine } from '../record/fields.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { firstBatch } from './batches.ts';

const ATTEMPTS = 5;

/** Keeps records of a shard; they are kept when it resolves. */
export type DeadLetters = (shardId: string, items: readonly Item[], reason: string) => Promise<void>;

/** What --dlq names: `file:` and paths that end like one are files, the rest are streams. @throws {CliError} */
export async function deadLetters(source: OpenStream, where: string): Promise<DeadLetters> {
  const { context } = source;
  const path = where.startsWith('file:') ? where.slice('file:'.length) : where;
  if (path !== where || /^[./~]|\.(ndjson|jsonl|json|txt|log)$/.test(path)) {
    return toFile(source, resolve(context.directory, path.replace(/^~(?=\/)/, context.home)));
  }
  const stream = await context.open(where);
  if (stream.target.readOnly) throw usageError(`${where} is read-only: it takes no records`);
  await otherSummaryOf(stream, where);
  if (stream.target.endpoint === source.target.endpoint && stream.streamName === source.streamName) {
    throw usageError('a stream cannot take its own failed records: they would come again');
  }
  return toStream(context, stream);
}

function toFile({ name }: OpenStream, path: string): DeadLetters {
  return (shardId, items, reason) => {
    const lines = items.map(({ record }) => {
      const line = jsonLine({ stream: name, shardId, record, lagMs: 0 }, FIELDS, { data: 'string' });
      return `${line.slice(0, -1)},"error":${JSON.stringify(reason)}}\n`;
    });
    return appendText(path, lines.join(''));
  };
}

function toStream(context: Context, to: OpenStream): DeadLetters {
  return async (_, items) => {
    for (let left = items; left.length > 0; ) {
      const part = firstBatch(left, { records: PUT_RECORDS_MAX, bytes: PUT_RECORDS_BYTES_MAX / 2, lingerMs: 0 });
      await putAll(context, to, part);
      left = left.slice(part.length);
    }
  };
}

async function putAll(context: Context, to: OpenStream, items: readonly Item[]): Promise<void> {
  const { clock, random, signal, global } = context;
  let entries = items.map(({ record: { partitionKey, explicitHashKey, data } }) => ({
    PartitionKey: partitionKey === '' ? random.uuid() : partitionKey,
    ExplicitHashKey: explicitHashKey,
    Data: data,
  }));
  const attemptsMax = global.maxAttempts ?? ATTEMPTS;
  for (let attempt = 1; ; attempt++) {
    const answer = await to.client.call(putRecords, { ...to.ref, Records: entries }, { signal });
    const failed = answer.Records.map(({ ErrorCode }) => ErrorCode);
    entries = entries.filter((_, i) => failed[i] !== undefined);
    if (entries.length === 0) return;
    if (attempt === attemptsMax) {
      const code = failed.find((one) => one !== undefined)!;
      const cause = new ClientError(code, `${to.name} did not take failed records`, { status: 200 });
      throw new CliError(cause.message, { exit: EXIT.failed, code, cause });
    }
    await clock.sleep(retryDelayMs(attempt, random.fraction()), signal);
  }
}
