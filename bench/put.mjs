/**
 * Writing, sluice and kinesalite (on LevelDB) side by side: `npm run bench:put [-- --rounds 5 --seconds 4]`.
 * A fresh server and data folder each time, servers interleaved in rotating order, medians over the rounds.
 * The figure to compare is records per server CPU second: wall rates depend on what else the machine does.
 */
import { randomBytes } from 'node:crypto';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { request } from './lib/http.mjs';
import { load, median } from './lib/load.mjs';
import { available, createStream, SERVERS, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    shards: { type: 'string', default: '4' },
    only: { type: 'string', multiple: true, default: [] },
    servers: { type: 'string', default: Object.keys(SERVERS).join(',') },
  },
});

const accept = (body) =>
  body.latin1Slice(0, 400).includes('"FailedRecordCount":0') || body.indexOf('"FailedRecordCount":0') >= 0;

function putRecords(count, bytes) {
  return Array.from({ length: 8 }, () =>
    request('PutRecords', {
      StreamName: 'bench',
      Records: Array.from({ length: count }, () => ({
        Data: randomBytes(bytes).toString('base64'),
        PartitionKey: randomBytes(8).toString('hex'),
      })),
    }),
  );
}

const putRecord = (bytes) =>
  Array.from({ length: 64 }, () =>
    request('PutRecord', {
      StreamName: 'bench',
      Data: randomBytes(bytes).toString('base64'),
      PartitionKey: randomBytes(8).toString('hex'),
    }),
  );

const SCENARIOS = {
  'PutRecords 500 x 1 KiB': { requests: putRecords(500, 1024), recordsEach: 500, connections: 2, accept },
  'PutRecords 500 x 100 B': { requests: putRecords(500, 100), recordsEach: 500, connections: 2, accept },
  'PutRecord 1 KiB, 1 connection': { requests: putRecord(1024), recordsEach: 1, connections: 1 },
  'PutRecord 1 KiB, 64 connections': { requests: putRecord(1024), recordsEach: 1, connections: 64 },
};

const servers = values.servers.split(',').filter(available);
const scenarios = Object.keys(SCENARIOS).filter(
  (name) => !values.only.length || values.only.some((part) => name.includes(part)),
);
/** Runs by scenario and server, start times by server. */
const results = Object.fromEntries(
  scenarios.map((scenario) => [scenario, Object.fromEntries(servers.map((name) => [name, []]))]),
);
const starts = Object.fromEntries(servers.map((name) => [name, []]));

for (let round = 0; round < Number(values.rounds); round++) {
  for (const scenario of scenarios) {
    for (let i = 0; i < servers.length; i++) {
      const name = servers[(i + round) % servers.length];
      const server = await start(name);
      await createStream(server.port, 'bench', Number(values.shards));
      const measureMs = Number(values.seconds) * 1000;
      const result = await load(server, { ...SCENARIOS[scenario], warmMs: Math.min(2000, measureMs / 2), measureMs });
      await server.stop();
      results[scenario][name].push(result);
      starts[name].push(server.startMs);
      process.stderr.write(
        `round ${round + 1} ${scenario} ${name}: ${result.perCpuSecond.toFixed(0)} per CPU second\n`,
      );
    }
  }
}

const whole = (n) => Math.round(n).toLocaleString('en-US');
const row = (cells) => `| ${cells.join(' | ')} |\n`;
let out = `node ${process.version}, ${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}, ${values.rounds} rounds of ${values.seconds} s, ${values.shards} shards\n\n`;
out += row([
  'scenario',
  'server',
  'records per CPU s',
  'range',
  'records per s',
  'p50 ms',
  'p99 ms',
  'RSS MiB',
  'client cores',
  'times kinesalite',
]);
out += row(Array(10).fill('--'));
for (const scenario of scenarios) {
  for (const name of servers) {
    const runs = results[scenario][name];
    const of = (field) => runs.map((run) => run[field]);
    const peers = results[scenario].kinesalite;
    const ratios = peers?.map((peer, i) => runs[i].perCpuSecond / peer.perCpuSecond);
    out += row([
      scenario,
      name,
      whole(median(of('perCpuSecond'))),
      `${whole(Math.min(...of('perCpuSecond')))}..${whole(Math.max(...of('perCpuSecond')))}`,
      whole(median(of('perSecond'))),
      median(of('p50')).toFixed(1),
      median(of('p99')).toFixed(1),
      whole(median(of('residentMiB'))),
      median(of('clientCores')).toFixed(2),
      ratios ? `${median(ratios).toFixed(1)}` : '-',
    ]);
  }
}
out += '\nCold start, spawn to the first ListStreams (ms): ';
out += servers
  .map(
    (name) =>
      `${name} ${whole(median(starts[name]))} [${whole(Math.min(...starts[name]))}..${whole(Math.max(...starts[name]))}]`,
  )
  .join(', ');
process.stdout.write(`${out}\n`);
