/**
 * What the credentials may do at AWS, found by calls that change nothing: they read, or they are refused whatever the
 * policy says. A policy is looked at before anything else, so any answer but AccessDenied is a yes.
 */
import type { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { isThrottle } from '../../client/retry.ts';
import { describeLimits } from '../../operations/kinesis/account.ts';
import { listStreamConsumers } from '../../operations/kinesis/consumers.ts';
import { describeStreamSummary } from '../../operations/kinesis/describe-stream.ts';
import { getRecords } from '../../operations/kinesis/get-records.ts';
import { getShardIterator } from '../../operations/kinesis/get-shard-iterator.ts';
import { listShards } from '../../operations/kinesis/list-shards.ts';
import { listStreams } from '../../operations/kinesis/list-streams.ts';
import { putRecord } from '../../operations/kinesis/put-record.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

export interface Permissions {
  /** Operations by what was found; those of the last list had no answer that tells. */
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  readonly unknown: readonly string[];
  /** On which single stream; undefined: there was none to ask about. */
  readonly stream: string | undefined;
}

const DENIED = /^(AccessDenied(Exception)?|NotAuthorized)$/;
/** That the caller is unknown, expired or badly signed says nothing of a policy. */
const REFUSED =
  /^(Expired|Incomplete|InvalidClientToken|InvalidSignature|Missing|OptIn|Request|Signature|Unrecognized)/;

/** Sequence number of no shard: a put that names it is refused everywhere, also where DryRun is not known. */
const NO_NUMBER = '1';

/** Asks one by one. `writes`: whether a put that must fail may be sent. @throws what refuses the caller altogether. */
export async function permissionsOf(
  client: Client,
  options: { readonly writes: boolean; readonly signal: AbortSignal },
): Promise<Permissions> {
  const asking = new Asking();
  const once = { attemptsMax: 1, signal: options.signal };
  const names = await asking.ask('ListStreams', () => client.call(listStreams, { Limit: 1 }, once));
  await asking.ask('DescribeLimits', () => client.call(describeLimits, {}, once));
  const stream = names?.StreamNames[0];
  if (stream === undefined) return { ...asking, stream };
  const named = { StreamName: stream };
  const summary = await asking.ask('DescribeStreamSummary', () => client.call(describeStreamSummary, named, once));
  const arn = summary?.StreamDescriptionSummary.StreamARN;
  if (arn !== undefined)
    await asking.ask('ListStreamConsumers', () => client.call(listStreamConsumers, { StreamARN: arn }, once));
  const shards = await asking.ask('ListShards', () => client.call(listShards, { ...named, MaxResults: 1 }, once));
  const ShardId = shards?.Shards?.[0]?.ShardId ?? 'shardId-000000000000';
  const place = { ...named, ShardId, ShardIteratorType: 'LATEST' as const };
  const opened = await asking.ask('GetShardIterator', () => client.call(getShardIterator, place, once));
  const ShardIterator = opened?.ShardIterator;
  if (ShardIterator !== undefined)
    await asking.ask('GetRecords', () => client.call(getRecords, { ShardIterator, Limit: 1 }, once));
  const record = { ...named, Data: new Uint8Array(1), PartitionKey: 'sluice-doctor' };
  if (options.writes)
    await asking.ask('PutRecord', () =>
      client.call(putRecord, { ...record, SequenceNumberForOrdering: NO_NUMBER, DryRun: true }, once),
    );
  return { ...asking, stream };
}

class Asking {
  readonly allowed: string[] = [];
  readonly denied: string[] = [];
  readonly unknown: string[] = [];

  async ask<T>(operation: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await call();
      this.allowed.push(operation);
      return answer;
    } catch (error) {
      if (!(error instanceof ClientError) || REFUSED.test(error.code)) throw error;
      const isTold = error.status < 500 && !isThrottle(error.code);
      const list = DENIED.test(error.code) ? this.denied : isTold ? this.allowed : this.unknown;
      list.push(operation);
      return undefined;
    }
  }
}

/** What that comes to for a person. Pure. */
export function permissionsFinding({ allowed, denied, unknown, stream }: Permissions): Finding {
  const on = stream === undefined ? ' (there is no stream to ask about more)' : ` on ${stream}`;
  const actions = denied.map((name) => `kinesis:${name}`).join(', ');
  const undecided = unknown.length === 0 ? '' : `; no answer to ${unknown.join(', ')}`;
  if (denied.length === 0) return ok(`allowed: ${allowed.join(', ')}${on}${undecided}`);
  const found = `denied: ${actions}${on}${undecided}`;
  if (allowed.length === 0) return fail(found, 'The policy of the identity above allows nothing of Kinesis.');
  return warn(found, `Allow ${denied.length === 1 ? 'it' : 'them'} in the policy of the identity above, if needed.`);
}
