/** What a click on the table of shards means: a row selects, a head sorts. Pure. */
import { stripVTControlCharacters } from 'node:util';
import type { Input } from './key-decoder.ts';
import { streamScene } from './select-shards.ts';
import { type ScreenState, SORTS, type SortName } from './state.ts';
import type { World } from './step.ts';
import { widthOf } from './text.ts';
import { screenRows } from './views/screen.ts';

type Click = Extract<Input, { readonly kind: 'mouse' }>;

/** Heads as the table writes them. */
const HEADS: Readonly<Record<SortName, RegExp>> = {
  id: /\bID/,
  in: /IN\/s/,
  rec: /REC\/s/,
  capacity: /CAPACITY/,
  out: /OUT\/s/,
  thr: /THR/,
  age: /AGE/,
};

/** The state after a click: found in the picture itself, so that it is where it is seen. */
export function clicked(state: ScreenState, { column, row }: Click, world: World): ScreenState {
  const scene = streamScene({ ...world, state });
  if (scene === undefined || state.view !== 'overview') return state;
  const rows = screenRows(scene).map((text) => stripVTControlCharacters(text));
  const line = rows[row - 1] ?? '';
  if (/\bID\b.*AGE/.test(line) || /\bID.*REC\/s/.test(line)) {
    const sort = SORTS.find((name) => isAt(line, HEADS[name], column - 1));
    if (sort === undefined) return state;
    return sort === state.sort ? { ...state, isReversed: !state.isReversed } : { ...state, sort };
  }
  const shard = scene.shards.find((one) => isAt(line, new RegExp(`(^|[^0-9])${one.name} .*`), column - 1));
  return shard === undefined ? state : { ...state, shard: shard.index, pane: 'shards' };
}

function isAt(line: string, pattern: RegExp, cell: number): boolean {
  const match = pattern.exec(line);
  if (match === null) return false;
  const from = widthOf(line.slice(0, match.index));
  return cell >= from && cell <= from + widthOf(match[0]) + 1;
}
