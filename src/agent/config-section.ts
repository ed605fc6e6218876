/**
 * One object of the agent's file, read key by key with the typing rules of Kinesis Agent: any scalar counts as its text,
 * whole numbers are read as Java's Long.decode does, booleans are true, t, yes, y, 1 and their opposites. Pure.
 */

import type { JsonNode, JsonObject } from '../model/json-with-comments.ts';
import { similarName } from './config-names.ts';
import type { ProblemLevel, ProblemList } from './config-problems.ts';
import { compactText } from './json-text.ts';

export interface SectionPlace {
  readonly file: string;
  /** In front of every key: `flows[0]`, '' at the top. */
  readonly path: string;
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Reads an object; every key asked for counts as known, the rest is told by `finish`. */
export class Section {
  readonly place: SectionPlace;
  readonly #object: JsonObject;
  readonly #problems: ProblemList;
  readonly #known = new Set<string>();

  constructor(object: JsonObject, place: SectionPlace, problems: ProblemList) {
    this.#object = object;
    this.place = place;
    this.#problems = problems;
  }

  /** Whether the key is there, be it null. */
  has(key: string): boolean {
    return this.#object.members.has(key);
  }

  /** All names, in the order of the file. */
  keys(): readonly string[] {
    return [...this.#object.members.keys()];
  }

  node(key: string): JsonNode | undefined {
    this.#known.add(key);
    return this.#object.members.get(key)?.node;
  }

  /** A scalar's text; undefined when absent or null. */
  text(key: string): string | undefined {
    const node = this.node(key);
    if (node === undefined || node.kind === 'null') return undefined;
    const text = scalarText(node);
    if (text === undefined) this.error(key, `must be a text, not ${kindName(node)}`);
    return text;
  }

  /** As `text`, and '' counts as absent. */
  name(key: string): string | undefined {
    return this.text(key) || undefined;
  }

  /** A whole number; the fallback when absent or refused. */
  integer<F extends number | undefined>(key: string, fallback: F, range: Range = {}): number | F {
    const node = this.node(key);
    if (node === undefined) return fallback;
    if (node.kind === 'null') return this.#refuse(key, 'value is null', fallback);
    const text = scalarText(node);
    if (text === undefined) return this.#refuse(key, `must be a number, not ${kindName(node)}`, fallback);
    const value = decodeInteger(text);
    if (value === undefined) return this.#refuse(key, `${JSON.stringify(text)} is not a whole number`, fallback);
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
    if (value >= min && value <= max) return value;
    return this.#refuse(key, `${value} outside ${rangeText(range)}`, fallback);
  }

  boolean(key: string, fallback: boolean): boolean {
    const node = this.node(key);
    if (node === undefined) return fallback;
    if (node.kind === 'null') return this.#refuse(key, 'value is null', fallback);
    const text = scalarText(node);
    if (text !== undefined && /^(true|t|yes|y|1)$/i.test(text)) return true;
    if (text !== undefined && /^(false|f|no|n|0)$/i.test(text)) return false;
    return this.#refuse(key, `${compactText(node)} is neither true nor false`, fallback);
  }

  /** One of a few words, case counts. */
  choice<const W extends string, F extends W | undefined>(key: string, words: readonly W[], fallback: F): W | F {
    const text = this.text(key);
    if (text === undefined) return fallback;
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const other = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
    const hint = other === undefined ? '' : ' (upper and lower case count)';
    return this.#refuse(key, `${JSON.stringify(text)} is not one of ${words.join(', ')}${hint}`, fallback);
  }

  /** A list of texts. */
  texts(key: string): readonly string[] | undefined {
    const items = this.items(key);
    if (items === undefined) return undefined;
    const texts = items.map(scalarText);
    if (texts.every((text) => text !== undefined)) return texts;
    return this.#refuse(key, 'must be a list of texts', undefined);
  }

  /** A list of anything. */
  items(key: string): readonly JsonNode[] | undefined {
    const node = this.node(key);
    if (node === undefined || node.kind === 'null') return undefined;
    if (node.kind === 'array') return node.items;
    return this.#refuse(key, `must be an array, not ${kindName(node)}`, undefined);
  }

  /** An object of its own; undefined when absent. */
  section(key: string): Section | undefined {
    const node = this.node(key);
    if (node === undefined || node.kind === 'null') return undefined;
    if (node.kind === 'object') return this.inner(node, this.keyPath(key));
    return this.#refuse(key, `must be an object, not ${kindName(node)}`, undefined);
  }

  /** A section for an object found inside this one. */
  inner(object: JsonObject, path: string): Section {
    return new Section(object, { file: this.place.file, path }, this.#problems);
  }

  keyPath(key: string): string {
    return this.place.path === '' ? key : `${this.place.path}.${key}`;
  }

  error(key: string, message: string): void {
    this.tell('ERROR', key, message);
  }

  /** `key` may be '' for the object itself, or go deeper: `x[0].y`. A message that begins with a blank follows the key without a colon. */
  tell(level: ProblemLevel, key: string, message: string): void {
    const name = /^[^[]*/.exec(key)![0];
    const line = this.#object.members.get(key)?.line ?? this.#object.members.get(name)?.line ?? this.#object.line;
    const path = key === '' ? this.place.path : this.keyPath(key);
    this.#problems.add(level, { file: this.place.file, line, key: path }, message);
  }

  /** Keys that are known here whatever they hold. */
  allow(keys: Iterable<string>): void {
    for (const key of keys) this.#known.add(key);
  }

  /** Warns of every key nobody asked for. */
  finish(remark: (key: string) => string | undefined = () => undefined): void {
    for (const key of this.#object.members.keys()) {
      if (this.#known.has(key)) continue;
      const similar = similarName(key, [...this.#known]);
      const hint = similar === undefined ? '' : ` (did you mean ${similar}?)`;
      this.tell('WARN', key, remark(key) ?? `unknown key, ignored${hint}`);
    }
  }

  #refuse<F>(key: string, message: string, fallback: F): F {
    this.error(key, message);
    return fallback;
  }
}

/** The text of a string, number or boolean. */
function scalarText(node: JsonNode): string | undefined {
  if (node.kind === 'string') return node.value;
  if (node.kind === 'boolean') return String(node.value);
  return node.kind === 'number' ? numberText(node.text) : undefined;
}

/** As Java prints the number it read: 1e3 became 1000.0, which is no whole number. */
function numberText(text: string): string {
  if (!/[.eE]/.test(text)) return text;
  const value = Number(text);
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

const DECIMAL = /^([+-]?)(0[xX]|#|0(?=.))?([0-9a-fA-F]+)$/;

/** Java's Long.decode: sign, then 0x, 0X or # for hexadecimal, a leading 0 for octal; undefined for anything else. */
export function decodeInteger(text: string): number | undefined {
  const [, sign, prefix, digits] = DECIMAL.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const radix = prefix === undefined ? 10 : prefix === '0' ? 8 : 16;
  const allowed = radix === 10 ? /^[0-9]+$/ : radix === 8 ? /^[0-7]+$/ : /^/;
  const value = Number.parseInt(digits, radix);
  if (!allowed.test(digits) || !Number.isSafeInteger(value)) return undefined;
  return sign === '-' ? -value : value;
}

function rangeText({ min, max }: Range): string {
  return max === undefined ? `${min} or more` : `${min ?? ''}..${max}`;
}

function kindName(node: JsonNode): string {
  return node.kind === 'array' ? 'a list' : node.kind === 'object' ? 'an object' : node.kind;
}
