/**
 * Reading, sluice and its peers side by side: `npm run bench:get [-- --rounds 5 --seconds 4 --records 40000]`. 1 KiB records in
 * 4 shards, drained with GetRecords by a reader a shard from the beginning to the end, again and again; then 1 and 4 readers
 * of one shard that go from place to place together. Small answers are those of 100 records.
 */
import { parseArgs } from 'node:util';
import { drain } from './lib/drain.mjs';
import { beginnings, fill } from './lib/fill.mjs';
import { median } from './lib/load.mjs';
import { pairRatio, print, spread, table, whole } from './lib/report.mjs';
import { interleaved } from './lib/rounds.mjs';
import { available, residentMiB, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    records: { type: 'string', default: '40000' },
    servers: { type: 'string', default: 'sluice,before,kinesalite,kinesis-local,ferrokinesis' },
  },
});
const SHARDS = 4;
/** What a server that takes seconds for a put is given, so that a round ends. */
const FEW = { 'kinesis-local': 4_000 };
const DRAIN = 'drain, 4 readers of 4 shards';

/** Name → readers, by the shard each reads, and records an answer at most. */
const SCENARIOS = {
  [DRAIN]: { shards: [0, 1, 2, 3], limit: 10_000 },
  'drain, answers of 100 records': { shards: [0, 1, 2, 3], limit: 100 },
  '1 reader of a shard': { shards: [0], limit: 1_000 },
  '4 readers at one place': { shards: [0, 0, 0, 0], limit: 1_000 },
};

async function run(name) {
  const server = await start(name);
  try {
    const records = FEW[name] ?? Number(values.records);
    await fill(server.port, 'bench', { shards: SHARDS, records, bytes: 1024 });
    const iterators = await beginnings(server.port, 'bench', SHARDS);
    const results = {};
    for (const [scenario, readers] of Object.entries(SCENARIOS)) {
      results[scenario] = await drain(server, iterators, { ...readers, seconds: Number(values.seconds) });
      results[scenario].residentMiB = residentMiB(server.pid);
      process.stderr.write(`${scenario} ${name}: ${whole(results[scenario].perCpuSecond)} per CPU second\n`);
    }
    return results;
  } finally {
    await server.stop();
  }
}

const results = await interleaved(values.servers.split(',').filter(available), Number(values.rounds), run);
const rows = [];
for (const scenario of Object.keys(SCENARIOS)) {
  for (const [name, runs] of results) {
    const of = (field, rounds = runs) => rounds.map((result) => result[scenario][field]);
    const ours = results.get('sluice');
    const isAlone = name === 'sluice' || ours === undefined;
    const ratio = isAlone ? '-' : pairRatio(of('perCpuSecond', ours), of('perCpuSecond'));
    rows.push([
      scenario,
      name,
      spread(of('perCpuSecond')),
      whole(median(of('mebibytesPerCpuSecond'))),
      whole(median(of('perSecond'))),
      ratio,
      median(of('cpuPerAnswerMs')).toFixed(2),
      whole(median(of('residentMiB'))),
    ]);
  }
}
print(
  'Reading',
  table(
    [
      'scenario',
      'server',
      'records per server CPU s',
      'MiB of HTTP per CPU s',
      'records per s',
      'sluice : this',
      'CPU ms an answer',
      'RSS MiB',
    ],
    rows,
  ),
  `${values.rounds} rounds of ${values.seconds} s, ${values.records} records of 1 KiB, server on one core`,
);
