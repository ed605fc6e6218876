/** What charts are drawn with: Unicode, or ASCII where the terminal has no more. Pure. */

export interface Glyphs {
  readonly isAscii: boolean;
  /** Eight levels, cool to hot. */
  readonly levels: readonly string[];
  /** Eighths of a cell, from one to a whole one. */
  readonly eighths: readonly string[];
  /** What is left of a bar. */
  readonly empty: string;
  readonly rule: string;
  readonly wall: string;
  readonly ruleDown: string;
  readonly ruleUp: string;
  readonly marker: string;
  readonly markerEnd: string;
  readonly live: string;
  readonly warn: string;
  readonly sortedDown: string;
  readonly sortedUp: string;
  readonly enter: string;
  readonly updown: string;
  readonly arrow: string;
  readonly block: string;
  readonly shade: string;
}

export const UNICODE: Glyphs = {
  isAscii: false,
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  eighths: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  empty: '·',
  rule: '─',
  wall: '│',
  ruleDown: '┬',
  ruleUp: '┴',
  marker: '▶',
  markerEnd: '◀',
  live: '●',
  warn: '▲',
  sortedDown: '▼',
  sortedUp: '▲',
  enter: '⏎',
  updown: '↑↓',
  arrow: '→',
  block: '█',
  shade: '▒',
};

export const ASCII: Glyphs = {
  isAscii: true,
  levels: ['.', ':', '-', '=', '+', '*', '#', '@'],
  eighths: ['.', '.', ':', ':', '=', '=', '#', '#'],
  empty: '.',
  rule: '-',
  wall: '|',
  ruleDown: '+',
  ruleUp: '+',
  marker: '>',
  markerEnd: '<',
  live: '*',
  warn: '!',
  sortedDown: 'v',
  sortedUp: '^',
  enter: 'Enter',
  updown: 'up/dn',
  arrow: '->',
  block: '#',
  shade: '%',
};

const OUTSIDE_ASCII: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '.',
  '–': '-',
  '›': '>',
  '×': 'x',
  '│': '|',
  '─': '-',
  '┴': '+',
  '┬': '+',
  '└': '+',
  '┘': '+',
};

/** A row in ASCII, cell for cell; what has no likeness is `?`, two of them where it takes two cells. */
export function asciiRow(row: string, widthOf: (text: string) => number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours' own escape sequences stay
  return row.replace(/[^\x00-\x7f]/gu, (sign) => OUTSIDE_ASCII[sign] ?? '?'.repeat(widthOf(sign)));
}

/** Which of the eight levels a value of `max` has. */
export function levelOf(value: number, max: number): number {
  if (value <= 0 || max <= 0) return 0;
  return Math.min(7, Math.max(0, Math.ceil((value / max) * 8) - 1));
}

/** One sign a value, by the largest of them. */
export function sparkline(values: readonly number[], glyphs: Glyphs, max = Math.max(...values)): string {
  return values.map((value) => glyphs.levels[levelOf(value, max)]).join('');
}

/** A bar of `width` cells, full at 1. */
export function bar(share: number, width: number, glyphs: Glyphs): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const whole = Math.floor(eighths / 8);
  const part = eighths % 8 === 0 ? '' : glyphs.eighths[(eighths % 8) - 1]!;
  return (glyphs.block.repeat(whole) + part).padEnd(width, glyphs.empty);
}

/** Where a part (0 to 1) of the hash space lies in `width` cells; at least one cell. */
export function rangeBar(from: number, to: number, width: number, glyphs: Glyphs): string {
  const first = Math.min(width - 1, Math.floor(from * width + 1e-9));
  const last = Math.min(width - 1, Math.max(first, Math.ceil(to * width - 1e-9) - 1));
  return (
    glyphs.rule.repeat(first) +
    glyphs.block.repeat(last - first + 1) +
    glyphs.rule.repeat(Math.max(0, width - 1 - last))
  );
}

/** Columns filled from below, one a value, as rows from the top; a row has four steps. */
export function columnChart(values: readonly number[], max: number, height: number, glyphs: Glyphs): readonly string[] {
  const steps = glyphs.isAscii ? [' ', '.', ':', '|', '#'] : ['\u2800', '⣀', '⣤', '⣶', '⣿'];
  const fills = values.map((value) =>
    max <= 0 || value <= 0 ? 0 : Math.max(1, Math.round((value / max) * height * 4)),
  );
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 4;
    return fills.map((fill) => steps[Math.min(4, Math.max(0, fill - below))]).join('');
  });
}
