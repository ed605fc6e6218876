/** A record on one line for people: time, shard, key, data, in colour where there is colour. Foreign text never drives the terminal. */
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { clockTime } from '../../runtime/calendar.ts';
import { printable } from '../../runtime/logger.ts';
import type { Context } from '../context.ts';
import { cut } from '../list-output.ts';
import type { Paint } from '../paint.ts';
import { durationText, shortShard } from '../values.ts';
import { hashText } from './fields.ts';
import { prettyJson } from './json-text.ts';
import type { Sighting } from './output.ts';
import { type Payload, payloadOf } from './payload.ts';
import { type Selection, selectedText } from './select.ts';

export type TimeForm = 'local' | 'utc' | 'age' | 'delta' | 'none';
export type ColorBy = 'shard' | 'key' | 'level';

export interface LineStyle {
  readonly timestamps: TimeForm;
  /** The stream stands in front. */
  readonly withStream?: boolean | undefined;
  readonly isWide: boolean;
  readonly select?: readonly Selection[] | undefined;
  readonly pretty?: boolean | undefined;
  readonly colorBy?: ColorBy | undefined;
  readonly highlight?: RegExp | undefined;
}

/** The form of a record's line in a terminal or a file. */
export function lineWriter(context: Context, paint: Paint, style: LineStyle): (sighting: Sighting) => string {
  const { isWide, withStream = false } = style;
  const time = timeColumn(context, style.timestamps);
  const colors = colorsOf(paint, style.colorBy ?? 'shard');
  const emphasis = emphasisOf(paint, style.highlight);
  const width = context.out.isTerminal && !isWide ? context.columns * 3 : Number.POSITIVE_INFINITY;
  return (sighting) => {
    const { stream, shardId, record } = sighting;
    const payload = payloadOf(sighting);
    const color = colors(sighting, payload);
    const cells = [...time(record.arrivalMs).map((text) => paint.dim(text))];
    if (withStream) cells.push(printable(stream));
    cells.push(color.shard(printable(shortShard(shardId))));
    if (isWide) cells.push(printable(numberOf(record)), hashText(record));
    cells.push(color.key(printable(record.partitionKey)));
    for (const text of bodies(payload, style, width)) cells.push(color.data(emphasis(text)));
    if (record.decodeError !== undefined) cells.push(paint.yellow(`(${printable(record.decodeError)})`));
    return `${cells.join(' ')}\n`;
  };
}

/** The data, or the parts of them that were asked for. */
function bodies(payload: Payload, { pretty, select }: LineStyle, width: number): readonly string[] {
  if (select !== undefined) return select.map((one) => cut(printable(selectedText(payload, one)), width));
  if (!pretty || payload.json === undefined) return [cut(printable(payload.lossyText), width)];
  return [prettyJson(payload.text!).split('\n').map(printable).join('\n')];
}

function numberOf({ sequenceNumber, subSequence }: ConsumedRecord): string {
  return subSequence === undefined ? sequenceNumber : `${sequenceNumber}.${subSequence}`;
}

/** No cell, or one. */
function timeColumn(context: Context, form: TimeForm): (arrivalMs: number) => readonly string[] {
  let before: number | undefined;
  switch (form) {
    case 'none':
      return () => [];
    case 'age':
      return (arrivalMs) => [durationText(Math.max(0, context.clock.now() - arrivalMs)).padStart(8)];
    case 'delta':
      return (arrivalMs) => {
        const deltaMs = arrivalMs - (before ?? arrivalMs);
        before = arrivalMs;
        return [`${deltaMs < 0 ? '-' : '+'}${durationText(Math.abs(deltaMs))}`.padStart(9)];
      };
    default:
      return (arrivalMs) => [clockTime(arrivalMs, form === 'utc' ? 'utc' : context.zone)];
  }
}

interface Colors {
  readonly shard: (text: string) => string;
  readonly key: (text: string) => string;
  readonly data: (text: string) => string;
}

const same = (text: string) => text;

/** By shard, by key, or by how bad a record says it is. */
function colorsOf(paint: Paint, by: ColorBy): (sighting: Sighting, payload: Payload) => Colors {
  if (by === 'key') {
    return ({ record }) => {
      const color = (text: string) => paint.shard(record.partitionKey, text);
      return { shard: paint.dim, key: color, data: same };
    };
  }
  if (by === 'level')
    return (_, payload) => ({ shard: paint.dim, key: paint.cyan, data: levelColor(paint, payload.json) });
  return ({ shardId }) => ({ shard: (text) => paint.shard(shardId, text), key: paint.cyan, data: same });
}

const LEVELS: readonly (readonly [RegExp, keyof Omit<Paint, 'shard'>])[] = [
  [/^(fatal|crit|alert|emerg|panic|err)/i, 'red'],
  [/^warn/i, 'yellow'],
  [/^(info|notice)/i, 'green'],
  [/^(debug|trace|verbose)/i, 'dim'],
];

function levelColor(paint: Paint, json: unknown): (text: string) => string {
  const { level, severity } = Object(json) as Record<string, unknown>;
  const word = String(level ?? severity ?? '');
  const found = LEVELS.find(([pattern]) => pattern.test(word));
  return found === undefined ? same : paint[found[1]];
}

function emphasisOf(paint: Paint, pattern: RegExp | undefined): (text: string) => string {
  if (pattern === undefined) return same;
  return (text) => text.replace(pattern, (match) => (match === '' ? '' : paint.bold(paint.red(match))));
}
