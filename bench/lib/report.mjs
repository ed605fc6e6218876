/** Tables in Markdown, and the line above them that says what they were measured on. */
import { cpus, loadavg } from 'node:os';
import { median } from './load.mjs';

export const whole = (n) => Math.round(n).toLocaleString('en-US');

/** The middle of the values, and how far they reach. */
export function spread(values, print = whole) {
  return `${print(median(values))} [${print(Math.min(...values))}..${print(Math.max(...values))}]`;
}

/** Middle of the ratios of what was measured in the same round; '-' where there is nothing to divide by. */
export function pairRatio(runs, others) {
  const ratios = runs.slice(0, others?.length ?? 0).map((run, i) => run / others[i]);
  return ratios.length === 0 ? '-' : median(ratios).toFixed(median(ratios) < 1.5 ? 2 : 1);
}

export function table(head, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |\n`;
  return row(head) + row(head.map(() => '--')) + rows.map(row).join('');
}

/** Prints a section: its title, the circumstances, a text of its own. */
export function print(title, text, facts = '') {
  const load = loadavg()[0].toFixed(1);
  const where = `node ${process.version}, ${cpus().length} x ${cpus()[0].model.trim()}, load average ${load}`;
  process.stdout.write(
    `### ${title}\n\n${[new Date().toISOString().slice(0, 10), where, facts].filter(Boolean).join(', ')}\n\n${text}\n`,
  );
}
