/**
 * Starting, and what lies in memory: `npm run bench:start [-- --rounds 5 --gib 10 --shards 1000]`. From spawn to the answer of the
 * first ListStreams: with an empty folder beside the peers; with a full one after a clean stop and after kill -9 under load. The
 * files of the full folder are likely in the page cache, as they are after a crash of the program alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { batchOf, fill } from './lib/fill.mjs';
import { Connection, request } from './lib/http.mjs';
import { pairRatio, print, spread, table, whole } from './lib/report.mjs';
import { interleaved } from './lib/rounds.mjs';
import { available, cpuSeconds, diskBytes, residentMiB, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    gib: { type: 'string', default: '10' },
    shards: { type: 'string', default: '1000' },
    servers: { type: 'string', default: 'sluice,before,kinesalite,kinesis-local,ferrokinesis' },
  },
});
const rounds = Number(values.rounds);
const KIB = 1024;
const CONNECTIONS = 1_000;
const LOAD_MS = 1_000;

const facts = (server) => ({ ms: server.startMs, cpu: cpuSeconds(server.pid), resident: residentMiB(server.pid) });

const empty = await interleaved(values.servers.split(',').filter(available), rounds, async (name) => {
  const server = await start(name);
  const found = facts(server);
  await server.stop();
  return found;
});

/** Puts until the server is gone. */
async function putUntilKilled(server) {
  const connection = new Connection(server.port);
  const batch = batchOf('bench', KIB);
  const putting = (async () => {
    for (;;) await connection.send(batch);
  })().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, LOAD_MS));
  await server.stop();
  await putting;
}

async function withConnections(server) {
  const open = Array.from({ length: CONNECTIONS }, () => new Connection(server.port));
  await Promise.all(open.map((connection) => connection.send(request('ListStreams', {}))));
  const resident = residentMiB(server.pid);
  for (const connection of open) connection.close();
  return resident;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
const filled = { clean: [], killed: [] };
const memory = {};
try {
  const records = Math.floor((Number(values.gib) * 2 ** 30) / KIB);
  let server = await start('sluice', { folder, pinned: false });
  await fill(server.port, 'bench', { shards: Number(values.shards), records, bytes: KIB });
  memory[`RSS after ${values.gib} GiB in`] = residentMiB(server.pid);
  memory[`RSS with ${CONNECTIONS} connections as well`] = await withConnections(server);
  const disk = diskBytes(folder) / (records * KIB);
  for (let round = 0; round < rounds; round++) {
    await server.stop({ signal: 'SIGTERM' });
    server = await start('sluice', { folder });
    filled.clean.push(facts(server));
    await putUntilKilled(server);
    server = await start('sluice', { folder });
    filled.killed.push(facts(server));
  }
  memory['RSS after a start'] = residentMiB(server.pid);
  memory['disk : payload'] = disk;
  await server.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const ms = (n) => `${n.toFixed(0)} ms`;
const row = (title, runs, ratio) => {
  const of = (field) => runs.map((run) => run[field]);
  return [
    title,
    spread(of('ms'), ms),
    spread(
      of('cpu').map((s) => s * 1000),
      ms,
    ),
    ratio,
    whole(Math.max(...of('resident'))),
  ];
};
const times = (name) => empty.get(name)?.map((run) => run.ms);
const full = `sluice, ${values.gib} GiB and ${values.shards} shards`;
print(
  'Starting',
  `${table(
    ['what', 'to the first ListStreams', 'CPU', 'this : sluice', 'RSS MiB'],
    [
      ...[...empty].map(([name, runs]) =>
        row(`${name}, empty`, runs, name === 'sluice' ? '-' : pairRatio(times(name), times('sluice'))),
      ),
      row(`${full}, after a clean stop`, filled.clean, '-'),
      row(`${full}, after kill -9`, filled.killed, '-'),
    ],
  )}\n${table(
    ['sluice', ''],
    Object.entries(memory).map(([what, n]) => [what, n < 10 ? n.toFixed(2) : `${whole(n)} MiB`]),
  )}`,
  `${rounds} rounds`,
);
