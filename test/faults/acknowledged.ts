/**
 * Writers with unique values and the checker that goes with them, after the rules of Jepsen's Kafka workload: nothing
 * acknowledged is lost, nothing is there twice, order per shard is the order of the sequence numbers, no number is dealt twice.
 */
import type { DaemonProcess } from './daemon-process.ts';

export interface Acknowledged {
  readonly value: string;
  readonly shard: string;
  readonly sequenceNumber: string;
}

interface PutResult {
  readonly Records: readonly { readonly ShardId?: string; readonly SequenceNumber?: string }[];
}

/** Puts batches of unique values until the daemon is gone or `stop` says so; returns what was acknowledged. */
export async function writeUntil(
  daemon: DaemonProcess,
  writer: string,
  stop: () => boolean,
): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  for (let n = 0; !stop(); n++) {
    const values = Array.from({ length: 20 }, (_, i) => `${writer}:${n}:${i}:${'x'.repeat(200)}`);
    const records = values.map((value, i) => ({ Data: btoa(value), PartitionKey: `${writer}-${i}` }));
    const answer = await daemon.call('PutRecords', { StreamName: 's', Records: records }).catch(() => undefined);
    if (answer === undefined) break;
    for (const [i, record] of (answer as unknown as PutResult).Records.entries()) {
      if (record.SequenceNumber === undefined || record.ShardId === undefined) continue;
      acknowledged.push({ value: values[i]!, shard: record.ShardId, sequenceNumber: record.SequenceNumber });
    }
  }
  return acknowledged;
}

/** Every record of every shard from the horizon, in reading order. */
export async function readEverything(daemon: DaemonProcess): Promise<readonly Acknowledged[]> {
  const { Shards } = (await daemon.call('ListShards', { StreamName: 's' })) as { Shards: { ShardId: string }[] };
  const all: Acknowledged[] = [];
  for (const { ShardId } of Shards) {
    const input = { StreamName: 's', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let iterator = (await daemon.call('GetShardIterator', input))['ShardIterator'];
    while (typeof iterator === 'string') {
      const page = await daemon.call('GetRecords', { ShardIterator: iterator });
      const records = page['Records'] as { Data: string; SequenceNumber: string }[];
      for (const record of records) {
        all.push({ value: atob(record.Data), shard: ShardId, sequenceNumber: record.SequenceNumber });
      }
      iterator = records.length > 0 ? page['NextShardIterator'] : undefined;
    }
  }
  return all;
}

/** What is wrong with `read`, given everything that was acknowledged; [] when all is well. */
export function complaints(read: readonly Acknowledged[], acknowledged: readonly Acknowledged[]): readonly string[] {
  const found: string[] = [];
  const byNumber = new Map(read.map((record) => [`${record.shard}/${record.sequenceNumber}`, record]));
  if (byNumber.size !== read.length) found.push('a sequence number stands on two records');
  if (new Set(read.map((record) => record.value)).size !== read.length) found.push('a record was read twice');
  for (const record of acknowledged) {
    const there = byNumber.get(`${record.shard}/${record.sequenceNumber}`);
    if (there?.value !== record.value) found.push(`lost or changed: ${record.value.slice(0, 40)} in ${record.shard}`);
  }
  const last = new Map<string, bigint>();
  for (const record of read) {
    const number = BigInt(record.sequenceNumber);
    if (number <= (last.get(record.shard) ?? 0n)) found.push(`out of order in ${record.shard}: ${number}`);
    last.set(record.shard, number);
  }
  return found;
}
