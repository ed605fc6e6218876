/**
 * Filter expressions: `.total > 10 and key ^= "u-"`, read once into closures. From loose to tight: or, and, not,
 * == != < <= > >= ^= $= ~= in, and what is compared: paths, `key data shard stream time size seq lagMs`, texts,
 * numbers, true, false, null, exists(.x), parentheses. Pure.
 */

import type { Sighting } from '../record/output.ts';
import { payloadOf } from '../record/payload.ts';
import type { Moment } from '../times.ts';
import { compare, type Operand } from './compare.ts';
import { errorAt } from './error.ts';
import { fieldOperand } from './fields.ts';
import { valueAt } from './path.ts';
import { type Token, tokens } from './tokens.ts';

export type Test = (sighting: Sighting) => boolean;

/** Parentheses and nots inside of each other. */
const DEPTH_MAX = 100;
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', '^=', '$=', '~='];
const CONSTANTS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

/** The test an expression stands for; `moment` is what times like 15m count from. @throws {CliError} with the place. */
export function parseExpression(text: string, moment: Moment): Test {
  return new Parser(text, moment).whole();
}

class Parser {
  readonly #text: string;
  readonly #moment: Moment;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, moment: Moment) {
    this.#text = text;
    this.#moment = moment;
    this.#tokens = tokens(text);
  }

  whole(): Test {
    const test = this.#or();
    const rest = this.#next();
    if (rest.kind !== 'end') throw this.#wrong(rest, 'and, or, or the end is missing here');
    return test;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#takes('or')) {
      const [first, second] = [left, this.#and()];
      left = (sighting) => first(sighting) || second(sighting);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    while (this.#takes('and')) {
      const [first, second] = [left, this.#not()];
      left = (sighting) => first(sighting) && second(sighting);
    }
    return left;
  }

  #not(): Test {
    if (!this.#takes('not')) return this.#comparison();
    this.#descend();
    const test = this.#not();
    this.#depth--;
    return (sighting) => !test(sighting);
  }

  #comparison(): Test {
    if (this.#takes('(')) {
      this.#descend();
      const test = this.#or();
      this.#expect(')');
      this.#depth--;
      return test;
    }
    if (this.#takes('exists')) return this.#exists();
    const left = this.#operand();
    const sign = this.#next();
    if (sign.kind === 'sign' && COMPARISONS.includes(sign.text)) {
      this.#at++;
      return compare(sign.text, left, [this.#operand()], this.#place(sign));
    }
    if (this.#takes('in')) return compare('in', left, this.#list(), this.#place(sign));
    const { value } = left;
    return (sighting) => isTrue(value(sighting));
  }

  #exists(): Test {
    this.#expect('(');
    const token = this.#take();
    if (token.kind !== 'path') throw this.#wrong(token, 'exists() takes a path, like .user.id');
    this.#expect(')');
    return (sighting) => valueAt(payloadOf(sighting).json, token.path) !== undefined;
  }

  /** `[a, b]` or `(a, b)`. */
  #list(): readonly Operand[] {
    const close = this.#takes('[') ? ']' : this.#takes('(') ? ')' : undefined;
    if (close === undefined) throw this.#wrong(this.#next(), 'a list like ["a", "b"] is missing');
    const members = [this.#operand()];
    while (this.#takes(',')) members.push(this.#operand());
    this.#expect(close);
    return members;
  }

  #operand(): Operand {
    const token = this.#take();
    const { kind, text, at } = token;
    if (kind === 'path') return { at, value: (sighting) => valueAt(payloadOf(sighting).json, token.path) };
    if (kind === 'string') return { at, value: () => text, literal: text };
    if (kind === 'number') return { at, value: () => Number(text), literal: text, isNumber: true };
    if (kind === 'name' && text in CONSTANTS) {
      const constant = CONSTANTS[text];
      return { at, value: () => constant };
    }
    const field = kind === 'name' ? fieldOperand(token, this.#moment) : undefined;
    if (field !== undefined) return field;
    if (kind === 'end') throw this.#wrong(token, 'something to compare is missing');
    const hint = 'paths begin with a dot; names are key, data, shard, stream, time, size, seq, lagMs';
    throw this.#wrong(token, `"${text}" is nothing to compare: ${hint}`);
  }

  #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(): Token {
    const token = this.#next();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Takes a name or sign if it stands here. */
  #takes(text: string): boolean {
    const { kind, text: found } = this.#next();
    if ((kind !== 'name' && kind !== 'sign') || found !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw this.#wrong(this.#next(), `${text} is missing`);
  }

  #descend(): void {
    if (++this.#depth > DEPTH_MAX) throw this.#wrong(this.#next(), `more than ${DEPTH_MAX} levels`);
  }

  #place({ at }: Token) {
    return { at, text: this.#text };
  }

  #wrong({ at }: Token, message: string): Error {
    return errorAt(this.#text, at, message);
  }
}

/** What a value by itself means: there, and neither false nor null. */
function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
