/** The hash space as a line of loads: summed for few columns, repeated for many. Pure. */
import { levelOf } from './glyphs.ts';
import type { Scene } from './scene.ts';

/** Even parts as `columns` even parts: the load of a column is the sum of what it covers. */
export function resampled(parts: readonly number[], columns: number): readonly number[] {
  if (parts.length === 0) return new Array<number>(columns).fill(0);
  return Array.from({ length: columns }, (_, i) => {
    const from = (i * parts.length) / columns;
    const to = ((i + 1) * parts.length) / columns;
    let sum = 0;
    for (let part = Math.floor(from); part < to; part++) {
      sum += (parts[part] ?? 0) * (Math.min(to, part + 1) - Math.max(from, part));
    }
    return sum;
  });
}

/** A line of the map: shape and colour say the same. Cells of one colour stand together, so that a row stays short. */
export function heatCells(
  loads: readonly number[],
  max: number,
  { setting: { glyphs, theme }, state }: Pick<Scene, 'setting' | 'state'>,
): string {
  const scaled = (load: number) => (state.heatStyle === 'root' ? Math.sqrt(load) : load);
  let text = '';
  let run = '';
  let runLevel = -1;
  for (const load of loads) {
    const level = levelOf(scaled(load), scaled(max));
    if (level !== runLevel && run !== '') {
      text += theme.ramp[runLevel]!(run);
      run = '';
    }
    runLevel = level;
    run += load > 0 || glyphs.isAscii ? glyphs.levels[level] : '▁';
  }
  return run === '' ? text : text + theme.ramp[runLevel]!(run);
}
