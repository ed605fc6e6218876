/**
 * Writing, sluice and its peers side by side: `npm run bench:put [-- --rounds 5 --seconds 4 --only "500 x" --servers sluice,kinesalite]`.
 * A fresh server and data folder each time, servers interleaved in rotating order, medians over the rounds.
 * The figure to compare is records per server CPU second: wall rates depend on what else the machine does.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { cborRequest, request } from './lib/http.mjs';
import { load, median } from './lib/load.mjs';
import { pairRatio, print, spread, table, whole } from './lib/report.mjs';
import { interleaved } from './lib/rounds.mjs';
import { available, createStream, diskBytes, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    shards: { type: 'string', default: '4' },
    only: { type: 'string', multiple: true, default: [] },
    servers: { type: 'string', default: 'sluice,sluice-os,before,kinesalite,kinesis-local,ferrokinesis' },
  },
});

/** In JSON and in CBOR. */
const accept = (body) => body.indexOf('"FailedRecordCount":0') >= 0 || body.indexOf('FailedRecordCount\0') >= 0;
const key = () => randomBytes(8).toString('hex');

function putRecords(count, bytes, { write = request, data = (raw) => raw.toString('base64') } = {}) {
  const records = () => Array.from({ length: count }, () => ({ Data: data(randomBytes(bytes)), PartitionKey: key() }));
  const requests = Array.from({ length: 8 }, () => write('PutRecords', { StreamName: 'bench', Records: records() }));
  return { requests, bytes, recordsEach: count, connections: 2, accept };
}

function putRecord(bytes, connections) {
  const requests = Array.from({ length: 64 }, () =>
    request('PutRecord', { StreamName: 'bench', Data: randomBytes(bytes).toString('base64'), PartitionKey: key() }),
  );
  return { requests, bytes, recordsEach: 1, connections };
}

const SCENARIOS = {
  'PutRecords 500 x 1 KiB': putRecords(500, 1024),
  'PutRecords 500 x 100 B': putRecords(500, 100),
  'PutRecords 500 x 100 B, CBOR': putRecords(500, 100, { write: cborRequest, data: (raw) => raw }),
  'PutRecord 1 KiB, 1 connection': putRecord(1024, 1),
  'PutRecord 1 KiB, 64 connections': putRecord(1024, 64),
};

async function run(name, scenario) {
  const server = await start(name);
  try {
    await createStream(server.port, 'bench', Number(values.shards));
    const measureMs = Number(values.seconds) * 1000;
    const warmMs = Math.min(2000, measureMs / 2);
    const result = await load(server, { ...SCENARIOS[scenario], warmMs, measureMs });
    process.stderr.write(`${scenario} ${name}: ${whole(result.perCpuSecond)} per CPU second\n`);
    return { ...result, diskRatio: diskBytes(server.folder) / (result.stored * SCENARIOS[scenario].bytes) };
  } finally {
    await server.stop();
  }
}

const servers = values.servers.split(',').filter(available);
const rows = [];
for (const scenario of Object.keys(SCENARIOS)) {
  if (values.only.length > 0 && !values.only.some((part) => scenario.includes(part))) continue;
  const results = await interleaved(servers, Number(values.rounds), (name) => run(name, scenario));
  const ours = results.get('sluice')?.map((result) => result.perCpuSecond);
  for (const [name, runs] of results) {
    const of = (field) => runs.map((result) => result[field]);
    const ratio = name === 'sluice' || ours === undefined ? '-' : pairRatio(ours, of('perCpuSecond'));
    const cells = [spread(of('perCpuSecond')), whole(median(of('perSecond')))];
    const times = ['p50', 'p99'].map((field) => median(of(field)).toFixed(1));
    // LevelDB and sluice write as they go; the others keep all in memory.
    const disk = median(of('diskRatio')) < 0.01 ? '-' : median(of('diskRatio')).toFixed(2);
    // Only a Node server's first thread is its loop.
    const loop = name === 'ferrokinesis' ? '-' : median(of('loopShare')).toFixed(2);
    const costs = [loop, whole(median(of('residentMiB'))), disk, median(of('clientCores')).toFixed(2)];
    rows.push([scenario, name, ...cells, ratio, ...times, ...costs]);
  }
}
print(
  'Writing',
  table(
    [
      'scenario',
      'server',
      'records per server CPU s',
      'records per s',
      'sluice : this',
      'p50 ms',
      'p99 ms',
      'CPU in the loop',
      'RSS MiB',
      'disk : payload',
      'client cores',
    ],
    rows,
  ),
  `${values.rounds} rounds of ${values.seconds} s, ${values.shards} shards, server on one core`,
);
