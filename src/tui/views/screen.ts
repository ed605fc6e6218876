/** The whole picture for a scene: as many rows as there are, each as wide as the terminal. Pure. */
import { stripVTControlCharacters } from 'node:util';
import { asciiRow } from '../glyphs.ts';
import type { Row, Scene, StreamScene } from '../scene.ts';
import { streamScene } from '../select-shards.ts';
import { safeText, toWidth, widthOf } from '../text.ts';
import { consumerTable } from './consumers.ts';
import { eventList } from './events.ts';
import { keysRow, messageRow } from './footer.ts';
import { centered, filled, rule, titledRule } from './frame-parts.ts';
import { headerRow, totalsRow } from './header.ts';
import { heatStrip } from './heat-strip.ts';
import { keySpaceScreen } from './key-space-screen.ts';
import { overview } from './overview.ts';
import { peekPane } from './peek.ts';
import { shardDetail } from './shard-detail.ts';
import { sheetRows } from './sheets.ts';
import { streamTable } from './streams.ts';

/** The smallest window in which anything can be told. */
const SIZE_MIN = { columns: 40, rows: 10 };

/** Rows for a window of `size`: one fewer than it has, so that nothing ever scrolls. */
export function screenRows(scene: Scene): readonly Row[] {
  const { columns, rows } = scene.size;
  if (columns < SIZE_MIN.columns || rows < SIZE_MIN.rows) return tooSmallRows(scene.size);
  const height = rows - 1;
  const picture = filled(pictureOf(scene, columns, height), height, columns);
  const current = scene.link.state === 'lost' && scene.board !== undefined ? faded(scene, picture) : picture;
  const sheet = [...sheetRows(scene, columns, height - 4), ...loginRows(scene, columns)].slice(0, height - 1);
  const shown = sheet.length === 0 ? current : [...current.slice(0, height - sheet.length), ...sheet];
  return scene.setting.glyphs.isAscii ? shown.map((row) => asciiRow(row, widthOf)) : shown;
}

/** What to do where the credentials have expired or are refused; under any sheet that is open. */
function loginRows(scene: Scene, width: number): readonly Row[] {
  const { link } = scene;
  if (link.state !== 'lost' || link.login === undefined || scene.state.sheet !== undefined) return [];
  return [
    scene.setting.theme.bad(titledRule(scene, 'Credentials', width)),
    toWidth(` ${safeText(link.reason)}`, width),
    ...link.login.map((line) => toWidth(` ${safeText(line)}`, width)),
    scene.setting.theme.strong(toWidth(' Then Enter tries again.', width)),
  ];
}

function tooSmallRows({ columns, rows }: Scene['size']): readonly Row[] {
  const text = `window too small: ${SIZE_MIN.columns}x${SIZE_MIN.rows} needed,`;
  const rest = `have ${columns}x${rows}`;
  const lines = columns > text.length + rest.length ? [`${text} ${rest}`] : [text, rest];
  return lines.slice(0, rows).map((line) => toWidth(line, columns));
}

/** What is old is pale: all but the first line and the last two, which say so. */
function faded({ setting }: Scene, rows: readonly Row[]): readonly Row[] {
  const last = rows.length - 2;
  return rows.map((row, i) => (i === 0 || i >= last ? row : setting.theme.dim(stripVTControlCharacters(row))));
}

function pictureOf(scene: Scene, width: number, height: number): readonly Row[] {
  const { board, state } = scene;
  if (board === undefined) return bare(scene, waitingLines(scene), { columns: width, rows: height });
  const streams = streamScene(scene);
  if (streams === undefined) return bare(scene, noStreamLines(scene), { columns: width, rows: height });
  if (state.view === 'overview') return overview(streams, width, height);
  const inner = height - 5;
  return [
    headerRow(scene, streams.stream, width),
    totalsRow(streams, width),
    rule(scene, width),
    ...filled(body(streams, width, inner), inner, width),
    messageRow(streams, width),
    keysRow(scene, width),
  ];
}

function body(scene: StreamScene, width: number, height: number): readonly Row[] {
  switch (scene.state.view) {
    case 'shard':
      return shardDetail(scene, width, height);
    case 'peek':
      return peekPane(scene, width, height);
    case 'consumers':
      return consumerTable(scene, width, height);
    case 'events':
      return eventList(scene, width, height);
    case 'streams':
      return streamTable(scene, width, height);
    default:
      return [heatStrip(scene, width), ...keySpaceScreen(scene, width, height - 1)];
  }
}

/** Header, a few lines in the middle, message and keys. */
function bare(scene: Scene, lines: readonly string[], { columns, rows }: Scene['size']): readonly Row[] {
  return [
    headerRow(scene, undefined, columns),
    ...centered(lines, { columns, rows: rows - 3 }),
    messageRow(scene, columns),
    keysRow(scene, columns),
  ];
}

function waitingLines({ setting, link }: Scene): readonly string[] {
  if (link.state !== 'lost') return [`connecting to ${setting.endpoint} …`];
  if (link.login !== undefined) return [safeText(link.reason)];
  return [
    safeText(link.reason),
    '',
    `Nothing answers on ${setting.endpoint}.`,
    'Start a server there:  sluice serve -d',
    'This screen goes on by itself as soon as one does.   d lets doctor look',
  ];
}

function noStreamLines({ setting, board }: Scene): readonly string[] {
  return [
    `No streams in ${setting.target}.`,
    '',
    'n creates one   :ctx goes to another server   q quits',
    '',
    board!.source.label,
  ];
}
