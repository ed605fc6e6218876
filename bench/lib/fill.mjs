/** A stream with something in it, and reading it. */
import { randomBytes } from 'node:crypto';
import { Connection, call, request } from './http.mjs';
import { createStream } from './servers.mjs';

const BATCH = 500;

/** A PutRecords of 500 records of so many random bytes, with keys by chance. */
export function batchOf(stream, bytes, count = BATCH) {
  const records = Array.from({ length: count }, () => ({
    Data: randomBytes(bytes).toString('base64'),
    PartitionKey: randomBytes(8).toString('hex'),
  }));
  return request('PutRecords', { StreamName: stream, Records: records });
}

/** Creates a stream and puts `records` of `bytes` into it. */
export async function fill(port, stream, { shards, records, bytes, connections = 2 }) {
  await createStream(port, stream, shards);
  const batches = Array.from({ length: 8 }, () => batchOf(stream, bytes));
  let left = Math.ceil(records / BATCH);
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new Connection(port);
      while (left > 0) {
        left--;
        const { status, body } = await connection.send(batches[left % batches.length]);
        if (status !== 200) throw new Error(`PutRecords: ${status} ${body.subarray(0, 300)}`);
      }
      connection.close();
    }),
  );
}

/** A place to read from: the beginning of each shard of a stream. */
export async function beginnings(port, stream, shards) {
  const iterators = [];
  for (let shard = 0; shard < shards; shard++) {
    const input = {
      StreamName: stream,
      ShardId: `shardId-${String(shard).padStart(12, '0')}`,
      ShardIteratorType: 'TRIM_HORIZON',
    };
    const { status, body } = await call(port, 'GetShardIterator', input);
    if (status !== 200) throw new Error(`GetShardIterator: ${status} ${body}`);
    iterators.push(JSON.parse(body).ShardIterator);
  }
  return iterators;
}
