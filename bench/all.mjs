/**
 * Every benchmark of the daemon, one after the other: `npm run bench [-- --rounds 5 --seconds 4 --gib 10 --records
 * 10000000 --servers sluice,kinesalite --write]`, an hour or so; half of it with --rounds 3 --seconds 2. With --write the
 * tables take the place of the former ones in docs/performance.md. One that fails is left out, and the rest goes on.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    write: { type: 'boolean', default: false },
    gib: { type: 'string', default: '10' },
    records: { type: 'string', default: '10000000' },
    servers: { type: 'string' },
  },
});
const DOC = join(import.meta.dirname, '../docs/performance.md');
const BETWEEN = /(<!-- measured by npm run bench -->\n)[\s\S]*(<!-- end of what was measured -->)/;

const rounds = ['--rounds', values.rounds];
const seconds = ['--seconds', values.seconds];
const servers = values.servers === undefined ? [] : ['--servers', values.servers];

const SCRIPTS = [
  ['put.mjs', ...rounds, ...seconds, ...servers],
  ['get.mjs', ...rounds, ...seconds, ...servers],
  ['fan-out.mjs', ...rounds, ...seconds],
  ['limits.mjs', ...rounds, ...seconds],
  ['start.mjs', ...rounds, '--gib', values.gib, ...servers],
  // Memory by itself: little enough that the shards' own does not hide it.
  [
    'start.mjs',
    '--rounds',
    '1',
    '--gib',
    String(Math.min(2, Number(values.gib))),
    '--shards',
    '4',
    '--servers',
    'sluice',
  ],
  ['flat.mjs', ...rounds, ...seconds, '--records', values.records],
];

function run([script, ...words]) {
  process.stderr.write(`${script} ${words.join(' ')}\n`);
  const stdio = ['ignore', 'pipe', 'inherit'];
  const begin = performance.now();
  const { stdout, status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...words], { stdio });
  const tookSeconds = Math.round((performance.now() - begin) / 1000);
  process.stderr.write(`${script} ended with ${status} after ${tookSeconds} s\n`);
  if (status !== 0) {
    process.exitCode = 1;
    return [];
  }
  process.stdout.write(stdout);
  return [String(stdout).trim()];
}

const sections = SCRIPTS.flatMap(run);
if (values.write) {
  const text = readFileSync(DOC, 'utf8');
  writeFileSync(
    DOC,
    text.replace(BETWEEN, (_, begin, end) => `${begin}\n${sections.join('\n\n')}\n\n${end}`),
  );
}
