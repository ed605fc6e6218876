/**
 * Output templates: `{time} {shard.short} {key|pad:12} {data.user.id} {size|bytes}\n`. A template with % and without a
 * brace is read as kcat's. What records hold is made harmless where it goes to a terminal. Pure.
 */
import { printable } from '../../runtime/logger.ts';
import { errorAt } from '../expression/error.ts';
import type { Sighting } from '../record/output.ts';
import { fieldOf } from './fields.ts';
import { type Filter, type Filtering, filterOf } from './filters.ts';
import { kcatParts } from './kcat.ts';
import { escaped, Painted, type Part, plainText } from './parts.ts';

export interface TemplateOptions extends Filtering {
  /** Control characters of records are shown, not sent. */
  readonly isTerminal: boolean;
}

/** The text or bytes of a record; data without a filter stay the bytes they are. */
export type Template = (sighting: Sighting) => string | Uint8Array;

/** Reads a template once. @throws {CliError} with the place of what is wrong. */
export function parseTemplate(text: string, options: TemplateOptions): Template {
  const parts = !text.includes('{') && text.includes('%') ? kcatParts(text) : braceParts(text, options);
  const { isTerminal } = options;
  return (sighting) => {
    const pieces = parts.map((part) => (typeof part === 'string' ? part : pieceOf(part(sighting), isTerminal)));
    if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
    return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
  };
}

function pieceOf(value: unknown, isTerminal: boolean): string | Uint8Array {
  if (value instanceof Painted) return value.text;
  if (value instanceof Uint8Array && !isTerminal) return value;
  const text = plainText(value);
  return isTerminal ? printable(text) : text;
}

function braceParts(text: string, options: Filtering): readonly Part[] {
  const parts: Part[] = [];
  let literal = '';
  for (let at = 0; at < text.length; ) {
    const pair = text.slice(at, at + 2);
    if (pair === '{{' || pair === '}}') {
      literal += pair[0];
      at += 2;
    } else if (text[at] === '{') {
      const end = text.indexOf('}', at);
      if (end < 0) throw errorAt(text, at, 'this brace is not closed; {{ stands for a brace');
      parts.push(literal, braceField(text, at + 1, end, options));
      literal = '';
      at = end + 1;
    } else {
      const { char, length } = escaped(text, at);
      literal += char;
      at += length;
    }
  }
  return [...parts, literal].filter((part) => part !== '');
}

/** `name|filter:argument|...` */
function braceField(text: string, from: number, end: number, options: Filtering): Part {
  const [name = '', ...words] = text.slice(from, end).split('|');
  let at = from + name.length + 1;
  const filters: Filter[] = [];
  for (const [i, word] of words.entries()) {
    if (/^\s*color\b/.test(word) && i < words.length - 1) throw errorAt(text, at, 'color stands last');
    filters.push(filterOf(word.trim(), { text, at }, options));
    at += word.length + 1;
  }
  const value = fieldOf(name.trim(), { text, at: from }, words[0]?.trim() === 'ago');
  if (filters.length === 0) return value;
  return (sighting) => filters.reduce<unknown>((found, filter) => filter(found), value(sighting));
}
