/**
 * From a put to the subscribers: `npm run bench:fan-out [-- --rounds 5 --seconds 4]`. One shard, every record
 * synced to disk before anyone sees it, records put one by one at a steady rate, subscribers over HTTP/2. A record's time
 * runs from when it was due, so a stalled server cannot hide its stall; the put's own answer is measured beside it.
 */
import { parseArgs } from 'node:util';
import { Connection, call, request } from './lib/http.mjs';
import { median } from './lib/load.mjs';
import { print, spread, table, whole } from './lib/report.mjs';
import { cpuSeconds, createStream, residentMiB, start } from './lib/servers.mjs';
import { Subscriber } from './lib/subscriber.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    bytes: { type: 'string', default: '200' },
    server: { type: 'string', default: 'sluice' },
  },
});

const SCENARIOS = [
  { rate: 200, consumers: 1 },
  { rate: 200, consumers: 20 },
  { rate: 2000, consumers: 1 },
  { rate: 2000, consumers: 20 },
];
const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/bench';
const CONNECTIONS_MAX = 2048;
/** At a quarter of the rate. */
const WARM_MS = 2000;
/** A record's data begins with its number in as many digits. */
const DIGITS = 9;

async function consumers(port, count) {
  const arns = [];
  for (let i = 0; i < count; i++) {
    const { body } = await call(port, 'RegisterStreamConsumer', { StreamARN: STREAM_ARN, ConsumerName: `c${i}` });
    arns.push(JSON.parse(body).Consumer.ConsumerARN);
  }
  return arns;
}

const numberIn = (base64) => Number(Buffer.from(base64, 'base64').toString('latin1', 0, DIGITS));

async function run(scenario) {
  const server = await start(values.server);
  try {
    await createStream(server.port, 'bench', 1);
    return await measure(server, scenario);
  } finally {
    await server.stop();
  }
}

/** Latencies in ms of every record at every consumer, and of the puts' answers. */
async function measure(server, { rate, consumers: count }) {
  const dueAt = [];
  const received = [];
  const answered = [];
  let measuredFrom = Number.POSITIVE_INFINITY;
  const onData = (text, at, atMs) => {
    const due = dueAt[numberIn(text.slice(at, at + 12))];
    if (due >= measuredFrom) received.push(atMs - due);
  };
  const subscribers = (await consumers(server.port, count)).map((ConsumerARN) => {
    const input = { ConsumerARN, ShardId: 'shardId-000000000000', StartingPosition: { Type: 'LATEST' } };
    return new Subscriber(server.port, input, onData);
  });
  await Promise.all(subscribers.map((subscriber) => subscriber.began));
  const pool = new Pool(server.port);
  const put = async (number, due) => {
    await pool.put(number);
    if (due >= measuredFrom) answered.push(performance.now() - due);
  };
  const measureMs = Number(values.seconds) * 1000;
  const pace = async (perSecond, ms) => {
    const puts = [];
    let failure;
    const begin = performance.now();
    for (let now = begin; failure === undefined && now < begin + ms; now = performance.now()) {
      const dueOf = (i) => begin + (i * 1000) / perSecond;
      for (; dueOf(puts.length) <= now; ) {
        const due = dueOf(puts.length);
        const onFailure = (error) => {
          failure ??= error;
        };
        puts.push(put(dueAt.push(due) - 1, due).catch(onFailure));
      }
      await pause(Math.max(0, dueOf(puts.length) - performance.now()));
    }
    await Promise.all(puts);
    if (failure !== undefined) throw failure;
  };
  await pace(rate / 4, WARM_MS);
  measuredFrom = performance.now();
  const cpuBefore = cpuSeconds(server.pid);
  const ownBefore = process.cpuUsage();
  await pace(rate, measureMs);
  const cores = ((cpuSeconds(server.pid) - cpuBefore) * 1000) / measureMs;
  const own = process.cpuUsage(ownBefore);
  const clientCores = (own.user + own.system) / 1000 / measureMs;
  const expected = dueAt.filter((due) => due >= measuredFrom).length * count;
  for (let i = 0; received.length < expected && i < 100; i++) await pause(20);
  for (const subscriber of subscribers) subscriber.close();
  pool.close();
  if (received.length !== expected) throw new Error(`${received.length} records came of ${expected}`);
  const memory = residentMiB(server.pid);
  return { received: quantiles(received), answered: quantiles(answered), cores, clientCores, residentMiB: memory };
}

/** As many connections as there are puts under way. */
class Pool {
  #free = [];
  #opened = 0;
  #padding = '.'.repeat(Math.max(0, Number(values.bytes) - DIGITS));

  constructor(port) {
    this.port = port;
  }

  async put(number) {
    const connection = this.#free.pop() ?? this.#open();
    const Data = Buffer.from(String(number).padStart(DIGITS, '0') + this.#padding).toString('base64');
    const answer = await connection.send(request('PutRecord', { StreamName: 'bench', PartitionKey: 'k', Data }));
    if (answer.status !== 200) throw new Error(`PutRecord: ${answer.status} ${answer.body}`);
    this.#free.push(connection);
  }

  #open() {
    this.#opened += 1;
    if (this.#opened > CONNECTIONS_MAX) throw new Error('too many puts wait: the rate is too high for this machine');
    return new Connection(this.port);
  }

  close() {
    for (const connection of this.#free) connection.close();
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function quantiles(list) {
  const sorted = Float64Array.from(list).sort();
  return { p50: sorted[Math.floor(sorted.length * 0.5)], p99: sorted[Math.floor(sorted.length * 0.99)] };
}

const ms = (n) => n.toFixed(1);
const results = SCENARIOS.map(() => []);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [i, scenario] of SCENARIOS.entries()) {
    const result = await run(scenario);
    results[i].push(result);
    const { rate, consumers: count } = scenario;
    process.stderr.write(
      `round ${round + 1}, ${rate}/s to ${count}: p50 ${result.received.p50.toFixed(1)} ms, server ${result.cores.toFixed(2)} cores, client ${result.clientCores.toFixed(2)}\n`,
    );
  }
}

print(
  'Fan-out',
  table(
    [
      'records per s',
      'consumers',
      'put to receive p50 ms',
      'p99 ms',
      'put to answer p50 ms',
      'p99 ms',
      'server cores',
      'client cores',
      'RSS MiB',
    ],
    SCENARIOS.map(({ rate, consumers: count }, i) => {
      const of = (pick) => results[i].map(pick);
      const times = [({ received }) => received, ({ answered }) => answered].flatMap((pick) => [
        spread(
          of((run) => pick(run).p50),
          ms,
        ),
        spread(
          of((run) => pick(run).p99),
          ms,
        ),
      ]);
      const cores = [median(of((run) => run.cores)), median(of((run) => run.clientCores))].map((n) => n.toFixed(2));
      return [whole(rate), count, ...times, ...cores, whole(median(of((run) => run.residentMiB)))];
    }),
  ),
  `${values.rounds} rounds of ${values.seconds} s, ${values.bytes} bytes a record, one shard, ${values.server}`,
);
