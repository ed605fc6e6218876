/** What templates of both kinds are made of. Pure. */
import type { Sighting } from '../record/output.ts';

/** A fixed text, or what is asked of each record, or of whatever is shown. */
export type Part<T = Sighting> = string | ((about: T) => unknown);

/** A text in colour, which may go to a terminal as it is. */
export class Painted {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value of JSON other than a text, as it was written. */
export class JsonText {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

/** A value as people read it: nothing for what is not there. */
export function plainText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof JsonText) return value.json;
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  return String(value);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };

/** The character at a place, `\n`, `\t`, `\xNN` and the like being one. */
export function escaped(text: string, at: number): { readonly char: string; readonly length: number } {
  const hexadecimal = /^\\x([0-9a-fA-F]{2})/.exec(text.slice(at, at + 4));
  if (hexadecimal !== null) return { char: String.fromCharCode(Number.parseInt(hexadecimal[1]!, 16)), length: 4 };
  const known = text[at] === '\\' ? ESCAPES[text[at + 1] ?? ''] : undefined;
  return known === undefined ? { char: text[at]!, length: 1 } : { char: known, length: 2 };
}
