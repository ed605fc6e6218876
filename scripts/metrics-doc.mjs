/**
 * Writes the table of docs/metrics.md from the metrics in src/server/metrics-table.ts. With --check it writes nothing and
 * ends with 1 when the table is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importSource, root } from './bundled.mjs';

const target = join(root, 'docs/metrics.md');
const BEGIN = '<!-- made by scripts/metrics-doc.mjs: change src/server/metrics-*-table.ts instead -->\n';
const END = '<!-- end -->\n';

const code = (text) => `\`${text}\``;
const list = (texts) => texts.map(code).join(', ');

function row({ name, kind, labels, help, cloudWatch }) {
  return `| ${code(name)} | ${kind} | ${list(labels)} | ${help} | ${list(cloudWatch?.split(', ') ?? [])} |\n`;
}

const head = '| name | kind | labels | meaning | CloudWatch |\n|--|--|--|--|--|\n';
const { METRICS } = await importSource('src/server/metrics-table.ts');
const table = head + METRICS.map(row).join('');
const text = readFileSync(target, 'utf8');
const wanted = text.slice(0, text.indexOf(BEGIN) + BEGIN.length) + table + text.slice(text.indexOf(END));
if (!process.argv.includes('--check')) {
  writeFileSync(target, wanted);
} else if (text !== wanted) {
  process.stderr.write('docs/metrics.md is stale: node scripts/metrics-doc.mjs\n');
  process.exitCode = 1;
}
