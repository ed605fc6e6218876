/** Where a record's partition key comes from: a place in its text, its content, or chance. Pure but for chance. */
import { createHash } from 'node:crypto';
import { PARTITION_KEY_CHARS_MAX } from '../../model/limits.ts';
import { usageError } from '../cli-error.ts';
import { csvCells } from '../delimited.ts';
import { memberText } from '../record/json-member.ts';

/** A key, and the data that remain when the key stood before them. undefined: the record has no such key. */
export type KeyFrom = (data: Uint8Array) => { readonly key: string; readonly data: Uint8Array } | undefined;

/** `.user.id`, `/re(..)/`, `csv:3`, `line-prefix:<separator>` or `hash`. */
export function parseKeyFrom(text: string): KeyFrom {
  const [kind, rest] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  if (text === 'hash') return keyOf((data) => createHash('md5').update(data).digest('hex'));
  if (text.startsWith('.')) return fromJson(text.slice(1).split('.'));
  if (/^\/.+\/[a-z]*$/s.test(text)) return fromPattern(text);
  if (kind === 'csv' && /^[1-9]\d{0,3}$/.test(rest)) return fromCsv(Number(rest));
  if (kind === 'line-prefix' && rest !== '') return fromPrefix(rest);
  throw usageError(
    `"${text}" says no place of a key`,
    'Write .user.id, /re(..)/, csv:3, line-prefix:<separator> or hash.',
  );
}

const decoder = new TextDecoder();

/** Keys longer than the API takes are cut; an empty one is none. */
function keyOf(find: (data: Uint8Array) => string | undefined): KeyFrom {
  return (data) => {
    const key = find(data);
    return key === undefined || key === '' ? undefined : { key: cut(key), data };
  };
}

/** Never through the middle of a character that takes two units. */
function cut(key: string): string {
  const end = PARTITION_KEY_CHARS_MAX;
  return key.slice(0, key.codePointAt(end - 1)! > 0xffff ? end - 1 : end);
}

function fromJson(path: readonly string[]): KeyFrom {
  return keyOf((data) => {
    const text = decoder.decode(data);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    for (const name of path) value = value instanceof Object ? (value as Record<string, unknown>)[name] : undefined;
    if (value === null || value === undefined) return undefined;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return exactNumber(text, path) ?? String(value);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

/** The digits as they are written: what JSON.parse makes of numbers over 2^53 is rounded. undefined inside of an array. */
function exactNumber(text: string, path: readonly string[]): string | undefined {
  let inner: string | undefined = text;
  for (const name of path) inner = inner?.trimStart().startsWith('{') ? memberText(inner, name) : undefined;
  return inner;
}

function fromPattern(text: string): KeyFrom {
  const end = text.lastIndexOf('/');
  let pattern: RegExp;
  try {
    pattern = new RegExp(text.slice(1, end), text.slice(end + 1).replace('g', ''));
  } catch (error) {
    throw usageError(`${text} is no regular expression`, String((error as Error).message));
  }
  return keyOf((data) => {
    const match = pattern.exec(decoder.decode(data));
    return match === null ? undefined : (match[1] ?? match[0]);
  });
}

function fromCsv(column: number): KeyFrom {
  return keyOf((data) => csvCells(decoder.decode(data))[column - 1]);
}

/** The key stands before the separator and is no part of the record. */
function fromPrefix(separator: string): KeyFrom {
  const bytes = Buffer.from(separator);
  return (data) => {
    const at = Buffer.from(data.buffer, data.byteOffset, data.byteLength).indexOf(bytes);
    if (at <= 0) return undefined;
    return { key: cut(decoder.decode(data.subarray(0, at))), data: data.subarray(at + bytes.length) };
  };
}
