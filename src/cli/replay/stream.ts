/** A stream as the destination of a replay: records of a key keep their order, also when single ones are sent again. */
import { hashKeyOf } from '../../client/hash-key.ts';
import { Producer } from '../../client/producer.ts';
import { PUT_DELAY_MS_MAX, PUT_RECORDS_MAX } from '../../model/limits.ts';
import { ArrivalOrder } from '../arrival-order.ts';
import { type ListedShard, otherSummaryOf, shardsOf } from '../await-stream.ts';
import type { Context } from '../context.ts';
import { PutReport } from '../put/report.ts';
import type { Sighting } from '../record/output.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { grouped, shortShard } from '../values.ts';
import type { Destination, OnArrived } from './destination.ts';

const LINGER_MS = 20;
/** How long a server may be away, or throttle, unless --timeout or --max-attempts say otherwise. */
const PATIENCE_MS = 30_000;
const KIB = 1_024;

export interface StreamDestinationOptions {
  readonly to: ReplayTarget;
  /** Keeps records that were put by an explicit hash key in the range of their shard: pass the stream they come from. */
  readonly hashesOf?: OpenStream | undefined;
  readonly onArrived: OnArrived;
}

/** A stream that takes records. */
export interface ReplayTarget extends OpenStream {
  readonly recordBytesMax: number;
}

/** The stream a person named, which must be there. */
export async function destinationStream(context: Context, name: string): Promise<ReplayTarget> {
  const stream = await context.open(name);
  const summary = await otherSummaryOf(stream, name);
  return { ...stream, recordBytesMax: (summary.MaxRecordSizeInKiB ?? KIB) * KIB };
}

/** Writes into a stream, each record again until it is there; one that cannot be written ends the replay, which can be resumed. */
export function streamDestination(context: Context, options: StreamDestinationOptions): Destination {
  const { to } = options;
  const { maxAttempts, timeout } = context.global;
  const report = new PutReport(context, to.name, false);
  const order = new ArrivalOrder(options.onArrived);
  const producer = new Producer({
    client: to.client,
    clock: context.clock,
    random: context.random,
    stream: to.ref,
    lingerMs: LINGER_MS,
    requestRecordsMax: PUT_RECORDS_MAX,
    concurrency: 1,
    attemptsMax: maxAttempts ?? Number.POSITIVE_INFINITY,
    patienceMs: maxAttempts === undefined ? (timeout ?? PATIENCE_MS) : undefined,
    delayMsMax: maxAttempts === undefined ? PUT_DELAY_MS_MAX : undefined,
    ordered: true,
    keyOncePerRequest: true,
    failsAtFirst: true,
    onResult(result) {
      if (result.isWhole) report.add(result);
      const { request } = result;
      for (let i = 0; i < request.count; i++) {
        if (result.isWhole || result.placeOf(i) !== undefined) order.arrive(request.entry(i).partitionKey);
      }
    },
  });
  const hashOf = options.hashesOf === undefined ? undefined : explicitHashes(options.hashesOf);
  const put = ({ shardId, record }: Sighting, explicitHashKey?: string) => {
    const partitionKey = record.partitionKey || context.random.uuid();
    const bytes = record.data.length + Buffer.byteLength(partitionKey);
    if (bytes > to.recordBytesMax) {
      const why = `longer than the ${grouped(to.recordBytesMax)} bytes a record of ${to.name} may have`;
      return void report.refuse(`shard ${shortShard(shardId)}, ${record.sequenceNumber}`, why);
    }
    order.send(partitionKey, shardId, record.sequenceNumber);
    return producer.put({ partitionKey, data: record.data, explicitHashKey });
  };
  return {
    write: hashOf === undefined ? put : async (sighting) => put(sighting, await hashOf(sighting)),
    flush: () => producer.flush(),
    finish: () => report.finish(),
  };
}

/**
 * The API does not say with which explicit hash key a record was put (only aggregates do), but one whose key hashes
 * outside its shard was.
 * It gets the first hash key of the shard, so that it stays in that part of the key space.
 */
function explicitHashes(stream: OpenStream): (sighting: Sighting) => Promise<string | undefined> {
  let known: ReadonlyMap<string, ListedShard> | undefined;
  return async ({ shardId, record }) => {
    if (record.explicitHashKey !== undefined) return record.explicitHashKey;
    if (known?.get(shardId) === undefined) known = new Map((await shardsOf(stream)).map((one) => [one.ShardId, one]));
    const { StartingHashKey, EndingHashKey } = known.get(shardId)!.HashKeyRange;
    const hash = hashKeyOf(record.partitionKey);
    return hash >= BigInt(StartingHashKey) && hash <= BigInt(EndingHashKey) ? undefined : StartingHashKey;
  };
}
