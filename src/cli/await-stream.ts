/** Waiting for a stream to settle, and reading its shards whole: what several commands need. */

import { ClientError } from '../client/client-error.ts';
import { describeStreamSummary } from '../operations/kinesis/describe-stream.ts';
import { listShards } from '../operations/kinesis/list-shards.ts';
import type { Output } from '../operations/operation.ts';
import { CliError, notFoundError } from './cli-error.ts';
import { cachedShard, cachePath, rememberShards, targetKey } from './completion/cache.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit.ts';
import type { OpenStream } from './target/open-stream.ts';
import { shortShard } from './values.ts';

export type StreamSummary = Output<typeof describeStreamSummary>['StreamDescriptionSummary'];
export type ListedShard = NonNullable<Output<typeof listShards>['Shards']>[number];

/** AWS allows 20 of these calls a second; a local change is seen at the first. */
const FIRST_POLL_MS = 20;
const POLL_MS = 1_000;
/** How many open shards a message names. */
const NAMED_SHARDS = 12;

/** The stream as it is now. */
export async function summaryOf({
  context,
  client,
  ref,
}: Pick<OpenStream, 'context' | 'client' | 'ref'>): Promise<StreamSummary> {
  return (await client.call(describeStreamSummary, ref, { signal: context.signal })).StreamDescriptionSummary;
}

/** As summaryOf, for a stream beside the one that a command is about. @throws {CliError} exit 5 where there is none. */
export async function otherSummaryOf(stream: Parameters<typeof summaryOf>[0], name: string): Promise<StreamSummary> {
  try {
    return await summaryOf(stream);
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'ResourceNotFoundException') throw error;
    const lines = [`Create it:  sluice stream create ${name}`];
    throw new CliError(`stream "${name}" does not exist`, { exit: EXIT.notFound, code: error.code, lines });
  }
}

/** Waits until the stream is ACTIVE. @throws {CliError} after --timeout. */
export function untilActive(stream: OpenStream): Promise<StreamSummary> {
  return untilStatus(stream, 'ACTIVE');
}

/** Waits until the stream has a status, as the API writes it. @throws {CliError} after --timeout. */
export async function untilStatus(stream: OpenStream, status: string): Promise<StreamSummary> {
  const { context, name } = stream;
  const progress = context.progress(`waiting for ${name}`);
  const started = context.clock.monotonic();
  try {
    for (let restMs = FIRST_POLL_MS; ; restMs = Math.min(POLL_MS, restMs * 2)) {
      const summary = await summaryOf(stream);
      if (summary.StreamStatus === status) return summary;
      progress.say(`waiting for ${name}: ${summary.StreamStatus}`);
      checkPatience(context, started, { name, now: summary.StreamStatus, wanted: status });
      await context.clock.sleep(restMs, context.signal);
    }
  } finally {
    progress.stop();
  }
}

/** Waits until the stream is gone. */
export async function untilGone(stream: OpenStream): Promise<void> {
  const { context, name } = stream;
  const started = context.clock.monotonic();
  try {
    for (let restMs = FIRST_POLL_MS; ; restMs = Math.min(POLL_MS, restMs * 2)) {
      const { StreamStatus } = await summaryOf(stream);
      checkPatience(context, started, { name, now: StreamStatus, wanted: 'deleted' });
      await context.clock.sleep(restMs, context.signal);
    }
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'ResourceNotFoundException') throw error;
  }
}

/** What is waited for, and how far it is. */
interface Wait {
  readonly name: string;
  readonly now: string;
  readonly wanted: string;
}

function checkPatience(context: Context, started: number, { name, now, wanted }: Wait): void {
  if (context.clock.monotonic() - started < context.waitMs) return;
  const again = wanted === 'ACTIVE' ? name : `${name} ${wanted}`;
  throw new CliError(`${name} is still ${now} after ${context.waitMs / 1_000} s`, {
    exit: EXIT.failed,
    lines: [`Nothing is undone. Wait on:  sluice stream wait ${again} --timeout 10m`],
  });
}

/** `orders  ACTIVE  4 shards`. */
export function summaryLine({ StreamName, StreamStatus, OpenShardCount }: StreamSummary): string {
  return `${StreamName}  ${StreamStatus}  ${OpenShardCount} shard${OpenShardCount === 1 ? '' : 's'}`;
}

/** Every shard that is listed, closed ones too, by id. */
export async function shardsOf({
  context,
  client,
  ref,
  streamName,
  target,
}: OpenStream): Promise<readonly ListedShard[]> {
  const shards: ListedShard[] = [];
  let token: string | undefined;
  do {
    const input = token === undefined ? ref : { NextToken: token };
    const page: Output<typeof listShards> = await client.call(listShards, input, { signal: context.signal });
    shards.push(...(page.Shards ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  const path = cachePath(context.folders.cache, targetKey(target));
  rememberShards(path, streamName, { shards: shards.map(cachedShard), nowMs: context.clock.now() });
  return shards;
}

/** For a shard, or a range of them, that is not among those of the stream. */
export function noShardError(
  { name }: Pick<OpenStream, 'name'>,
  shards: readonly ListedShard[],
  text: string,
): CliError {
  return notFoundError(`there is no shard ${text} in ${name}`, ...openShardsLine(shards));
}

/** `Open: 0000, 0001`, of many the first. */
export function openShardsLine(shards: readonly ListedShard[]): readonly string[] {
  const open = shards.filter(isOpen).map(({ ShardId }) => shortShard(ShardId));
  if (open.length === 0) return [];
  const more = open.length > NAMED_SHARDS ? `, and ${open.length - NAMED_SHARDS} more` : '';
  return [`Open: ${open.slice(0, NAMED_SHARDS).join(', ')}${more}`];
}

/** True for a shard that takes records. */
export function isOpen(shard: ListedShard): boolean {
  return shard.SequenceNumberRange.EndingSequenceNumber === undefined;
}
