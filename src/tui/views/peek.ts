/** Records as they come: a few lines in the overview, a screen of them, one in full. Pure. */
import { clockTime } from '../../runtime/calendar.ts';
import { countText, shortNumber } from '../format.ts';
import type { PeekedRecord, PeekFacts, Row, Scene, StreamScene } from '../scene.ts';
import { firstShown } from '../select-shards.ts';
import type { PeekForm } from '../state.ts';
import { safeStart, safeText, spread, toWidth } from '../text.ts';
import { filled } from './frame-parts.ts';

const decoder = new TextDecoder();

/** A record's data on one line. */
function dataLine(record: PeekedRecord, form: PeekForm, cells: number): string {
  if (form === 'hex') return hexText(record.data.subarray(0, Math.ceil(cells / 3)));
  return safeStart(decoder.decode(record.data.subarray(0, cells * 4)), cells);
}

function hexText(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** ` peek 0003  12:04:31.207  u-8812   {"id":…`: the newest records that fit. */
export function peekLines(scene: Scene, width: number, height: number): readonly Row[] {
  const { peek, state, setting } = scene;
  const name = peek.place?.split('/').at(-1) ?? '';
  const head = ` peek ${name.padEnd(4)} `;
  const records = shownRecords(peek, state.filters.peek).slice(-height);
  if (records.length === 0)
    return filled([setting.theme.dim(toWidth(`${head} ${quietText(scene)}`, width))], height, width);
  const rows = records.map((record, i) => {
    const lead = i === 0 ? head : ' '.repeat(head.length);
    const time = clockTime(record.arrivalMs, scene.zone);
    const room = width - lead.length - 26;
    const data = dataLine(record, state.peekForm, Math.max(1, room));
    return toWidth(`${lead} ${time}  ${toWidth(safeText(record.partitionKey), 9)}  ${data}`, width);
  });
  return filled(rows, height, width);
}

function quietText({ peek, state, setting }: Scene): string {
  if (!setting.canPeek) return 'off (--no-peek)';
  if (!state.peeks) return 'off (p)';
  if (peek.trouble !== undefined) return safeText(peek.trouble);
  return peek.place === undefined ? 'no shard is selected' : 'waiting for records';
}

/** Title, records with their numbers, and the keys of the pane; exactly `height` rows. */
export function peekPane(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { peek, state, setting } = scene;
  const { theme, glyphs } = setting;
  const records = shownRecords(peek, state.filters.peek);
  const room = Math.max(0, height - 2);
  const last = records.length - 1;
  const selected = state.follows ? last : Math.min(state.rows.peek, last);
  const first = state.follows ? Math.max(0, records.length - room) : firstShown(selected, records.length, room);
  const isFocused = state.view === 'peek' || (state.view === 'overview' && state.pane === 'peek');
  const rows = records.slice(first, first + room).map((record, i) => {
    const isSelected = isFocused && first + i === selected;
    const row = recordRow(scene, record, width - 1);
    return (isSelected ? glyphs.marker : ' ') + (isSelected ? theme.strong(row) : row);
  });
  const none = theme.dim(toWidth(`   ${quietText(scene)}`, width));
  const foot = ` ${Math.min(room, records.length)} of ${records.length} kept   ${glyphs.enter} full record   y copy   e write to file   R replay from here   v ${state.peekForm}   f follow`;
  return filled(
    [title(scene, width), ...filled(rows.length > 0 ? rows : [none], room, width), theme.dim(toWidth(foot, width))],
    height,
    width,
  );
}

function title({ peek, state, setting, shard }: StreamScene, width: number): Row {
  const parts = [
    ` PEEK  ${safeText(peek.place ?? '–')}`,
    peek.trouble !== undefined && state.peeks
      ? safeText(peek.trouble)
      : state.peeks
        ? state.follows
          ? 'following'
          : 'held (f follows)'
        : 'off (p)',
    `filter: ${state.filters.peek === '' ? 'none' : safeText(state.filters.peek)}`,
    `decode: ${state.peekForm}`,
  ];
  const shown = `${countText(peek.keptPerSecond)} of ${countText(shard?.recordsIn ?? 0)} rec/s kept `;
  return setting.theme.head(spread(parts.join('   '), shown, width));
}

function recordRow({ state, zone }: Scene, record: PeekedRecord, width: number): Row {
  const lead = `${clockTime(record.arrivalMs, zone)}  ${toWidth(shortNumber(record.sequenceNumber), 11)}  `;
  const key = toWidth(safeText(record.partitionKey), Math.max(8, Math.min(24, Math.floor(width / 12))));
  const room = width - lead.length - key.length - 3;
  return toWidth(`${lead}${key}   ${dataLine(record, state.peekForm, Math.max(1, room))}`, width);
}

/** Those whose key or data has the text looked for. */
export function shownRecords(peek: PeekFacts, filter: string): readonly PeekedRecord[] {
  if (filter === '') return peek.records;
  const wanted = filter.toLowerCase();
  return peek.records.filter((record) => {
    return `${record.partitionKey} ${decoder.decode(record.data)}`.toLowerCase().includes(wanted);
  });
}

/** One record in full: its facts, then its data, from line `top` on. */
export function recordLines(scene: Scene, record: PeekedRecord, width: number): readonly string[] {
  const form = scene.state.peekForm;
  const facts = [
    ` sequence number  ${record.sequenceNumber}`,
    ` partition key    ${safeText(record.partitionKey)}`,
    ` arrived          ${clockTime(record.arrivalMs, scene.zone)}`,
    ` size             ${countText(record.bytes)} B${record.bytes > record.data.length ? `, the first ${countText(record.data.length)} of them below` : ''}`,
    '',
  ];
  const inner = Math.max(8, width - 2);
  const text = form === 'hex' ? hexLines(record.data, inner) : textLines(record.data, form, inner);
  return [...facts, ...text.map((line) => ` ${line}`)];
}

function textLines(data: Uint8Array, form: PeekForm, width: number): readonly string[] {
  const text = decoder.decode(data);
  const lines = (form === 'json' ? prettyJson(text) : text).split('\n');
  return lines.flatMap((line) => wrapped(safeText(line), width));
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function wrapped(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  // Half of the width holds as many characters of two cells.
  const step = /^[\x20-\x7e]*$/.test(line) ? width : Math.floor(width / 2);
  for (let at = 0; at < line.length || at === 0; at += step) lines.push(line.slice(at, at + step));
  return lines;
}

function hexLines(data: Uint8Array, width: number): readonly string[] {
  const perLine = Math.max(4, Math.min(16, Math.floor((width - 12) / 4)));
  return Array.from({ length: Math.ceil(data.length / perLine) }, (_, i) => {
    const part = data.subarray(i * perLine, (i + 1) * perLine);
    const shown = Array.from(part, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    return `${(i * perLine).toString(16).padStart(6, '0')}  ${hexText(part).padEnd(perLine * 3)}  ${shown}`;
  });
}
