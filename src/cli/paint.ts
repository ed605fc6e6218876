/** Colour on the terminal: whether, decided in one place, and with what. Chalk is loaded only when there is colour. */

export type Paint = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>> & {
  /** The colour of a shard, the same in every run. */
  readonly shard: (shardId: string, text: string) => string;
};

type Environment = Readonly<Record<string, string | undefined>>;

const same = (text: string) => text;
export const plainPaint: Paint = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
  shard: (_, text) => text,
};

/** Chalk's level for a stream: the flag, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM=dumb, then whether it is a terminal. */
export function colorLevel(when: string | undefined, env: Environment, isTerminal: boolean): 0 | 1 | 2 | 3 {
  const best = /truecolor|24bit/.test(env['COLORTERM'] ?? '') ? 3 : /256/.test(env['TERM'] ?? '') ? 2 : 1;
  if (when === 'always') return best;
  if (when === 'never' || env['NO_COLOR']) return 0;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force === '0' || force === 'false' ? 0 : best;
  if (env['CLICOLOR_FORCE'] && env['CLICOLOR_FORCE'] !== '0') return best;
  return env['TERM'] === 'dumb' || !isTerminal ? 0 : best;
}

/** Twelve hues after Okabe and Ito, legible on black and on white. */
const SHARD_HUES = [
  '#c47900',
  '#2f86c1',
  '#008f68',
  '#8a8a00',
  '#0072b2',
  '#d55e00',
  '#b5608e',
  '#6d7fcc',
  '#2b9a9a',
  '#a3703a',
  '#7d9130',
  '#9a6bc4',
];

/** The colours of a level. */
export async function loadPaint(level: 0 | 1 | 2 | 3): Promise<Paint> {
  if (level === 0) return plainPaint;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  const { bold, dim, red, green, yellow, cyan } = chalk;
  const hues = SHARD_HUES.map((hue) => chalk.hex(hue));
  const shard = (shardId: string, text: string) => hues[hueOf(shardId)]!(text);
  return { bold, dim, red, green, yellow, cyan, shard };
}

function hueOf(shardId: string): number {
  let sum = 0;
  for (const char of shardId) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return sum % SHARD_HUES.length;
}
