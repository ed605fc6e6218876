/**
 * Output templates: `{time} {shard.short} {key|pad:12} {data.user.id} {size|bytes}\n`. A template with % and without a
 * brace is read as kcat's. What records hold is made harmless where it goes to a terminal. Pure.
 */
import { printable } from '../../runtime/logger.ts';
import type { Place } from '../expression/compare.ts';
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

/** The text or bytes of a record, or of what else is shown; data without a filter stay the bytes they are. */
export type Template<T = Sighting> = (about: T) => string | Uint8Array;

/** The value of a name; `asMs`: times as milliseconds. @throws {CliError} with the place, where there is none. */
export type FieldOf<T> = (name: string, place: Place, asMs: boolean) => (about: T) => unknown;

/** Reads a template of records once. @throws {CliError} with the place of what is wrong. */
export function parseTemplate(text: string, options: TemplateOptions): Template {
  if (!text.includes('{') && text.includes('%')) return filled(kcatParts(text), options);
  return templateOf(text, options, fieldOf);
}

/** Reads a template with braces of anything that has fields. @throws {CliError} with the place of what is wrong. */
export function templateOf<T>(text: string, options: TemplateOptions, fields: FieldOf<T>): Template<T> {
  return filled(braceParts(text, options, fields), options);
}

function filled<T>(parts: readonly Part<T>[], { isTerminal }: TemplateOptions): Template<T> {
  return (about) => {
    const pieces = parts.map((part) => (typeof part === 'string' ? part : pieceOf(part(about), isTerminal)));
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

function braceParts<T>(text: string, options: Filtering, fields: FieldOf<T>): readonly Part<T>[] {
  const parts: Part<T>[] = [];
  let literal = '';
  for (let at = 0; at < text.length; ) {
    const pair = text.slice(at, at + 2);
    if (pair === '{{' || pair === '}}') {
      literal += pair[0];
      at += 2;
    } else if (text[at] === '{') {
      const end = text.indexOf('}', at);
      if (end < 0) throw errorAt(text, at, 'this brace is not closed; {{ stands for a brace');
      parts.push(literal, braceField({ text, from: at + 1, end }, options, fields));
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

interface Brace {
  readonly text: string;
  readonly from: number;
  readonly end: number;
}

/** `name|filter:argument|...` */
function braceField<T>({ text, from, end }: Brace, options: Filtering, fields: FieldOf<T>): Part<T> {
  const [name = '', ...words] = text.slice(from, end).split('|');
  let at = from + name.length + 1;
  const filters: Filter[] = [];
  for (const [i, word] of words.entries()) {
    if (/^\s*color\b/.test(word) && i < words.length - 1) throw errorAt(text, at, 'color stands last');
    filters.push(filterOf(word.trim(), { text, at }, options));
    at += word.length + 1;
  }
  const value = fields(name.trim(), { text, at: from }, words[0]?.trim() === 'ago');
  if (filters.length === 0) return value;
  return (about) => filters.reduce<unknown>((found, filter) => filter(found), value(about));
}
