/** Colours: by role, for a level of the terminal and a palette. Without colour roles become bold, dim and inverse. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { Heat } from './figures.ts';

export const PALETTES = ['auto', 'dark', 'light', 'high-contrast', 'deuter'] as const;
export type PaletteName = (typeof PALETTES)[number];
export type ColorLevel = 0 | 1 | 2 | 3;

type Ink = (text: string) => string;

export interface Theme {
  readonly title: Ink;
  readonly dim: Ink;
  readonly strong: Ink;
  readonly head: Ink;
  readonly good: Ink;
  readonly warn: Ink;
  readonly bad: Ink;
  readonly selected: Ink;
  readonly key: Ink;
  /** By level, 0 to 7: cool to hot. */
  readonly ramp: readonly Ink[];
}

interface Palette {
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly accent: string;
  /** Luminance only grows (dark) or falls (light), so that it reads without colour too. */
  readonly ramp: readonly string[];
}

const PALETTE: Readonly<Record<Exclude<PaletteName, 'auto'>, Palette>> = {
  dark: {
    good: '#5fd787',
    warn: '#ffaf00',
    bad: '#ff5f5f',
    accent: '#5fafd7',
    ramp: ['#5a4a8a', '#4a6aa0', '#35859a', '#2f9e88', '#55b868', '#96cc45', '#d0d83a', '#fde725'],
  },
  light: {
    good: '#00702a',
    warn: '#a35200',
    bad: '#b00020',
    accent: '#005f87',
    ramp: ['#b9c22a', '#86b540', '#50a352', '#2b8c76', '#2f7388', '#3a5888', '#443c7e', '#440154'],
  },
  'high-contrast': {
    good: '#00ff5f',
    warn: '#ffff00',
    bad: '#ff8787',
    accent: '#87ffff',
    ramp: ['#8787ff', '#5fafff', '#00d7ff', '#00ffd7', '#5fff87', '#afff5f', '#ffff5f', '#ffffff'],
  },
  deuter: {
    good: '#56b4e9',
    warn: '#e69f00',
    bad: '#f0e442',
    accent: '#0072b2',
    ramp: ['#3b4a8c', '#3f5f9b', '#5a759e', '#7c8a9a', '#9c9f8c', '#bdb578', '#ddcb58', '#fde725'],
  },
};

const same: Ink = (text) => text;

/** The colours of a level; `auto` is dark unless the terminal is known to be light. */
export function themeOf(level: ColorLevel, palette: PaletteName, colorFgBg: string | undefined): Theme {
  const chalk = new Chalk({ level });
  if (level === 0) return attributesOnly();
  if (level === 1) return namedColors(chalk);
  const name = palette === 'auto' ? (isLight(colorFgBg) ? 'light' : 'dark') : palette;
  const colors = PALETTE[name];
  const accent = chalk.hex(colors.accent);
  return {
    title: accent.bold,
    dim: chalk.dim,
    strong: chalk.bold,
    head: chalk.dim,
    good: chalk.hex(colors.good),
    warn: chalk.hex(colors.warn),
    bad: chalk.hex(colors.bad).bold,
    selected: chalk.inverse,
    key: accent,
    ramp: colors.ramp.map((hex) => chalk.hex(hex)),
  };
}

/** The user's own sixteen colours. */
function namedColors(chalk: ChalkInstance): Theme {
  const { blue, cyan, green, yellow, red } = chalk;
  return {
    title: cyan.bold,
    dim: chalk.dim,
    strong: chalk.bold,
    head: chalk.dim,
    good: green,
    warn: yellow,
    bad: red.bold,
    selected: chalk.inverse,
    key: cyan,
    ramp: [blue, blue, cyan, cyan, green, green, yellow, red],
  };
}

/** No colour at all was asked for: attributes still tell what is selected and what is wrong. */
function attributesOnly(): Theme {
  const mark =
    (on: number, off: number): Ink =>
    (text) =>
      `\u001b[${on}m${text}\u001b[${off}m`;
  const [bold, dim, underline, inverse] = [mark(1, 22), mark(2, 22), mark(4, 24), mark(7, 27)];
  return {
    title: bold,
    dim,
    strong: bold,
    head: dim,
    good: same,
    warn: bold,
    bad: bold,
    selected: inverse,
    key: underline,
    ramp: new Array<Ink>(8).fill(same),
  };
}

/** Nothing but text: for files, and for tests of what stands where. */
export const PLAIN: Theme = {
  title: same,
  dim: same,
  strong: same,
  head: same,
  good: same,
  warn: same,
  bad: same,
  selected: same,
  key: same,
  ramp: new Array<Ink>(8).fill(same),
};

/** COLORFGBG, as some terminals set it: foreground;background, 7 and above being light. */
function isLight(colorFgBg: string | undefined): boolean {
  const background = Number(colorFgBg?.split(';').at(-1) ?? Number.NaN);
  return background === 7 || (background >= 9 && background <= 15);
}

/** The colour of a shard's heat. */
export function heatInk(theme: Theme, heat: Heat): Ink {
  return heat === 'hot' ? theme.bad : heat === 'warm' ? theme.warn : same;
}
