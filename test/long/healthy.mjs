/**
 * Clients that behave: writers on a connection each, and consumers with enhanced fan-out. Every acknowledged record has
 * to reach every consumer once; every answer is timed into the phase in which it was asked for.
 */
import http2 from 'node:http2';
import { call, connection, headersOf, must, rest } from './calls.mjs';

export const STREAM = 'healthy';
export const SHARDS = 4;
const RECORDS = 3;

/** Latencies and errors of one phase. */
export function newPhase(name) {
  return { name, latencies: [], throttled: 0, errors: new Map() };
}

function fault(phase, what) {
  phase.errors.set(what, (phase.errors.get(what) ?? 0) + 1);
}

/** Writers at `restMs` between two puts each, until `load.isOver`. */
export function startWriters(load, count, restMs) {
  load.acknowledged = new Int32Array(count);
  load.sums = new Float64Array(count);
  return Promise.all(Array.from({ length: count }, (_, writer) => write(load, writer, restMs)));
}

async function write(load, writer, restMs) {
  const agent = connection();
  await rest(Math.random() * restMs);
  for (let n = 0; !load.isOver; n += RECORDS) {
    let left = Array.from({ length: RECORDS }, (_, i) => n + i);
    while (left.length > 0) left = await put(load, { writer, numbers: left, agent });
    await rest(restMs * (0.5 + Math.random()));
  }
  agent.destroy();
}

/** The numbers that were refused for now. */
async function put(load, { writer, numbers, agent }) {
  const phase = load.phase;
  const Records = numbers.map((n) => ({
    Data: btoa(`${writer}:${n}:${'x'.repeat(200)}`),
    PartitionKey: `writer-${writer}`,
  }));
  const started = performance.now();
  const answer = await call(load.url, 'PutRecords', { StreamName: STREAM, Records }, agent).catch((error) => error);
  phase.latencies.push(performance.now() - started);
  if (answer instanceof Error || answer.status !== 200) {
    // Whether it was written is not known: neither expected nor sent again.
    fault(phase, answer instanceof Error ? (answer.code ?? String(answer)) : `${answer.status} ${answer.body.__type}`);
    for (const n of numbers) load.unsure.add(`${writer}:${n}`);
    return [];
  }
  const again = [];
  for (const [i, { ErrorCode }] of answer.body.Records.entries()) {
    if (ErrorCode === undefined) {
      load.acknowledged[writer] += 1;
      load.sums[writer] += numbers[i];
    } else if (ErrorCode === 'ProvisionedThroughputExceededException') {
      phase.throttled += 1;
      again.push(numbers[i]);
    } else fault(phase, ErrorCode);
  }
  if (again.length > 0) await rest(100 + Math.random() * 200);
  return again;
}

/** A registered consumer on all shards; counts what reaches it from each writer. */
export async function startConsumer(load, arn, name, writers) {
  const { Consumer } = await must(load.url, 'RegisterStreamConsumer', { StreamARN: arn, ConsumerName: name });
  const seen = { name, counts: new Int32Array(writers), sums: new Float64Array(writers), resubscribed: 0 };
  const session = http2.connect(load.url);
  session.on('error', (error) => fault(load.phase, `consumer ${error.code}`));
  const shards = Array.from({ length: SHARDS }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
  seen.ended = Promise.all(shards.map((shard) => follow(load, { seen, session, arn: Consumer.ConsumerARN, shard })));
  seen.close = () => session.destroy();
  return seen;
}

async function follow(load, subscription) {
  let position = { Type: 'TRIM_HORIZON' };
  while (!load.isRead) {
    const reached = await subscribe(load, subscription, position);
    if (reached !== undefined) position = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: reached };
    subscription.seen.resubscribed += 1;
    await rest(50);
  }
}

/** Until the subscription ends; the sequence number to go on behind. */
function subscribe(load, { seen, session, arn, shard }, StartingPosition) {
  return new Promise((resolve) => {
    let reached;
    let pending = Buffer.alloc(0);
    const stream = session.request({ ':method': 'POST', ':path': '/', ...headersOf('SubscribeToShard') });
    stream.on('response', ({ ':status': status }) => {
      if (status !== 200) fault(load.phase, `SubscribeToShard ${status}`);
    });
    stream.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length >= 12 && pending.length >= pending.readUInt32BE(0)) {
        const total = pending.readUInt32BE(0);
        reached = take(seen, pending.subarray(12 + pending.readUInt32BE(4), total - 4)) ?? reached;
        pending = pending.subarray(total);
      }
    });
    stream.on('error', (error) => fault(load.phase, `subscription ${error.code}`));
    stream.on('close', () => resolve(reached));
    stream.end(JSON.stringify({ ConsumerARN: arn, ShardId: shard, StartingPosition }));
  });
}

function take(seen, payload) {
  const { Records, ContinuationSequenceNumber } = payload.length === 0 ? {} : JSON.parse(payload.toString());
  for (const { Data } of Records ?? []) {
    const [writer, n] = atob(Data).split(':', 2).map(Number);
    seen.counts[writer] += 1;
    seen.sums[writer] += n;
  }
  return ContinuationSequenceNumber;
}

/** Records a consumer lacks (or has too many of), and whether the sums tell of others in their place. */
export function missingFrom(load, seen) {
  let records = 0;
  let differs = false;
  for (const [writer, count] of load.acknowledged.entries()) {
    records += count - seen.counts[writer];
    differs ||= count === seen.counts[writer] && load.sums[writer] !== seen.sums[writer];
  }
  return { records, differs };
}
