/**
 * What the parts of a request cost by themselves, and the whole beside it in the same round: `npm run bench:limits [-- --rounds 5
 * --seconds 3]`. So every figure is also a share of what this machine could do with nothing else to do.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drain } from './lib/drain.mjs';
import { batchOf, beginnings, fill } from './lib/fill.mjs';
import { bareRequest, request } from './lib/http.mjs';
import { load, median } from './lib/load.mjs';
import { cpuMicros, ownParts } from './lib/own-parts.mjs';
import { pairRatio, print, spread, table, whole } from './lib/report.mjs';
import { createStream, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
});
const seconds = Number(values.seconds);
const measureMs = seconds * 1000;
const PART_MS = measureMs / 6;
const SHARDS = 4;
const KIB = 1024;
const PAGE = 1_000;

const parts = await ownParts([
  'wire/put-records-scan.ts',
  'wire/put-records-render.ts',
  'wire/get-records-render.ts',
  'model/router.ts',
  'model/record-batch.ts',
  'store/copy-picks.ts',
  'store/segmented/frame.ts',
  'store/segmented/segmented-store.ts',
  'runtime/node-disk.ts',
  'runtime/clock.ts',
  'runtime/random.ts',
]);
const folder = mkdtempSync(join(tmpdir(), 'bench-limits-'));

function shardsOf(count) {
  const width = (1n << 128n) / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    key: index + 1,
    creationSeconds: 1_700_000_000,
    index,
    range: { start: width * BigInt(index), end: width * BigInt(index + 1) - 1n },
    parents: [],
  }));
}

const bodyOf = (bytes) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);

/** CPU microseconds of what a PutRecords of 500 records consists of, one by one. */
function putParts(bytes) {
  const body = bodyOf(batchOf('bench', bytes));
  const arena = Buffer.allocUnsafeSlow(body.length);
  const scan = () => parts.scanPutRecords(body, (length) => arena.subarray(0, length));
  const { batch } = scan();
  const router = parts.routerOf(shardsOf(SHARDS));
  const place = () => parts.dealBatch(parts.routeBatch(router, batch).shardOf, SHARDS);
  const { order, bounds } = place();
  const slices = router.shards.map((shard, i) => ({ shard, batch, picks: order.subarray(bounds[i], bounds[i + 1]) }));
  const starts = new Uint32Array(batch.count);
  const head = parts.BLOCK_HEADER_BYTES + SHARDS * parts.RUN_HEADER_BYTES;
  const copy = (block) =>
    slices.reduce((at, slice) => parts.copyPicks(slice, { arena: block, starts, at, index: 0 }), head);
  const block = new Uint8Array(head + batch.starts[batch.count]);
  copy(block);
  const durable = { segment: 1, position: 0, id: 1 };
  const fields = { kind: 1, flags: 0, runs: SHARDS, commit: 1, arrivalMs: 1, durable };
  const result = { first: 0, arrivalMs: 1_700_000_000_000 };
  const outcome = { count: batch.count, runs: slices.map(({ shard, picks }) => ({ shard, picks, result })) };
  const costs = {
    'scan, base64': cpuMicros(PART_MS, scan),
    'MD5, shard': cpuMicros(PART_MS, place),
    'copy by shard': cpuMicros(PART_MS, () => copy(parts.freshBytes(block.length))),
    checksum: cpuMicros(PART_MS, () => parts.finishBlock(block, fields, 1)),
    'answer rendered': cpuMicros(PART_MS, () => parts.renderPutRecordsJson(outcome)),
  };
  return { costs, bodyBytes: body, answerBytes: parts.renderPutRecordsJson(outcome).length, blockBytes: block.length };
}

/** Writing a block behind the one before it, and its sync: CPU microseconds of each, and wall milliseconds in the middle. */
function writing(bytes) {
  const file = openSync(join(folder, 'synced'), 'w');
  const block = Buffer.alloc(bytes, 1);
  const times = [];
  const cpu = { write: 0, sync: 0 };
  const counted = (what, act) => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    cpu[what] += user + system;
  };
  const end = performance.now() + PART_MS * 2;
  for (let i = 0; performance.now() < end; i++) {
    const begin = performance.now();
    counted('write', () => writeSync(file, block, 0, bytes, i * bytes));
    counted('sync', () => fdatasyncSync(file));
    times.push(performance.now() - begin);
  }
  closeSync(file);
  return { write: cpu.write / times.length, sync: cpu.sync / times.length, wallMs: median(times) };
}

async function withServer(name, measure) {
  const server = await start(name);
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

/** CPU microseconds of a request. */
function cost(name, { requests, connections }) {
  return withServer(name, async (server) => {
    if (name !== 'bare-http') await createStream(server.port, 'bench', SHARDS);
    const run = { requests, connections, recordsEach: 1, warmMs: Math.min(1500, measureMs / 2), measureMs };
    return 1e6 / (await load(server, run)).perCpuSecond;
  });
}

async function putRecords(bytes) {
  const { costs, bodyBytes, answerBytes, blockBytes } = putParts(bytes);
  const { write, sync, wallMs } = writing(blockBytes);
  costs.write = write;
  costs.sync = sync;
  const http = { requests: [bareRequest(bodyBytes, answerBytes)], connections: 2 };
  costs['bare node:http'] = await cost('bare-http', http);
  const requests = Array.from({ length: 8 }, () => batchOf('bench', bytes));
  const always = await cost('sluice', { requests, connections: 2 });
  const os = await cost('sluice-os', { requests, connections: 2 });
  const sum = Object.values(costs).reduce((a, b) => a + b);
  return { ...costs, 'sum of the parts': sum, whole: always, 'whole, durability os': os, syncMs: wallMs };
}

async function putRecord() {
  const data = Buffer.alloc(KIB, 7).toString('base64');
  const requests = Array.from({ length: 64 }, (_, i) =>
    request('PutRecord', { StreamName: 'bench', Data: data, PartitionKey: `key-${i}` }),
  );
  const bare = await cost('bare-http', { requests: [bareRequest(bodyOf(requests[0]), 120)], connections: 64 });
  const whole = await cost('sluice', { requests, connections: 64 });
  return { 'bare node:http': bare, 'sum of the parts': bare, whole, syncMs: writing(KIB).wallMs };
}

/** A page of 1,000 records of 1 KiB, read by one reader a shard. */
async function getRecords() {
  const block = parts.scanPutRecords(bodyOf(batchOf('bench', KIB)), (length) => Buffer.allocUnsafeSlow(length)).batch;
  const runs = [0, block.count].map((first) => ({ ...block, first, next: first + block.count, arrivalMs: 1.7e12 }));
  const read = { shard: shardsOf(1)[0], blocks: runs, lagMs: 0, nextIterator: 'x'.repeat(200) };
  const render = cpuMicros(PART_MS, () => parts.renderRecordsJson(read));
  const ask = bareRequest(Buffer.alloc(300, 'x'), parts.renderRecordsJson(read).length);
  const bare = await cost('bare-http', { requests: [ask], connections: SHARDS });
  const whole = await withServer('sluice', async (server) => {
    await fill(server.port, 'bench', { shards: SHARDS, records: 40_000, bytes: KIB });
    const iterators = await beginnings(server.port, 'bench', SHARDS);
    const readers = { shards: [0, 1, 2, 3], limit: PAGE };
    // As all other rows are: until then much of the CPU is V8's compiler's.
    await drain(server, iterators, { ...readers, seconds: Math.min(1.5, seconds / 2) });
    const { perCpuSecond } = await drain(server, iterators, { ...readers, seconds });
    return (1e6 / perCpuSecond) * PAGE;
  });
  return { 'answer rendered': render, 'bare node:http': bare, 'sum of the parts': render + bare, whole };
}

/** Wall milliseconds of one commit over so many shards, 1,000 records of 100 B in all. */
async function commitMs(count) {
  const directory = mkdtempSync(join(folder, 'store-'));
  const store = await parts.openSegmentedStore({
    disk: parts.nodeDisk,
    clock: parts.systemClock,
    random: parts.systemRandom,
    logger: { log() {} },
    directory,
    durability: 'always',
    freeBytesMin: 0,
  });
  const shards = Array.from({ length: count }, (_, i) => i + 1);
  await store.create(shards);
  const records = Array.from({ length: 1_000 }, () => ({ partitionKey: 'k', data: Buffer.alloc(100, 1) }));
  const batch = parts.encodeBatch(records);
  const each = 1_000 / count;
  const slices = shards.map((shard, i) => ({
    shard,
    batch,
    picks: Uint32Array.from({ length: each }, (_, j) => i * each + j),
  }));
  const times = [];
  for (let i = 0; i < 30; i++) {
    const begin = performance.now();
    await store.append(slices);
    times.push(performance.now() - begin);
  }
  await store.close();
  return median(times);
}

async function commit() {
  return { 'sum of the parts': await commitMs(1), whole: await commitMs(1_000) };
}

const SUBJECTS = {
  'PutRecords 500 x 1 KiB': () => putRecords(KIB),
  'PutRecords 500 x 100 B': () => putRecords(100),
  'PutRecord 1 KiB, 64 connections': putRecord,
  'GetRecords of 1,000 x 1 KiB': getRecords,
};
const results = Object.fromEntries(Object.keys(SUBJECTS).map((name) => [name, []]));
const commits = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, measure] of Object.entries(SUBJECTS)) results[name].push(await measure());
  commits.push(await commit());
  process.stderr.write(`round ${round + 1} of ${values.rounds}\n`);
}
rmSync(folder, { recursive: true });

const rows = [];
for (const [name, runs] of Object.entries(results)) {
  const of = (part) => runs.map((run) => run[part]);
  for (const part of Object.keys(runs[0])) {
    if (part === 'syncMs') continue;
    const share = part === 'whole' || part === 'sum of the parts' ? '' : pairRatio(of(part), of('whole'));
    rows.push([name, part, spread(of(part)), share]);
  }
  rows.push([name, '**parts : whole**', '', `**${pairRatio(of('sum of the parts'), of('whole'))}**`]);
  if (runs[0].syncMs) rows.push([name, 'write and sync, wall', `${whole(median(of('syncMs')) * 1000)} us`, '']);
}
const of = (part) => commits.map((run) => run[part]);
const ms = (n) => `${n.toFixed(2)} ms`;
rows.push(['a commit of 1,000 records, wall', '1 shard', spread(of('sum of the parts'), ms), '']);
rows.push([
  'a commit of 1,000 records, wall',
  '1,000 shards',
  spread(of('whole'), ms),
  `${pairRatio(of('whole'), of('sum of the parts'))} times`,
]);
print(
  'Limits',
  table(['request', 'part', 'CPU us a request', 'share of the whole'], rows),
  `${values.rounds} rounds, server on one core`,
);
