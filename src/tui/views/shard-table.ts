/** The table of shards, the middle of it all. Columns leave as the window narrows; the selected row stands out. Pure. */
import type { ShardFigures } from '../figures.ts';
import { ageText } from '../format.ts';
import type { Row, StreamScene } from '../scene.ts';
import { firstShown } from '../select-shards.ts';
import { safeText, toWidth } from '../text.ts';
import { filled } from './frame-parts.ts';
import { shardColumns } from './shard-columns.ts';
import { bodyRow, type Column, fitColumns, headRow } from './table.ts';

/** The head, `count` rows at most, and how many shards are not shown; exactly `height` rows of `width`. */
export function shardTable(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { setting, shards, shard, stream, state } = scene;
  const { theme } = setting;
  const inner = width - 4;
  const columns = fitColumns(shardColumns(scene, inner), inner);
  const head = theme.head(toWidth(`  ${headRow(columns, inner)}  `, width));
  const hidden = state.showsClosed ? 0 : stream.shards.filter((one) => !one.isOpen).length;
  const foot =
    hidden === 0 ? [] : [theme.dim(toWidth(` + ${hidden} closed shard${hidden === 1 ? '' : 's'} hidden (c)`, width))];
  const room = Math.max(1, height - 1 - foot.length);
  const selected = Math.max(0, shard === undefined ? 0 : shards.indexOf(shard));
  const first = firstShown(selected, shards.length, room);
  const rows = shards.slice(first, first + room).map((one) => shardRow(scene, columns, one, width));
  const none = emptyText(scene);
  const body = rows.length > 0 ? rows : [toWidth(`  ${none}`, width)];
  return filled([head, ...body, ...foot], height, width);
}

function emptyText({ stream, state }: StreamScene): string {
  if (stream.status === 'CREATING') return 'CREATING: its shards are not there yet';
  return state.filters.shards === ''
    ? 'no shards'
    : `no shard matches /${safeText(state.filters.shards)}   Esc shows all`;
}

function shardRow(
  scene: StreamScene,
  columns: readonly Column<ShardFigures>[],
  shard: ShardFigures,
  width: number,
): Row {
  const { setting, state } = scene;
  const { glyphs, theme } = setting;
  const isSelected = shard === scene.shard;
  const { pending } = state;
  const inner = width - 4;
  const isPending = pending?.stream === scene.stream.name && pending.shards.includes(shard.index) && shard.isOpen;
  const body = isPending
    ? theme.warn(toWidth(`${shard.name} ${pending.word} ${ageText(scene.nowMs - pending.sinceMs)}`, inner))
    : bodyRow(columns, shard, inner);
  const isFocused = isSelected && (state.view !== 'overview' || state.pane === 'shards');
  const marker = isSelected ? glyphs.marker : ' ';
  const end = isSelected ? glyphs.markerEnd : ' ';
  const row = `${marker} ${body} ${end}`;
  if (isFocused) return theme.strong(row);
  return shard.isOpen ? row : theme.dim(row);
}
