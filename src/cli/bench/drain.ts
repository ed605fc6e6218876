/** Reads a whole stream as fast as it comes, a reader a shard; measures every call. */

import { userRecords } from '../../client/user-records.ts';
import { GET_RECORDS_MAX } from '../../model/limits.ts';
import { getRecords } from '../../operations/kinesis/get-records.ts';
import { getShardIterator } from '../../operations/kinesis/get-shard-iterator.ts';
import type { Output } from '../../operations/operation.ts';
import { isOpen, shardsOf } from '../await-stream.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { Latencies } from './latencies.ts';

export interface DrainResult {
  readonly latencies: Latencies;
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** From the oldest record to the tip, once. */
export async function drain(stream: OpenStream): Promise<DrainResult> {
  const { clock } = stream.context;
  const latencies = new Latencies();
  const startedAt = clock.monotonic();
  const shards = (await shardsOf(stream)).filter(isOpen);
  const read = await Promise.all(shards.map(({ ShardId }) => drainShard(stream, ShardId, latencies)));
  const sum = (of: 'records' | 'bytes') => read.reduce((total, one) => total + one[of], 0);
  const seconds = Math.max(0.001, (clock.monotonic() - startedAt) / 1_000);
  return { latencies, records: sum('records'), bytes: sum('bytes'), seconds };
}

async function drainShard({ client, ref, context }: OpenStream, ShardId: string, latencies: Latencies) {
  const { signal, clock } = context;
  const input = { ...ref, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
  let iterator = (await client.call(getShardIterator, input, { signal })).ShardIterator;
  const read = { records: 0, bytes: 0 };
  while (iterator !== undefined) {
    const beganMs = clock.monotonic();
    const page: Output<typeof getRecords> = await client.call(
      getRecords,
      { ShardIterator: iterator, Limit: GET_RECORDS_MAX },
      { signal },
    );
    latencies.add(clock.monotonic() - beganMs);
    for (const { Data } of page.Records) {
      const inside = userRecords({ sequenceNumber: '', partitionKey: '', data: Data, arrivalMs: 0 }, undefined);
      for (const { data } of inside ?? [{ data: Data }]) {
        read.records++;
        read.bytes += data.length;
      }
    }
    if (page.Records.length === 0 && (page.MillisBehindLatest ?? 0) === 0) break;
    iterator = page.NextShardIterator;
  }
  return read;
}
