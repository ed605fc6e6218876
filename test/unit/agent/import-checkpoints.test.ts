/** Going on where Kinesis Agent stopped, with real files and a database that SQLite made on the spot. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readForeignCheckpoints } from '../../../src/agent/import-checkpoints.ts';
import { readConfig } from '../../../src/agent/read-config.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { nodeLogFiles } from '../../../src/runtime/log-files.ts';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';
import { seededRandom } from '../../../src/runtime/random.ts';

const hasSqlite = spawnSync('sqlite3', ['-version']).status === 0;
if (!hasSqlite) process.stderr.write('skipped: importing checkpoints, as there is no sqlite3 here\n');

const folder = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(folder, { recursive: true }));
const world = { disk: nodeDisk, files: nodeLogFiles, clock: systemClock, random: seededRandom(1) };
const text = JSON.stringify({ flows: [{ filePattern: `${folder}/app.log*`, kinesisStream: 'web' }] });
const { config } = readConfig({ name: 'agent.json', text }, [], { env: {}, directory: '/', cores: 1 });
const flow = `kinesis:web:${folder}/app.log*`;

function makeFile(name: string, content: string, ageSeconds: number): { readonly path: string; readonly id: string } {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, 1_700_000_000 - ageSeconds, 1_700_000_000 - ageSeconds);
  const { dev, ino } = statSync(path);
  return { path, id: `(dev=${dev.toString(16)},ino=${ino})` };
}

test.runIf(hasSqlite)(
  'the file that was followed goes on, older ones are done, newer ones begin, be they readable or not',
  async () => {
    const older = makeFile('app.log.2', 'long ago\n', 200);
    const current = makeFile('app.log.1', 'sent\nnot sent\n', 100);
    const newer = makeFile('app.log', 'new\n', 0);
    const database = join(folder, 'checkpoints');
    const row = (path: string, id: string, offset: number, at: string) =>
      `insert into FILE_CHECKPOINTS values('${flow}', '${path}', '${id}', 0, 0, ${offset}, '${at}');`;
    execFileSync('sqlite3', [
      database,
      'create table FILE_CHECKPOINTS(flow text, path text, fileId text, lastModifiedTime bigint, size bigint, offset bigint, lastUpdated datetime, primary key (flow, path));',
      row(`${folder}/app.log`, current.id, 5, '2026-11-20 17:00:02'),
      row(`${folder}/other`, '(dev=1,ino=1)', 7, '2026-11-20 17:00:01'),
      row(`${folder}/shrunk`, newer.id, 1_000, '2026-11-20 17:00:00'),
    ]);
    const { state } = await readForeignCheckpoints(config!, database, world);
    expect(state.flows).toEqual([flow]);
    const acked = Object.fromEntries(state.files.map((file) => [file.path, file.acked]));
    expect(acked).toEqual({ [older.path]: 9, [current.path]: 5 });
    const [anchor] = state.files.find((file) => file.path === current.path)!.prints.anchors;
    expect(new TextDecoder().decode(anchor!.bytes)).toBe('sent\n');
    // As for a user who is not in the group adm yet.
    const open = () => Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' }));
    const denied = await readForeignCheckpoints(config!, database, { ...world, files: { ...nodeLogFiles, open } });
    expect(denied.state.files.map((file) => file.acked)).toEqual(state.files.map((file) => file.acked));
  },
);

test('a file that is no database is refused by name', async () => {
  const path = join(folder, 'text');
  writeFileSync(path, 'not a database');
  await expect(readForeignCheckpoints(config!, path, world)).rejects.toMatchObject({ code: 'SLUICE_AGENT_IMPORT' });
});
