/** Reads: iterators and the pages they give. Retention holds to the millisecond at the moment of reading. */
import type { ReadPage } from '../model/delivery.ts';
import { Fault } from '../model/fault.ts';
import { openIterator, type ShardIterator, sealIterator } from '../model/iterator.ts';
import { GET_RECORDS_BYTES_MAX, ITERATOR_LIFE_MS } from '../model/limits.ts';
import type { RecordBlock } from '../model/record-batch.ts';
import { isExpired, shardHorizon } from '../model/retention.ts';
import { TOKEN_NONCE_BYTES } from '../model/sealed-token.ts';
import type { Shard } from '../model/shard.ts';
import type { Offset } from '../model/shard-key.ts';
import type { Scope, Stream } from '../model/stream.ts';
import {
  dryRun,
  parseShardId,
  rateExceededForReads,
  refTo,
  type StreamRef,
  shardDoesNotExist,
} from '../model/stream-faults.ts';
import type { EpochMs } from '../model/time.ts';
import { unixDate } from '../runtime/unix-date.ts';
import { type ReadLimit, type ShardLog, StoreError } from '../store/store.ts';
import type { ReaderIdentity } from './events.ts';
import type { LiveStream } from './live-stream.ts';
import { faultFrom, type ServiceParts, strictThrottles } from './parts.ts';
import { type StartPosition, startOffset } from './start-position.ts';

export interface IteratorRequest extends StartPosition {
  /** As the caller wrote it. */
  readonly shardId: string;
  readonly dryRun?: boolean | undefined;
}

export interface ReadRequest {
  readonly iterator: string;
  /** Records at most. */
  readonly limit: number;
  /** The stream's name out of an ARN, when the caller gave one. */
  readonly streamName?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** Who asks, for those who count. */
  readonly reader?: ReaderIdentity | undefined;
}

/** The token with which reading begins at a position of a shard. */
export async function getShardIterator(
  parts: ServiceParts,
  scope: Scope,
  request: IteratorRequest & { readonly name: string },
): Promise<string> {
  const ref = refTo(scope, request.name);
  const index = parseShardId(ref, request.shardId);
  const nowMs = parts.clock.now();
  const live = parts.table.find(scope, request.name);
  const shard = readableShard(live, index, nowMs);
  if (live === undefined || shard === undefined) throw shardDoesNotExist(ref, index);
  const target = { ref, live, shard };
  const offset = await storeAnswer(parts, target, () =>
    startOffset(live, request, { ref, shard, nowMs, operation: 'GetShardIterator' }),
  );
  if (request.dryRun) throw dryRun();
  const isGranted = strictThrottles(parts)?.takeIterator({ stream: live.stream, shard }) ?? true;
  if (!isGranted) throw rateExceededForReads(ref, index);
  return issue(parts, { stream: live.stream, shardIndex: index, offset });
}

/** The records at an iterator and the iterator behind them; at the end of a closed shard its children instead. */
export async function getRecords(parts: ServiceParts, scope: Scope, request: ReadRequest): Promise<ReadPage> {
  const nowMs = parts.clock.now();
  const iterator = checkedIterator(parts, request.iterator, nowMs);
  const ref = refTo(scope, iterator.streamName);
  const live = parts.table.byId(scope, iterator.streamId);
  const shard = readableShard(live, iterator.shardIndex, nowMs);
  if (live === undefined || shard === undefined) throw shardDoesNotExist(ref, iterator.shardIndex);
  if (request.streamName !== undefined && request.streamName !== iterator.streamName) {
    throw new Fault('InvalidArgumentException', `The ShardIterator is not of stream ${request.streamName}.`);
  }
  if (request.dryRun) throw dryRun();
  const throttled = { stream: live.stream, shard };
  const isGranted = strictThrottles(parts)?.takeRead(throttled) ?? true;
  if (!isGranted) {
    parts.events.readThrottled(live.stream, shard);
    throw rateExceededForReads(ref, shard.index);
  }
  const page = await storeAnswer(parts, { ref, live, shard }, async () => {
    const log = await live.log(shard);
    const horizonMs = shardHorizon(live.stream, shard, nowMs);
    const limit = { records: request.limit, bytes: GET_RECORDS_BYTES_MAX };
    const read = await readFrom(log, { from: iterator.offset, limit, horizonMs });
    return pageOf(parts, { live, shard, log, nowMs }, read);
  });
  const bytes = page.blocks.reduce((sum, block) => sum + block.starts[block.count]! - block.starts[0]!, 0);
  strictThrottles(parts)?.chargeRead(throttled, bytes);
  parts.events.recordsRead(live.stream, { shard, blocks: page.blocks, lagMs: page.lagMs }, request.reader);
  return page;
}

/** The shard, if it may be read now. */
export function readableShard(live: LiveStream | undefined, index: number, nowMs: EpochMs): Shard | undefined {
  const shard = live?.shard(index);
  if (live === undefined || shard === undefined || live.stream.status === 'DELETING') return undefined;
  return isExpired(live.stream, shard, nowMs) ? undefined : shard;
}

function checkedIterator(parts: ServiceParts, token: string, nowMs: EpochMs): ShardIterator {
  const iterator = openIterator(parts.tokenKey, token);
  if (iterator === undefined) throw new Fault('InvalidArgumentException', 'Invalid ShardIterator.');
  if (nowMs - iterator.issuedMs <= ITERATOR_LIFE_MS) return iterator;
  throw new Fault(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${unixDate(iterator.issuedMs)} while right now it is ` +
      `${unixDate(nowMs)} which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
  );
}

function issue(parts: ServiceParts, at: { stream: Stream; shardIndex: number; offset: Offset }): string {
  const { stream, shardIndex, offset } = at;
  const issuedMs = parts.clock.now();
  const iterator = { issuedMs, streamId: stream.id, streamName: stream.name, shardIndex, offset };
  return sealIterator(parts.tokenKey, iterator, parts.random.bytes(TOKEN_NONCE_BYTES));
}

/** What was read, from which place on. */
export interface ReadBlocks {
  readonly blocks: readonly RecordBlock[];
  /** Where to read on. */
  readonly next: Offset;
}

interface ReadFrom {
  readonly from: Offset;
  readonly limit: ReadLimit;
  readonly horizonMs: EpochMs;
}

/** The records at an offset, without those that arrived before the horizon. */
export async function readFrom(log: ShardLog, { from, limit, horizonMs }: ReadFrom): Promise<ReadBlocks> {
  let start = from;
  let blocks = await log.read(start, limit);
  const first = blocks[0];
  if (first !== undefined && first.arrivalMs < horizonMs) {
    // Arrivals never go down within a shard, so everything readable lies behind this offset.
    start = Math.max(start, await log.find(horizonMs)) as Offset;
    blocks = await log.read(start, limit);
  }
  return { blocks, next: blocks.at(-1)?.next ?? start };
}

interface ReadShard {
  readonly live: LiveStream;
  readonly shard: Shard;
  readonly log: ShardLog;
  readonly nowMs: EpochMs;
}

/** How far behind the tip a reader is; at the end of a closed shard also the shard's direct children. */
export async function lagAt(
  { live, shard, log, nowMs }: ReadShard,
  { blocks, next }: ReadBlocks,
): Promise<{ readonly lagMs: number; readonly children?: readonly Shard[] }> {
  // Whether the shard is closed must be known before its end is asked for: the end of a closed shard is final.
  const closed = live.shard(shard.index)?.closedMs !== undefined;
  const atTip = next >= (await log.range()).next;
  const last = blocks.at(-1);
  const lagMs = atTip || last === undefined ? 0 : Math.max(0, nowMs - last.arrivalMs);
  if (!closed || !atTip) return { lagMs };
  return { lagMs, children: live.stream.shards.filter((child) => child.parents.includes(shard.index)) };
}

async function pageOf(parts: ServiceParts, read: ReadShard, found: ReadBlocks): Promise<ReadPage> {
  const { live, shard } = read;
  const { blocks, next } = found;
  const { lagMs, children } = await lagAt(read, found);
  if (children !== undefined) return { shard, blocks, lagMs, children };
  const nextIterator = issue(parts, { stream: live.stream, shardIndex: shard.index, offset: next });
  return { shard, blocks, lagMs, nextIterator };
}

/** What is being read, for whom. */
export interface Target {
  readonly ref: StreamRef;
  readonly live: LiveStream;
  readonly shard: Shard;
}

/** What the store says. @throws {Fault} in place of its errors. */
export async function storeAnswer<T>(
  parts: ServiceParts,
  { ref, live, shard }: Target,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Fault) throw error;
    // A deletion or the end of retention overtook the read.
    if (error instanceof StoreError && error.kind === 'noSuchShard') throw shardDoesNotExist(ref, shard.index);
    if (error instanceof Error) parts.events.storeFailed(live.stream, error);
    throw faultFrom(error);
  }
}
