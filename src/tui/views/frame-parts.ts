/** Small pieces that all views are put together from: lines, blank rows, panes side by side. Pure. */
import type { Row, Scene } from '../scene.ts';
import { toWidth } from '../text.ts';

/** A line across. */
export function rule({ setting: { glyphs, theme } }: Scene, width: number): Row {
  return theme.dim(glyphs.rule.repeat(width));
}

/** A line across with a word in it. */
export function titledRule({ setting: { glyphs, theme } }: Scene, title: string, width: number): Row {
  const shown = ` ${title} `;
  const text = toWidth(`${glyphs.rule.repeat(2)}${shown}`, Math.min(width, shown.length + 2));
  return theme.dim(text + glyphs.rule.repeat(Math.max(0, width - shown.length - 2)));
}

/** Exactly `count` rows of `width`: cut, or filled with blanks. */
export function filled(rows: readonly Row[], count: number, width: number): readonly Row[] {
  if (rows.length >= count) return rows.slice(0, count);
  const blank = ' '.repeat(width);
  return [...rows, ...new Array<Row>(count - rows.length).fill(blank)];
}

/** Panes of the same height side by side, with walls between. */
export function beside(panes: readonly (readonly Row[])[], wall: string): readonly Row[] {
  return panes[0]!.map((_, i) => panes.map((pane) => pane[i]).join(wall));
}

/** A line in the middle of nothing: what there is to say when there is nothing to show. */
export function centered(lines: readonly string[], size: { readonly columns: number; readonly rows: number }): Row[] {
  const top = Math.max(0, Math.floor((size.rows - lines.length) / 2));
  const rows = Array.from({ length: size.rows }, (_, i) => {
    const line = lines[i - top] ?? '';
    const space = Math.max(0, Math.floor((size.columns - line.length) / 2));
    return toWidth(' '.repeat(space) + line, size.columns);
  });
  return rows;
}
