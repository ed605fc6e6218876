/**
 * Log files into a stream, `sluice agent` and syslog-ng side by side: `npm run bench:agent [-- --rounds 5 --lines 2000000]`.
 * Both write PutRecords to a fresh daemon in memory, in the order A B B A, and a round counts only when each record
 * arrived exactly once. `--only backlog,live,idle` chooses. A run of syslog-ng needs no signature, that of sluice signs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { available, startForwarder } from './lib/forwarders.mjs';
import { Connection, request } from './lib/http.mjs';
import { writeLive } from './lib/live-logs.mjs';
import { median } from './lib/load.mjs';
import { DIGITS, writeLines } from './lib/log-lines.mjs';
import { createStream, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    lines: { type: 'string', default: '2000000' },
    shards: { type: 'string', default: '4' },
    only: { type: 'string', default: 'backlog,live,idle' },
    forwarders: { type: 'string', default: 'sluice,syslog-ng' },
    /** Folder for CPU profiles of the agent. */
    profile: { type: 'string' },
  },
});
const forwarders = values.forwarders.split(',').filter(available);
const root = mkdtempSync(join(tmpdir(), 'bench-agent-'));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let runs = 0;

/** Runs a forwarder on a fresh daemon; `work` gets both and what reads the stream. */
async function beside(name, pattern, work) {
  const server = await start('sluice-memory', { pinned: false });
  const home = join(root, `run-${runs++}`);
  try {
    await createStream(server.port, 'bench', Number(values.shards));
    const stream = new Stream(server.port, Number(values.shards));
    const forwarder = startForwarder(name, {
      home,
      port: server.port,
      stream: 'bench',
      pattern,
      profile: values.profile,
    });
    return await work(forwarder, stream).finally(() => forwarder.end());
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** The stream as a reader sees it. */
class Stream {
  constructor(port, shards) {
    this.port = port;
    this.shards = Array.from({ length: shards }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
  }

  /** The server closes a connection that was not used for some seconds. */
  open() {
    this.connection?.close();
    this.connection = new Connection(this.port);
  }

  async call(operation, input) {
    const { status, body } = await this.connection.send(request(operation, input));
    if (status !== 200) throw new Error(`${operation}: ${status} ${body}`);
    return JSON.parse(body);
  }

  async iterator(ShardId, ShardIteratorType) {
    return (await this.call('GetShardIterator', { StreamName: 'bench', ShardId, ShardIteratorType })).ShardIterator;
  }

  /** Returns when records have come and then none for two seconds; when none come, after ten. */
  async settled() {
    this.open();
    let quiet = 0;
    for (let came = false; quiet < (came ? 8 : 40); ) {
      const iterators = [];
      for (const shard of this.shards) iterators.push(await this.iterator(shard, 'LATEST'));
      await pause(250);
      let fresh = false;
      for (const ShardIterator of iterators) {
        const { Records } = await this.call('GetRecords', { ShardIterator, Limit: 1 });
        if (Records.length > 0) fresh = true;
      }
      came ||= fresh;
      quiet = fresh ? 0 : quiet + 1;
    }
  }

  /** Calls back for every record with its text and time of arrival. */
  async each(take) {
    this.open();
    for (const shard of this.shards) {
      let ShardIterator = await this.iterator(shard, 'TRIM_HORIZON');
      for (;;) {
        const { Records, NextShardIterator } = await this.call('GetRecords', { ShardIterator, Limit: 10_000 });
        if (Records.length === 0) break;
        for (const { Data, ApproximateArrivalTimestamp } of Records) {
          take(Buffer.from(Data, 'base64').latin1Slice(), Math.round(ApproximateArrivalTimestamp * 1_000));
        }
        ShardIterator = NextShardIterator;
      }
    }
  }
}

/** Counts that each number came once. @throws when the round is void. */
async function verified(stream, count, onRecord = () => {}) {
  const seen = new Uint8Array(count);
  let records = 0;
  let lastMs = 0;
  await stream.each((text, arrivalMs) => {
    seen[Number(text.slice(0, DIGITS))]++;
    records++;
    if (arrivalMs > lastMs) lastMs = arrivalMs;
    onRecord(text, arrivalMs);
  });
  const once = seen.reduce((sum, times) => sum + (times === 1 ? 1 : 0), 0);
  if (once !== count || records !== count) throw new Error(`void: ${records} records, ${once} of ${count} lines once`);
  return lastMs;
}

async function backlog() {
  const count = Number(values.lines);
  const path = join(root, 'backlog.log');
  const bytes = writeLines(path, count);
  const results = Object.fromEntries(forwarders.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of [...forwarders, ...[...forwarders].reverse()]) {
      const result = await beside(name, path, async (forwarder, stream) => {
        await stream.settled();
        const { cpu, peakMiB } = forwarder.figures();
        const seconds = ((await verified(stream, count)) - forwarder.startedMs) / 1_000;
        return { perSecond: count / seconds, cpuPerMillion: (cpu / count) * 1e6, peakMiB };
      });
      results[name].push(result);
      tell(
        `backlog ${round + 1} ${name}: ${whole(result.perSecond)} lines/s, ${result.cpuPerMillion.toFixed(2)} CPU s per million, ${whole(result.peakMiB)} MiB`,
      );
    }
  }
  rmSync(path);
  let out = `\n${whole(count)} lines of ${Math.round(bytes / count)} bytes in one file, ${values.rounds} rounds A B B A\n\n`;
  out +=
    row(['forwarder', 'lines per s', 'range', 'CPU s per million lines', 'peak RSS MiB']) + row(Array(5).fill('--'));
  for (const name of forwarders) {
    const of = (field) => results[name].map((one) => one[field]);
    const speeds = of('perSecond');
    const range = `${whole(Math.min(...speeds))}..${whole(Math.max(...speeds))}`;
    out += row([
      name,
      whole(median(speeds)),
      range,
      median(of('cpuPerMillion')).toFixed(2),
      whole(Math.max(...of('peakMiB'))),
    ]);
  }
  const [own, peer] = [results.sluice, results['syslog-ng']];
  if (own && peer) {
    const ratio = (field) => median(own.map((one, i) => one[field] / peer[i][field])).toFixed(2);
    out += `\nsluice to syslog-ng, medians over neighbouring runs: speed ${ratio('perSecond')}, CPU ${ratio('cpuPerMillion')}\n`;
  }
  return out;
}

async function live() {
  const [files, perSecond, seconds] = [100, 20_000, 20];
  let out = `\n${files} files at ${whole(perSecond)} lines/s in all for ${seconds} s, from write to arrival\n\n`;
  out += row(['forwarder', 'p50 ms', 'p99 ms', 'most ms', 'cores', 'peak RSS MiB']) + row(Array(6).fill('--'));
  for (const name of forwarders) {
    const folder = join(root, `live-${name}`);
    mkdirSync(folder);
    for (let i = 0; i < files; i++) writeFileSync(join(folder, `app-${i}.log`), '');
    out += await beside(name, join(folder, '*.log'), async (forwarder, stream) => {
      await pause(3_000);
      const before = forwarder.figures();
      const written = await writeLive({ folder, files, perSecond, seconds });
      const after = forwarder.figures();
      await stream.settled();
      const waits = [];
      await verified(stream, written, (text, arrivalMs) =>
        waits.push(arrivalMs - Number(text.slice(DIGITS + 1, DIGITS + 14))),
      );
      waits.sort((a, b) => a - b);
      const cores = ((after.cpu - before.cpu) / seconds).toFixed(2);
      const quantile = (share) => waits[Math.floor(waits.length * share)];
      return row([name, quantile(0.5), quantile(0.99), waits.at(-1), cores, whole(after.peakMiB)]);
    }).catch((error) => row([name, error.message, '', '', '', '']));
    tell(`live ${name} done`);
  }
  return out;
}

async function idle() {
  const [files, seconds] = [1_000, 30];
  let out = `\n${whole(files)} files at rest, over ${seconds} s\n\n${row(['forwarder', '% of a core', 'wake-ups per s', 'peak RSS MiB'])}${row(Array(4).fill('--'))}`;
  const folder = join(root, 'idle');
  mkdirSync(folder);
  for (let i = 0; i < files; i++)
    writeFileSync(join(folder, `app-${i}.log`), `${String(i).padStart(DIGITS, '0')} line\n`);
  for (const name of forwarders) {
    out += await beside(name, join(folder, '*.log'), async (forwarder, stream) => {
      await stream.settled();
      // A file is looked at less often ten seconds after it grew.
      await pause(15_000);
      const before = forwarder.figures();
      await pause(seconds * 1_000);
      const after = forwarder.figures();
      await verified(stream, files);
      const percent = ((after.cpu - before.cpu) / seconds) * 100;
      const wakeUps = (after.wakeUps - before.wakeUps) / seconds;
      return row([name, percent.toFixed(2), whole(wakeUps), whole(after.peakMiB)]);
    }).catch((error) => row([name, error.message, '', '']));
    tell(`idle ${name} done`);
  }
  return out;
}

const whole = (n) => Math.round(n).toLocaleString('en-US');
const row = (cells) => `| ${cells.join(' | ')} |\n`;
const tell = (text) => process.stderr.write(`${text}\n`);

try {
  const head = `node ${process.version}, ${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}, ${values.shards} shards\n`;
  let out = head;
  for (const [name, measure] of Object.entries({ backlog, live, idle })) {
    if (values.only.split(',').includes(name)) out += await measure();
  }
  process.stdout.write(out);
} finally {
  rmSync(root, { recursive: true, force: true });
}
