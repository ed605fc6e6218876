/** What lies over the lower lines: split and merge with their preview, menus, help, a record, what is typed. Pure. */

import { wantedStream } from '../create-stream.ts';
import { countText, percentText, shortHash } from '../format.ts';
import { choiceText, mergeCommand, mergeOrder, previewSplit, splitChoices } from '../reshard-preview.ts';
import type { Row, Scene } from '../scene.ts';
import { chosenStream } from '../select-shards.ts';
import { menuOf } from '../sheet-keys.ts';
import { type Sheet, SORTS } from '../state.ts';
import { safeText, toWidth } from '../text.ts';
import { filled, titledRule } from './frame-parts.ts';
import { recordLines, shownRecords } from './peek.ts';

type SheetOf<K extends Sheet['kind']> = Extract<Sheet, { readonly kind: K }>;

/** The rows of the sheet, each of `width`; none without one. `height` is what they may take at most. */
export function sheetRows(scene: Scene, width: number, height: number): readonly Row[] {
  const { sheet } = scene.state;
  switch (sheet?.kind) {
    case undefined:
      return [];
    case 'filter':
      return [typed(scene, `/${safeText(sheet.text)}`, width)];
    case 'command':
      return sheet.hint === ''
        ? [typed(scene, `:${sheet.text}`, width)]
        : [scene.setting.theme.dim(toWidth(` ${sheet.hint}`, width)), typed(scene, `:${sheet.text}`, width)];
    case 'help':
      return helpRows(scene, sheet, { width, height });
    case 'sort':
      return sortRows(scene, sheet, width);
    case 'menu':
      return menuRows(scene, sheet, width);
    case 'record':
      return recordRows(scene, sheet, { width, height });
    case 'split':
      return splitRows(scene, sheet, width);
    case 'merge':
      return mergeRows(scene, sheet, width);
    case 'create':
      return createRows(scene, sheet, width);
    case 'notice':
      return [
        titledRule(scene, 'Note', width),
        ...sheet.lines.map((line) => toWidth(` ${safeText(line)}`, width)),
        toWidth(' any key closes this', width),
      ];
  }
}

function typed({ setting }: Scene, text: string, width: number): Row {
  return setting.theme.strong(toWidth(` ${text}${setting.glyphs.isAscii ? '_' : '█'}`, width));
}

function createRows(scene: Scene, sheet: SheetOf<'create'>, width: number): readonly Row[] {
  const wanted = wantedStream(sheet.text);
  const command = 'problem' in wanted ? wanted.problem : `same as:  ${wanted.command}`;
  return [
    titledRule(scene, 'Create a stream: its name, and how many shards', width),
    typed(scene, safeText(sheet.text), width),
    toWidth(` ${safeText(command)}`, width),
    scene.setting.theme.dim(toWidth(` Enter creates it, Esc cancels.   context: ${scene.setting.target}`, width)),
  ];
}

function helpRows(
  scene: Scene,
  sheet: SheetOf<'help'>,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Row[] {
  const wanted = sheet.text.toLowerCase();
  const lines = scene.setting.keymap.bindings.filter(
    (one) => one.shown !== '' && `${one.shown} ${one.text}`.toLowerCase().includes(wanted),
  );
  const columns = width >= 110 ? 2 : 1;
  const cell = Math.floor(width / columns);
  const perColumn = Math.ceil(lines.length / columns);
  const room = Math.max(1, height - 2);
  const top = Math.min(sheet.top, Math.max(0, perColumn - room));
  const rows = Array.from({ length: Math.min(room, perColumn) }, (_, i) => {
    const cells = Array.from({ length: columns }, (_, column) => {
      const one = lines[column * perColumn + top + i];
      const text = one === undefined ? '' : ` ${toWidth(one.shown, 13)}${one.text}`;
      return toWidth(text, column === columns - 1 ? width - cell * (columns - 1) : cell);
    });
    return cells.join('');
  });
  const more = perColumn > room ? `, ↓ for more (${top + rows.length} of ${perColumn})` : '';
  const title = titledRule(scene, `Keys${wanted === '' ? '' : ` with "${safeText(wanted)}"`}`, width);
  return [title, ...rows, scene.setting.theme.dim(toWidth(` type to search, Esc closes${more}`, width))];
}

const SORT_TEXTS = [
  'id',
  'bytes in',
  'records in',
  'share of capacity',
  'bytes out',
  'throttled',
  'age of what is read',
];

function sortRows(scene: Scene, sheet: SheetOf<'sort'>, width: number): readonly Row[] {
  const rows = SORTS.map((name, i) => {
    const row = toWidth(
      ` ${i === sheet.row ? scene.setting.glyphs.marker : ' '} ${toWidth(name, 10)}${SORT_TEXTS[i]}`,
      width,
    );
    return i === sheet.row ? scene.setting.theme.strong(row) : row;
  });
  return [
    titledRule(scene, 'Sort by', width),
    ...rows,
    scene.setting.theme.dim(toWidth(' Enter or the first letter chooses, r turns round, Esc closes', width)),
  ];
}

function menuRows(scene: Scene, sheet: SheetOf<'menu'>, width: number): readonly Row[] {
  const rows = menuOf(scene.state, scene).map((entry, i) => {
    const row = toWidth(
      ` ${i === sheet.row ? scene.setting.glyphs.marker : ' '} ${toWidth(entry.key, 6)}${toWidth(entry.text, 26)}${safeText(entry.command)}`,
      width,
    );
    return i === sheet.row ? scene.setting.theme.strong(row) : row;
  });
  return [
    titledRule(scene, 'Actions', width),
    ...rows,
    scene.setting.theme.dim(toWidth(' Enter does it, ! leaves with its command line, Esc closes', width)),
  ];
}

function recordRows(
  scene: Scene,
  sheet: SheetOf<'record'>,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Row[] {
  const record = shownRecords(scene.peek, '').find((one) => one.sequenceNumber === sheet.number);
  const title = titledRule(scene, 'Record', width);
  if (record === undefined) return [title, toWidth(' it is no longer kept here', width)];
  const lines = recordLines(scene, record, width);
  const room = Math.max(1, height - 2);
  const top = Math.min(sheet.top, Math.max(0, lines.length - room));
  const shown = lines.slice(top, top + room).map((line) => toWidth(line, width));
  const foot = toWidth(
    ` ${Math.min(lines.length, top + room)} of ${lines.length} lines   ↑↓ scroll   v hex or JSON   Esc closes`,
    width,
  );
  return [title, ...filled(shown, Math.min(room, lines.length), width), scene.setting.theme.dim(foot)];
}

interface Question {
  readonly verb: string;
  readonly other: string;
  readonly typed: string;
  readonly name: string;
}

/** What to type for yes. */
function confirmRow({ setting }: Scene, { verb, other, typed: text, name }: Question, width: number): Row {
  const answer = setting.confirmsByName ? `Type ${name} and Enter to ${verb}: ${text}_` : `Type y to ${verb}`;
  return setting.theme.strong(
    toWidth(` ${answer}, Esc to cancel, Tab for ${other}.   context: ${setting.target}`, width),
  );
}

/** The key space with the children of one or two shards marked in it. */
function spaceBar(
  scene: Scene,
  parts: readonly { readonly from: number; readonly to: number; readonly sign: string }[],
  cells: number,
): string {
  const { glyphs } = scene.setting;
  return Array.from({ length: cells }, (_, i) => {
    const at = (i + 0.5) / cells;
    return parts.find((part) => at >= part.from && at < part.to)?.sign ?? glyphs.rule;
  }).join('');
}

function splitRows(scene: Scene, sheet: SheetOf<'split'>, width: number): readonly Row[] {
  const stream = chosenStream(scene.board, scene.state);
  const shard = stream?.shards.find((one) => one.index === sheet.shard);
  if (stream === undefined || shard === undefined) return [];
  const { glyphs, theme } = scene.setting;
  const preview = previewSplit(stream, shard, sheet.at);
  const point = preview.point ?? shard.start;
  const middle =
    shard.from +
    (shard.to - shard.from) * (Number(((point - shard.start) * 10_000n) / (shard.end - shard.start + 1n)) / 10_000);
  const parts = `${Math.round(preview.below * 100)}/${Math.round((1 - preview.below) * 100)} bytes`;
  const choices = splitChoices(stream, shard).map((at) => {
    const text = choiceText(stream, shard, at);
    return at === sheet.at ? `(${dot(scene)}) ${text} ${shortHash(point)} ${glyphs.arrow} ${parts}` : `( ) ${text}`;
  });
  const cells = Math.max(8, width - 7);
  const rows = [
    ` at   ${choices.join('    ')}`,
    ` now  ${spaceBar(scene, [{ ...shard, sign: glyphs.block }], cells)} `,
    ` then ${spaceBar(
      scene,
      [
        { from: shard.from, to: middle, sign: glyphs.block },
        { from: middle, to: shard.to, sign: glyphs.shade },
      ],
      cells,
    )} `,
    ` note ${preview.note}`,
    ` cost 1 more open shard (${countText(stream.openShards + 1)}) · old shard stays readable for ${stream.retentionHours} h`,
    ` same as:  ${preview.command}`,
  ];
  return [
    theme.warn(titledRule(scene, `Split shard ${shard.name}`, width)),
    ...rows.map((row) => toWidth(row, width)),
    confirmRow(scene, { verb: 'split', other: 'another place', typed: sheet.typed, name: stream.name }, width),
  ];
}

const dot = ({ setting }: Scene) => (setting.glyphs.isAscii ? '*' : '•');

function mergeRows(scene: Scene, sheet: SheetOf<'merge'>, width: number): readonly Row[] {
  const stream = chosenStream(scene.board, scene.state);
  const shard = stream?.shards.find((one) => one.index === sheet.shard);
  const other = stream?.shards.find((one) => one.index === sheet.other);
  if (stream === undefined || shard === undefined || other === undefined) return [];
  const { glyphs, theme } = scene.setting;
  const [lower, upper] = mergeOrder(shard, other);
  const cells = Math.max(8, width - 7);
  const rows = [
    ` with ${other.name}, ${other.start < shard.start ? 'the range below' : 'the range above'}`,
    ` now  ${spaceBar(
      scene,
      [
        { ...lower, sign: glyphs.block },
        { ...upper, sign: glyphs.shade },
      ],
      cells,
    )} `,
    ` then ${spaceBar(scene, [{ from: lower.from, to: upper.to, sign: glyphs.block }], cells)} `,
    ` note together they take ${percentText(lower.writeShare + upper.writeShare)} of what one shard may`,
    ` cost 1 open shard less (${countText(stream.openShards - 1)}) · both stay readable for ${stream.retentionHours} h`,
    ` same as:  ${mergeCommand(stream, shard, other)}`,
  ];
  return [
    theme.warn(titledRule(scene, `Merge shards ${lower.name} and ${upper.name}`, width)),
    ...rows.map((row) => toWidth(row, width)),
    theme.strong(
      toWidth(
        ` Type y to merge, Esc to cancel, Tab for the other neighbour.   context: ${scene.setting.target}`,
        width,
      ),
    ),
  ];
}
