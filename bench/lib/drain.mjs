/** Readers that go through shards with GetRecords as fast as they are answered. */
import { Connection, request } from './http.mjs';
import { cpuSeconds } from './servers.mjs';

const NEXT = Buffer.from('"NextShardIterator":"');
const NUMBER = Buffer.from('"SequenceNumber"');

/** One GetRecords: how many records it gave and where to go on. The body is looked through, not parsed. */
async function page(connection, iterator, limit) {
  const { status, body } = await connection.send(request('GetRecords', { ShardIterator: iterator, Limit: limit }));
  if (status !== 200) throw new Error(`GetRecords: ${status} ${body.subarray(0, 300)}`);
  let records = 0;
  for (let at = body.indexOf(NUMBER); at >= 0; at = body.indexOf(NUMBER, at + NUMBER.length)) records++;
  const start = body.lastIndexOf(NEXT) + NEXT.length;
  return { records, bytes: body.length, next: body.latin1Slice(start, body.indexOf('"', start)) };
}

/**
 * Reads for so many seconds, from the beginnings to the end and again. `shards`: the one that each reader reads. Readers go
 * in step: those of one shard ask for the same place at the same time.
 */
export async function drain(server, iterators, { shards, limit, seconds }) {
  const readers = shards.map((shard) => ({ connection: new Connection(server.port), shard, at: iterators[shard] }));
  const end = performance.now() + seconds * 1000;
  const before = cpuSeconds(server.pid);
  const begin = performance.now();
  const sum = { records: 0, answers: 0, bytes: 0 };
  while (performance.now() < end) {
    await Promise.all(
      readers.map(async (reader) => {
        const { records, bytes, next } = await page(reader.connection, reader.at, limit);
        sum.records += records;
        sum.bytes += bytes;
        sum.answers++;
        reader.at = records === 0 ? iterators[reader.shard] : next;
      }),
    );
  }
  const cpu = cpuSeconds(server.pid) - before;
  for (const { connection } of readers) connection.close();
  const wall = (performance.now() - begin) / 1000;
  return {
    perCpuSecond: sum.records / cpu,
    perSecond: sum.records / wall,
    cpuPerAnswerMs: (cpu / sum.answers) * 1000,
    mebibytesPerCpuSecond: sum.bytes / 2 ** 20 / cpu,
  };
}
