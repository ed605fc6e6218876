/**
 * Every benchmark of the daemon, one after the other: `npm run bench [-- --rounds 5 --seconds 4 --gib 10 --records
 * 10000000 --write]`, an hour or so. With --write the tables take the place of the former ones in docs/performance.md.
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
  },
});
const DOC = join(import.meta.dirname, '../docs/performance.md');
const BETWEEN = /(<!-- measured by npm run bench -->\n)[\s\S]*(<!-- end of what was measured -->)/;

const rounds = ['--rounds', values.rounds];
const seconds = ['--seconds', values.seconds];

const SCRIPTS = [
  ['put.mjs', ...rounds, ...seconds],
  ['get.mjs', ...rounds, ...seconds],
  ['limits.mjs', ...rounds, ...seconds],
  ['start.mjs', ...rounds, '--gib', values.gib],
  ['flat.mjs', ...rounds, ...seconds, '--records', values.records],
];

function run([script, ...words]) {
  process.stderr.write(`${script} ${words.join(' ')}\n`);
  const stdio = ['ignore', 'pipe', 'inherit'];
  const { stdout, status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...words], { stdio });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
  process.stdout.write(stdout);
  return String(stdout).trim();
}

const sections = SCRIPTS.map(run);
if (values.write) {
  const text = readFileSync(DOC, 'utf8');
  writeFileSync(
    DOC,
    text.replace(BETWEEN, (_, begin, end) => `${begin}\n${sections.join('\n\n')}\n\n${end}`),
  );
}
