/**
 * Writers with unique values and the checker that goes with them, after the rules of Jepsen's Kafka workload: nothing
 * acknowledged is lost, nothing is there twice, order per shard is the order of the sequence numbers, no number is dealt twice.
 */
import type { DaemonProcess } from './daemon-process.ts';

export interface Acknowledged {
  readonly value: string;
  readonly shard: string;
  readonly sequenceNumber: string;
  /** When the answer came, of records written; when it arrived, of records read. */
  readonly atMs: number;
}

interface PutResult {
  readonly Records: readonly { readonly ShardId?: string; readonly SequenceNumber?: string }[];
}

export interface Writers {
  /** Everything acknowledged so far; grows. */
  readonly acknowledged: readonly Acknowledged[];
  /** Settles when every writer has ended: stopped, or at the first record that was refused. */
  readonly ended: Promise<readonly Acknowledged[]>;
  /** Lets each end after the call under way. */
  stop(): Promise<readonly Acknowledged[]>;
  /** Resolves once `count` more records are acknowledged, or the writers have ended. */
  more(count: number): Promise<void>;
}

const BATCH = 20;
const SMALL = 200;
/** A batch of these is written past the page cache, where the disk does that. */
const LARGE = 20_000;

/** Writers that put batches of unique values, a few of them large, each until a record is refused or it is stopped. */
export function startWriters(daemon: DaemonProcess, name: string, count = 4): Writers {
  const acknowledged: Acknowledged[] = [];
  let isStopped = false;
  let hasEnded = false;
  const write = async (writer: string) => {
    for (let n = 0; !isStopped; n++) {
      const answer = await putBatch(daemon, `${writer}:${n}`, n % 16 === 1 ? LARGE : SMALL).catch(() => undefined);
      acknowledged.push(...(answer ?? []));
      if (answer?.length !== BATCH) return;
    }
  };
  const ended = Promise.all(Array.from({ length: count }, (_, i) => write(`${name}-${i}`))).then(() => {
    hasEnded = true;
    return acknowledged;
  });
  return {
    ...{ acknowledged, ended },
    stop() {
      isStopped = true;
      return ended;
    },
    async more(wanted) {
      const enough = acknowledged.length + wanted;
      while (acknowledged.length < enough && !hasEnded) await new Promise((resolve) => setTimeout(resolve, 10));
    },
  };
}

/** Puts records of unique values; those that were acknowledged. Rejects when the call fails. */
export async function putBatch(daemon: DaemonProcess, prefix: string, bytes = SMALL): Promise<readonly Acknowledged[]> {
  const values = Array.from({ length: BATCH }, (_, i) => `${prefix}:${i}:${'x'.repeat(bytes)}`);
  const records = values.map((value, i) => ({ Data: btoa(value), PartitionKey: `${prefix}-${i}` }));
  const answer = await daemon.call('PutRecords', { StreamName: 's', Records: records });
  const atMs = Date.now();
  return (answer as unknown as PutResult).Records.flatMap((record, i) => {
    if (record.SequenceNumber === undefined || record.ShardId === undefined) return [];
    return [{ value: values[i]!, shard: record.ShardId, sequenceNumber: record.SequenceNumber, atMs }];
  });
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
      const records = page['Records'] as ReadRecord[];
      for (const { Data, SequenceNumber, ApproximateArrivalTimestamp } of records) {
        const atMs = ApproximateArrivalTimestamp * 1_000;
        all.push({ value: atob(Data), shard: ShardId, sequenceNumber: SequenceNumber, atMs });
      }
      iterator = records.length > 0 ? page['NextShardIterator'] : undefined;
    }
  }
  return all;
}

interface ReadRecord {
  readonly Data: string;
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: number;
}

const placeOf = ({ shard, sequenceNumber }: Acknowledged) => `${shard}/${sequenceNumber}`;

/** What is wrong with `read`, given everything that was acknowledged; [] when all is well. */
export function complaints(read: readonly Acknowledged[], acknowledged: readonly Acknowledged[]): readonly string[] {
  const found = disorder(read);
  for (const record of lostOf(read, acknowledged))
    found.push(`lost or changed: ${record.value.slice(0, 40)} in ${record.shard}`);
  return found;
}

/** Acknowledged records that are not there, as they were acknowledged. */
export function lostOf(read: readonly Acknowledged[], acknowledged: readonly Acknowledged[]): readonly Acknowledged[] {
  const values = new Map(read.map((record) => [placeOf(record), record.value]));
  return acknowledged.filter((record) => values.get(placeOf(record)) !== record.value);
}

/** What is wrong with the records of a shard, whatever was acknowledged. */
function disorder(read: readonly Acknowledged[]): string[] {
  const found: string[] = [];
  if (new Set(read.map(placeOf)).size !== read.length) found.push('a sequence number stands on two records');
  if (new Set(read.map((record) => record.value)).size !== read.length) found.push('a record was read twice');
  const last = new Map<string, Acknowledged>();
  for (const record of read) {
    const before = last.get(record.shard);
    if (before !== undefined && BigInt(record.sequenceNumber) <= BigInt(before.sequenceNumber)) {
      found.push(`out of order in ${record.shard}: ${record.sequenceNumber}`);
    }
    if (before !== undefined && record.atMs < before.atMs)
      found.push(`arrived earlier in ${record.shard}: ${record.atMs}`);
    last.set(record.shard, record);
  }
  return found;
}

/**
 * What is wrong where a tail may be lost: of each shard only the last records may be missing, and what was read must be
 * in order.
 */
export function tailComplaints(
  read: readonly Acknowledged[],
  acknowledged: readonly Acknowledged[],
): readonly string[] {
  const found = disorder(read);
  const firstLost = new Map<string, bigint>();
  for (const { shard, sequenceNumber } of lostOf(read, acknowledged)) {
    const number = BigInt(sequenceNumber);
    const before = firstLost.get(shard);
    if (before === undefined || number < before) firstLost.set(shard, number);
  }
  for (const record of read) {
    const lost = firstLost.get(record.shard);
    if (lost !== undefined && BigInt(record.sequenceNumber) > lost)
      found.push(`lost from the middle of ${record.shard}: ${lost}`);
  }
  return found;
}
