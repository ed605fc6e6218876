/**
 * Whether the millionth record costs what the first did, and the thousandth shard what the fourth: `npm run bench:flat [-- --records
 * 10000000 --rounds 5 --seconds 4]`. Records of 100 B in batches of 500; 100 windows, after each a probe of fixed work in this
 * process, so that what the machine did to both can be told from what the server did.
 */
import { parseArgs } from 'node:util';
import { batchOf } from './lib/fill.mjs';
import { Connection } from './lib/http.mjs';
import { load, median } from './lib/load.mjs';
import { cpuMicros, ownParts } from './lib/own-parts.mjs';
import { pairRatio, print, spread, table, whole } from './lib/report.mjs';
import { interleaved } from './lib/rounds.mjs';
import { cpuSeconds, createStream, diskBytes, residentMiB, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    shards: { type: 'string', default: '4,64,1024' },
  },
});
const WINDOWS = 100;
const COMPARED = 10;
const BYTES = 100;
const BATCH = 500;
const PROBE_MS = 50;

const { scanPutRecords } = await ownParts(['wire/put-records-scan.ts']);
const requests = Array.from({ length: 8 }, () => batchOf('bench', BYTES));
const probed = requests[0].subarray(requests[0].indexOf('\r\n\r\n') + 4);

/** CPU microseconds a record in each window, those of the probe, and RSS. */
async function windows(server) {
  const connections = [new Connection(server.port), new Connection(server.port)];
  const batches = Math.ceil(Number(values.records) / WINDOWS / BATCH);
  const found = [];
  for (let window = 0; window < WINDOWS; window++) {
    let left = batches;
    const before = cpuSeconds(server.pid);
    await Promise.all(
      connections.map(async (connection) => {
        while (left > 0) {
          left--;
          const { status, body } = await connection.send(requests[left % requests.length]);
          if (status !== 200) throw new Error(`PutRecords: ${status} ${body.subarray(0, 300)}`);
        }
      }),
    );
    const micros = ((cpuSeconds(server.pid) - before) * 1e6) / (batches * BATCH);
    const probe = cpuMicros(PROBE_MS, () => scanPutRecords(probed));
    found.push({ micros, probe, residentMiB: residentMiB(server.pid) });
  }
  for (const connection of connections) connection.close();
  return found;
}

async function growth() {
  const server = await start('sluice');
  try {
    await createStream(server.port, 'bench', 4);
    const found = await windows(server);
    return { found, disk: diskBytes(server.folder) / (Number(values.records) * BYTES) };
  } finally {
    await server.stop();
  }
}

const { found, disk } = await growth();
const rowOf = (name, some) => {
  const of = (field) => some.map((window) => window[field]);
  const relative = some.map(({ micros, probe }) => micros / probe);
  const micros = (n) => n.toFixed(2);
  return [
    name,
    spread(of('micros'), micros),
    median(of('probe')).toFixed(1),
    (median(relative) * 1000).toFixed(1),
    whole(median(of('residentMiB'))),
  ];
};
const [first, last] = [found.slice(0, COMPARED), found.slice(-COMPARED)];
const ratioOf = (value) => (median(last.map(value)) / median(first.map(value))).toFixed(2);
const records = Number(values.records).toLocaleString('en-US');
print(
  'Growth',
  `${table(
    ['windows', 'CPU us a record', 'probe us', 'record : probe, per mille', 'RSS MiB'],
    [
      rowOf(`first ${COMPARED} of ${WINDOWS}`, first),
      rowOf('middle', found.slice((WINDOWS - COMPARED) / 2, (WINDOWS + COMPARED) / 2)),
      rowOf(`last ${COMPARED}`, last),
      [
        '**last : first**',
        `**${ratioOf(({ micros }) => micros)}**`,
        ratioOf(({ probe }) => probe),
        `**${ratioOf(({ micros, probe }) => micros / probe)}**`,
        '',
      ],
    ],
  )}\nOn disk ${disk.toFixed(2)} bytes for each byte of data.\n`,
  `${records} records of ${BYTES} B`,
);

const counts = values.shards.split(',');
const byShards = await interleaved(counts, Number(values.rounds), async (shards) => {
  const server = await start('sluice');
  try {
    await createStream(server.port, 'bench', Number(shards));
    const measureMs = Number(values.seconds) * 1000;
    return await load(server, {
      requests,
      recordsEach: BATCH,
      connections: 2,
      warmMs: Math.min(1500, measureMs / 2),
      measureMs,
    });
  } finally {
    await server.stop();
  }
});
const rates = (shards) => byShards.get(shards)?.map((result) => result.perCpuSecond);
print(
  'Shards',
  table(
    ['shards', 'records per server CPU s', `cost : that of ${counts[0]}`, 'p50 ms', 'RSS MiB'],
    [...byShards.keys()].map((shards) => {
      const of = (field) => median(byShards.get(shards).map((result) => result[field]));
      return [
        shards,
        spread(rates(shards)),
        rates(counts[0]) === undefined ? '-' : pairRatio(rates(counts[0]), rates(shards)),
        of('p50').toFixed(1),
        whole(of('residentMiB')),
      ];
    }),
  ),
  `PutRecords 500 x ${BYTES} B`,
);
