/** The list of streams: a narrow pane, and a screen with more columns. Pure. */
import type { StreamFigures } from '../figures.ts';
import { ageText, countText, hoursText, NOTHING, UNKNOWN } from '../format.ts';
import { sparkline } from '../glyphs.ts';
import type { Row, Scene } from '../scene.ts';
import { chosenStream, firstShown, rowFilter } from '../select-shards.ts';
import { safeText, toWidth } from '../text.ts';
import { heatInk } from '../theme.ts';
import { filled } from './frame-parts.ts';
import { rateText } from './header.ts';
import { bodyRow, type Column, fitColumns, headRow } from './table.ts';

/** Streams whose name passes the filter. */
export function listedStreams({ board, state }: Pick<Scene, 'board' | 'state'>): readonly StreamFigures[] {
  const all = board?.streams ?? [];
  const passes = rowFilter(state.filters.streams);
  return all.filter((stream) => passes(stream.name));
}

/** Head and rows; exactly `height` rows of `width`. */
export function streamTable(scene: Scene, width: number, height: number): readonly Row[] {
  const { setting, state, board } = scene;
  const { theme, glyphs } = setting;
  const inner = width - 2;
  const columns = fitColumns(columnsOf(scene, inner), inner);
  const streams = listedStreams(scene);
  const chosen = chosenStream(board, state);
  const selected = Math.max(0, chosen === undefined ? 0 : streams.indexOf(chosen));
  const room = Math.max(0, height - 1);
  const first = firstShown(selected, streams.length, room);
  const isFocused = state.view === 'streams' || state.pane === 'streams';
  const rows = streams.slice(first, first + room).map((stream) => {
    const isSelected = stream === chosen;
    const row = `${isSelected ? glyphs.marker : ' '} ${bodyRow(columns, stream, inner)}`;
    return isSelected && isFocused ? theme.strong(row) : row;
  });
  return filled([theme.head(toWidth(`  ${headRow(columns, inner)}`, width)), ...rows], height, width);
}

function columnsOf(scene: Scene, inner: number): readonly Column<StreamFigures>[] {
  const { glyphs, theme } = scene.setting;
  const hue = (stream: StreamFigures) => heatInk(theme, stream.heat);
  const warn = (stream: StreamFigures) => (stream.heat === 'cool' ? '' : glyphs.warn);
  const name: Column<StreamFigures> = {
    head: 'NAME',
    width: 10,
    gap: 0,
    widthMax: inner < 40 ? 10 : 40,
    cell: (one) => safeText(one.name),
    ink: hue,
  };
  const shards: Column<StreamFigures> = {
    head: 'SH',
    width: 4,
    gap: 0,
    right: true,
    cell: (one) => countText(one.openShards),
  };
  const bytesIn: Column<StreamFigures> = {
    head: 'IN/s',
    width: 7,
    gap: 0,
    right: true,
    cell: (one) => rateText(scene, one.bytesIn),
  };
  const sign: Column<StreamFigures> = { head: '', width: 1, gap: 1, cell: warn, ink: () => theme.bad };
  if (inner < 40) return [name, shards, bytesIn, sign];
  return [
    name,
    { head: 'STATUS', width: 8, leaves: 5, cell: (one) => one.status },
    { head: 'MODE', width: 11, leaves: 2, cell: (one) => (one.isOnDemand ? 'on-demand' : 'provisioned') },
    { ...shards, head: 'SHARDS', width: 6, gap: 2 },
    { ...bytesIn, gap: 2 },
    {
      head: 'REC/s',
      width: 6,
      right: true,
      leaves: 6,
      cell: (one) => (one.recordsIn < 0.05 ? NOTHING : countText(one.recordsIn)),
    },
    { head: 'OUT/s', width: 7, right: true, leaves: 4, cell: (one) => rateText(scene, one.bytesOut) },
    { head: 'LAG', width: 6, right: true, cell: (one) => (one.lagMs === undefined ? UNKNOWN : ageText(one.lagMs)) },
    { head: 'KEPT', width: 5, right: true, leaves: 3, cell: (one) => hoursText(one.retentionHours) },
    {
      head: '10 min IN',
      width: 12,
      leaves: 1,
      widthMax: 24,
      cell: (one, width) => sparkline(one.historyIn.slice(-width), glyphs),
    },
    sign,
  ];
}
