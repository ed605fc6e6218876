/** The overview, narrow and wide: what falls off as the window shrinks, and where each pane stands. Pure. */
import type { Row, StreamScene } from '../scene.ts';
import { safeText, spread, toWidth } from '../text.ts';
import { chartPane } from './charts.ts';
import { consumerTable } from './consumers.ts';
import { eventList } from './events.ts';
import { keysRow, messageRow } from './footer.ts';
import { beside, filled, rule } from './frame-parts.ts';
import { headerRow, totalsRow, wideHeaderRow } from './header.ts';
import { heatPane, heatStrip } from './heat-strip.ts';
import { limitsPane } from './limits.ts';
import { peekLines, peekPane } from './peek.ts';
import { shardTable } from './shard-table.ts';
import { streamTable } from './streams.ts';

/** From this size on there is room for all panes. */
const WIDE = { columns: 140, rows: 36 };

/** Whether the overview shows all panes. */
function isWideWindow({ columns, rows }: { readonly columns: number; readonly rows: number }): boolean {
  return columns >= WIDE.columns && rows >= WIDE.rows;
}

/** Exactly `height` rows of `width`. */
export function overview(scene: StreamScene, width: number, height: number): readonly Row[] {
  return isWideWindow({ columns: width, rows: height })
    ? wideOverview(scene, width, height)
    : narrowOverview(scene, width, height);
}

/** Rows of the narrow layout's parts; 0 where a part has fallen off. */
export interface NarrowParts {
  readonly totals: number;
  readonly strip: number;
  readonly table: number;
  readonly consumers: number;
  readonly peek: number;
  readonly message: number;
}

const TABLE_ROWS_MIN = 6;
const CONSUMER_ROWS_MAX = 4;

/** What the window has room for: the table first, then totals, heat strip, consumers, peek, message line. */
function narrowParts(height: number, consumers: number): NarrowParts {
  let left = height - 2 - TABLE_ROWS_MIN;
  // What does not fit takes all that matters less with it.
  let isFull = false;
  const take = (rows: number) => {
    isFull ||= left < rows;
    const taken = isFull ? 0 : rows;
    left -= taken;
    return taken;
  };
  const totals = take(1);
  const strip = take(2);
  const consumerRows = take(2 + Math.max(1, Math.min(CONSUMER_ROWS_MAX, consumers)));
  const peek = take(3);
  const message = take(1);
  return { totals, strip, table: TABLE_ROWS_MIN + Math.max(0, left), consumers: consumerRows, peek, message };
}

function narrowOverview(scene: StreamScene, width: number, height: number): readonly Row[] {
  const parts = narrowParts(height, scene.stream.consumers.length);
  // A short table leaves room for more records.
  const needed = 2 + scene.shards.length;
  const spare = parts.peek > 0 ? Math.max(0, parts.table - Math.max(TABLE_ROWS_MIN, needed)) : 0;
  return [
    headerRow(scene, scene.stream, width),
    ...(parts.totals > 0 ? [totalsRow(scene, width)] : []),
    ...(parts.strip > 0 ? [heatStrip(scene, width), rule(scene, width)] : []),
    ...shardTable(scene, width, parts.table - spare),
    ...(parts.consumers > 0 ? [rule(scene, width), ...consumerTable(scene, width, parts.consumers - 1)] : []),
    ...(parts.peek > 0 ? [rule(scene, width), ...peekLines(scene, width, parts.peek - 1 + spare)] : []),
    ...(parts.message > 0 ? [messageRow(scene, width)] : []),
    keysRow(scene, width),
  ];
}

const LEFT = 26;
const RIGHT = 42;
const CHART_ROWS = 8;
const PEEK_ROWS = 12;
const CONTEXT_ROWS_MAX = 5;

function wideOverview(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { glyphs, theme } = scene.setting;
  const middle = width - LEFT - RIGHT - 2;
  // Header, three rules, message and keys; on low windows the charts and records give way to the table.
  const spare = height - 6 - 12;
  const charts = Math.min(CHART_ROWS, Math.max(4, Math.floor(spare / 3)));
  const peek = Math.min(PEEK_ROWS, Math.max(4, Math.floor(spare / 2)));
  const area = height - 6 - charts - peek;
  const chartLeft = Math.floor((width - 1) / 2);
  return [
    wideHeaderRow(scene, width),
    wallRule(scene, width, { at: [LEFT, LEFT + 1 + middle], down: true }),
    ...beside([leftPane(scene, area), middlePane(scene, middle, area), rightPane(scene, area)], theme.dim(glyphs.wall)),
    wallRule(scene, width, { at: [LEFT, LEFT + 1 + middle], down: false }),
    ...chartPane(scene, width, charts),
    wallRule(scene, width, { at: [chartLeft], down: false }),
    ...peekPane(scene, width, peek),
    messageRow(scene, width),
    keysRow(scene, width),
  ];
}

/** A line across, with joints where walls meet it. */
function wallRule(
  { setting }: StreamScene,
  width: number,
  { at, down }: { readonly at: readonly number[]; readonly down: boolean },
): Row {
  const { glyphs, theme } = setting;
  const signs = Array.from({ length: width }, (_, i) =>
    at.includes(i) ? (down ? glyphs.ruleDown : glyphs.ruleUp) : glyphs.rule,
  );
  return theme.dim(signs.join(''));
}

/** A pane's title: its screen's number, its name, and what there is to say; bright while it has the keys. */
function title(scene: StreamScene, isFocused: boolean, text: string, width: number): Row {
  const { theme } = scene.setting;
  return (isFocused ? theme.title : theme.head)(toWidth(text, width));
}

function leftPane(scene: StreamScene, height: number): readonly Row[] {
  const { board, state, setting } = scene;
  const { contexts, target } = setting;
  const places = contexts.slice(0, CONTEXT_ROWS_MAX);
  const shown = places.includes(target) ? places : [target, ...places.slice(0, CONTEXT_ROWS_MAX - 1)];
  const taken = 4 + shown.length;
  const streams = Math.min(
    height - taken - 1,
    Math.max(4, Math.min(board.streams.length + 1, Math.floor(height * 0.5))),
  );
  return filled(
    [
      title(scene, state.pane === 'streams', spread('[7] STREAMS', `${board.streams.length}  `, LEFT), LEFT),
      ...streamTable(scene, LEFT, streams),
      toWidth('', LEFT),
      title(scene, false, '    CONTEXTS  (:ctx)', LEFT),
      ...shown.map((name) => toWidth(`${name === target ? setting.glyphs.marker : ' '} ${safeText(name)}`, LEFT)),
      toWidth('', LEFT),
      title(scene, state.pane === 'events', '[6] EVENTS', LEFT),
      ...eventList(scene, LEFT, Math.max(0, height - streams - 1 - taken)),
    ],
    height,
    LEFT,
  );
}

function middlePane(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { stream, state, shards } = scene;
  const heat = height >= 16 ? 4 + Math.min(5, stream.keys.length) : 0;
  const filter = state.filters.shards === '' ? 'none' : safeText(state.filters.shards);
  const text = `[2] SHARDS  ${stream.name}   sorted by ${state.sort.toUpperCase()}   ${stream.openShards} open, ${stream.closedShards} closed (c)   filter: ${filter}`;
  const table = Math.max(3, height - 1 - heat);
  const shown = shards.length === 0 ? 3 : table;
  return filled(
    [
      title(scene, state.pane === 'shards', text, width),
      ...shardTable(scene, width, shown),
      ...(heat > 0 ? [rule(scene, width), ...heatPane(scene, width, heat - 1)] : []),
    ],
    height,
    width,
  );
}

function rightPane(scene: StreamScene, height: number): readonly Row[] {
  const { stream, state } = scene;
  const limits = 11;
  const rows = Math.max(3, height - 2 - limits);
  return filled(
    [
      title(scene, state.pane === 'consumers', ` [4] CONSUMERS   ${stream.name}`, RIGHT),
      ...consumerTable(scene, RIGHT, rows),
      rule(scene, RIGHT),
      ...limitsPane(scene, RIGHT, limits),
    ],
    height,
    RIGHT,
  );
}
