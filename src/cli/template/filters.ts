/** Filters of templates: what happens to a value between its name and the output. Pure. */

import { printable } from '../../runtime/logger.ts';
import type { Place } from '../expression/compare.ts';
import { errorAt } from '../expression/error.ts';
import type { Paint } from '../paint.ts';
import { base64, hex } from '../record/payload.ts';
import { durationText, sizeText } from '../values.ts';
import { JsonText, Painted, plainText } from './parts.ts';

export type Filter = (value: unknown) => unknown;

export interface Filtering {
  readonly paint: Paint;
  /** The time by which `ago` counts. */
  readonly now: () => number;
}

const COLORS = ['red', 'green', 'yellow', 'cyan', 'bold', 'dim'] as const;
const WIDTH_MAX = 1_000;

/** The filter a word stands for. @throws {CliError} with the place. */
export function filterOf(word: string, place: Place, { paint, now }: Filtering): Filter {
  const [name, argument] = word.includes(':')
    ? [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)]
    : [word];
  switch (name) {
    case 'json':
      return jsonOf;
    case 'pad':
      return padded(widthOf(argument, place));
    case 'trunc':
      return truncated(widthOf(argument, place));
    case 'upper':
      return (value) => plainText(value).toUpperCase();
    case 'lower':
      return (value) => plainText(value).toLowerCase();
    case 'base64':
      return (value) => base64(bytesOf(value));
    case 'hex':
      return (value) => hex(bytesOf(value));
    case 'bytes':
      return (value) => numbered(value, sizeText);
    case 'ago':
      return (value) => numbered(value, (ms) => durationText(Math.max(0, now() - ms)));
    case 'default':
      return (value) => (value === undefined || value === null || value === '' ? (argument ?? '') : value);
    case 'color': {
      const color = COLORS.find((one) => one === argument);
      if (color === undefined) throw errorAt(place.text, place.at, `color is one of ${COLORS.join(', ')}`);
      return (value) => new Painted(paint[color](printable(plainText(value))));
    }
    default: {
      const known = 'json, pad:n, trunc:n, upper, lower, base64, hex, bytes, ago, color:name, default:text';
      throw errorAt(place.text, place.at, `there is no filter "${name}"; there are ${known}`);
    }
  }
}

function widthOf(argument: string | undefined, place: Place): number {
  if (/^-?\d{1,4}$/.test(argument ?? '') && Math.abs(Number(argument)) <= WIDTH_MAX) return Number(argument);
  throw errorAt(place.text, place.at, `a width up to ${WIDTH_MAX} is missing, like pad:12`);
}

/** A negative width puts the text to the right. */
function padded(width: number): Filter {
  return (value) => (width < 0 ? plainText(value).padStart(-width) : plainText(value).padEnd(width));
}

function truncated(width: number): Filter {
  const most = Math.abs(width);
  return (value) => {
    const text = plainText(value);
    return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
  };
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(plainText(value));
}

function jsonOf(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof JsonText) return value.json;
  return typeof value === 'number' ? String(value) : JSON.stringify(plainText(value));
}

/** What is no number stays as it is. */
function numbered(value: unknown, show: (number: number) => string): unknown {
  const text = plainText(value);
  return text !== '' && Number.isFinite(Number(text)) ? show(Number(text)) : value;
}
