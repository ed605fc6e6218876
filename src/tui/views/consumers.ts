/** Who reads the stream: registered consumers, and polling readers as the server tells them apart. Pure. */
import type { ConsumerFigures, StreamFigures } from '../figures.ts';
import { ageText, countText, NOTHING, UNKNOWN } from '../format.ts';
import type { Row, StreamScene } from '../scene.ts';
import { firstShown, rowFilter } from '../select-shards.ts';
import type { ScreenState } from '../state.ts';
import { toWidth } from '../text.ts';
import { filled } from './frame-parts.ts';
import { rateText } from './header.ts';
import { bodyRow, type Column, fitColumns, headRow } from './table.ts';

/** Readers that pass the filter. */
export function listedConsumers(stream: StreamFigures, state: ScreenState): readonly ConsumerFigures[] {
  const passes = rowFilter(state.filters.consumers);
  return stream.consumers.filter((one) => passes(`${one.name} ${one.type} ${one.state}`));
}

/** Head and rows; exactly `height` rows of `width`. */
export function consumerTable(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { stream, setting, state, board } = scene;
  const { theme, glyphs } = setting;
  const inner = width - 2;
  const columns = fitColumns(columnsOf(scene), inner);
  const head = theme.head(toWidth(`  ${headRow(columns, inner)}`, width));
  const consumers = listedConsumers(stream, state);
  const isFocused = state.view === 'consumers' || (state.view === 'overview' && state.pane === 'consumers');
  const selected = Math.min(state.rows.consumers, consumers.length - 1);
  const room = Math.max(0, height - 1);
  const first = firstShown(Math.max(0, selected), consumers.length, room);
  const rows = consumers.slice(first, first + room).map((consumer, i) => {
    const isSelected = isFocused && first + i === selected;
    const row = `${isSelected ? glyphs.marker : ' '} ${bodyRow(columns, consumer, inner)}`;
    return isSelected ? theme.strong(row) : row;
  });
  const nobody =
    board.source.kind === 'daemon' ? 'nobody reads' : 'not known without the server telling: see sluice serve';
  return filled([head, ...(rows.length > 0 ? rows : [theme.dim(toWidth(`  ${nobody}`, width))])], height, width);
}

function columnsOf(scene: StreamScene): readonly Column<ConsumerFigures>[] {
  const { theme } = scene.setting;
  const trouble = (one: ConsumerFigures) => (isTrouble(one) ? theme.bad : undefined);
  return [
    { head: 'CONSUMER', width: 12, gap: 0, widthMax: 34, cell: (one) => one.name, ink: trouble },
    { head: 'TYPE', width: 4, leaves: 5, cell: (one) => one.type },
    { head: 'SHARDS', width: 6, right: true, leaves: 1, cell: (one) => shardsText(one, scene.stream.openShards) },
    {
      head: 'LAG max',
      width: 7,
      right: true,
      cell: (one) => (one.lagMs === undefined ? UNKNOWN : ageText(one.lagMs)),
      ink: trouble,
    },
    { head: 'OUT/s', width: 7, right: true, leaves: 4, cell: (one) => rateText(scene, one.bytesOut) },
    {
      head: 'REC/s',
      width: 6,
      right: true,
      leaves: 2,
      cell: (one) => (one.recordsOut < 0.05 ? NOTHING : countText(one.recordsOut)),
    },
    { head: 'STATE', width: 8, widthMax: 16, cell: (one) => one.state, ink: trouble },
  ];
}

/** Registered and not subscribed to all shards, or silent: what an operator wants to see in red. */
function isTrouble(one: ConsumerFigures): boolean {
  return one.state === 'STOPPED' || one.state === 'DELETING' || one.shards === 0;
}

function shardsText({ shards }: ConsumerFigures, open: number): string {
  return shards === undefined ? UNKNOWN : `${shards}/${open}`;
}
