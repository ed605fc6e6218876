/** Faults that several rules raise, with the API's texts. They name the caller's account. Pure. */
import { Fault } from './fault.ts';
import { shardId } from './shard.ts';
import type { Scope, Stream } from './stream.ts';

/** A stream as a caller knows it. */
export interface StreamRef {
  readonly name: string;
  readonly account: string;
}

/** `stream` of a caller's account, in the form in which the texts name it. */
export function refTo(scope: Scope, name: string): StreamRef {
  return { name, account: scope.account };
}

function named(ref: StreamRef): string {
  return `stream ${ref.name} under account ${ref.account}`;
}

export function streamNotFound(ref: StreamRef): Fault {
  return new Fault('ResourceNotFoundException', `Stream ${ref.name} under account ${ref.account} not found.`);
}

export function streamExists(ref: StreamRef): Fault {
  return new Fault('ResourceInUseException', `Stream ${ref.name} under account ${ref.account} already exists.`);
}

export function streamNotActive(ref: StreamRef, stream: Stream): Fault {
  const text = `Stream ${ref.name} under account ${ref.account} not ACTIVE, instead in state ${stream.status}`;
  return new Fault('ResourceInUseException', text);
}

/** `given` as the caller wrote it, when it resolves to no shard at all. */
export function shardNotFound(ref: StreamRef, given: string): Fault {
  return new Fault('ResourceNotFoundException', `Could not find shard ${given} in ${named(ref)}.`);
}

/** What readers are told, also when the whole stream is gone. */
export function shardDoesNotExist(ref: StreamRef, index: number): Fault {
  return new Fault('ResourceNotFoundException', `Shard ${shardId(index)} in ${named(ref)} does not exist`);
}

export function streamIsOnDemand(ref: StreamRef): Fault {
  const text = `Request is invalid. Stream ${ref.name} under account ${ref.account} is in On-Demand mode.`;
  return new Fault('ValidationException', text);
}

export function rateExceededForShard(ref: StreamRef, index: number): Fault {
  const text = `Rate exceeded for shard ${shardId(index)} in ${named(ref)}.`;
  return new Fault('ProvisionedThroughputExceededException', text);
}

/** What readers are told who come too often, or before an earlier answer is paid off. */
export function rateExceededForReads(ref: StreamRef, index: number): Fault {
  const text = `Rate exceeded for Shard - ${ref.account}/${ref.name}/${shardId(index)}`;
  return new Fault('ProvisionedThroughputExceededException', text);
}

/** An operation that the account's streams share. */
export function rateExceededForAccount(account: string): Fault {
  return new Fault('LimitExceededException', `Rate exceeded for account ${account}.`);
}

export function rateExceededForStream(ref: StreamRef): Fault {
  return new Fault('LimitExceededException', `Rate exceeded for ${named(ref)}.`);
}

export interface ShardLimit {
  readonly open: number;
  readonly limit: number;
  readonly additional: number;
}

/** More open shards than the account may have. */
export function shardLimitExceeded(scope: Scope, { open, limit, additional }: ShardLimit): Fault {
  return new Fault(
    'LimitExceededException',
    `This request would exceed the shard limit for the account ${scope.account} in ${scope.region}. ` +
      `Current shard count for the account: ${open}. Limit: ${limit}. ` +
      `Number of additional shards that would have resulted from this request: ${additional}. ` +
      'Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) ' +
      'for current limits and how to request higher limits.',
  );
}

export function dryRun(): Fault {
  const text = 'The request was rejected because the DryRun parameter was specified.';
  return new Fault('DryRunOperationException', text);
}

const SHARD_INDEX_MAX = 2_147_483_647;

/**
 * The index in a shard id, read as leniently as AWS does: the digits after the first hyphen, or the whole text.
 * @throws {Fault} ResourceNotFoundException with the text as given.
 */
export function parseShardId(ref: StreamRef, given: string): number {
  const hyphen = given.indexOf('-');
  const digits = given.slice(hyphen + 1);
  const index = Number(digits);
  if (!/^\d+$/.test(digits) || index > SHARD_INDEX_MAX) throw shardNotFound(ref, given);
  return index;
}
