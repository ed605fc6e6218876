/**
 * Every benchmark of the daemon, one after the other: `npm run bench [-- --rounds 5 --seconds 4 --write]`. With --write the tables take
 * the place of the former ones in docs/performance.md. `--short` is for seeing that all of it runs.
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
    short: { type: 'boolean', default: false },
  },
});
const DOC = join(import.meta.dirname, '../docs/performance.md');
const BETWEEN = /(<!-- measured by npm run bench -->\n)[\s\S]*(<!-- end of what was measured -->)/;

const SCRIPTS = [
  { script: 'put.mjs' },
  { script: 'get.mjs', short: ['--records', '10000'] },
  { script: 'limits.mjs' },
  { script: 'start.mjs', short: ['--gib', '0.5'], hasNoSeconds: true },
  { script: 'flat.mjs', short: ['--records', '500000'] },
];

function run({ script, short = [], hasNoSeconds = false }) {
  const seconds = hasNoSeconds ? [] : ['--seconds', values.short ? '1' : values.seconds];
  const words = ['--rounds', values.short ? '1' : values.rounds, ...seconds, ...(values.short ? short : [])];
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
