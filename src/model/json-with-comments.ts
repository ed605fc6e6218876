/**
 * JSON with // and block comments, read into nodes that know their line, so that every complaint can name it.
 * Otherwise strict: no trailing commas, single quotes or unquoted names. Of a name given twice the last one counts. Pure.
 */

interface Place {
  /** From 1. */
  readonly line: number;
}

export type JsonNode =
  | (Place & { readonly kind: 'null' })
  | (Place & { readonly kind: 'boolean'; readonly value: boolean })
  | (Place & { readonly kind: 'string'; readonly value: string })
  /** `text` as it stands in the file: 0x3E8 in quotes and 1000 are both read by number rules of others. */
  | (Place & { readonly kind: 'number'; readonly text: string })
  | (Place & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | JsonObject;

export interface JsonObject extends Place {
  readonly kind: 'object';
  /** In the order of the file. */
  readonly members: ReadonlyMap<string, JsonMember>;
}

export interface JsonMember {
  /** Line of the name. */
  readonly line: number;
  readonly node: JsonNode;
}

/** An object without members, for defaults. */
export const emptyObject: JsonObject = { kind: 'object', line: 0, members: new Map() };

/** What is wrong with a file that is no JSON, and where. */
export class JsonSyntaxError extends Error {
  readonly line: number;
  /** The value, where only what follows it is wrong. */
  readonly whole: JsonNode | undefined;
  constructor(line: number, message: string, whole?: JsonNode) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.line = line;
    this.whole = whole;
  }
}

/** Deeper nesting is refused rather than followed. */
const DEPTH_MAX = 200;

/** The file's only value; a byte order mark is skipped. @throws {JsonSyntaxError} */
export function parseJsonWithComments(text: string): JsonNode {
  return parsed(new Parser(text));
}

/** Offsets into the text: `start` is that of the first character, `end` lies behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PlacedJson {
  readonly node: JsonNode;
  /** Where each node stands, and each member from its name to the end of its value. */
  readonly places: ReadonlyMap<JsonNode | JsonMember, Span>;
}

/** As parseJsonWithComments, for those who change the text. @throws {JsonSyntaxError} */
export function parseJsonPlaces(text: string): PlacedJson {
  const places = new Map<JsonNode | JsonMember, Span>();
  return { node: parsed(new Parser(text, places)), places };
}

function parsed(parser: Parser): JsonNode {
  const node = parser.value(0);
  parser.end(node);
  return node;
}

/** The plain value of a node: objects, lists, texts and numbers as JSON.parse gives them. */
export function jsonValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'number':
      return Number(node.text);
    case 'array':
      return node.items.map(jsonValue);
    case 'object':
      return Object.fromEntries([...node.members].map(([name, member]) => [name, jsonValue(member.node)]));
    default:
      return node.value;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
/** Runs between escapes. */
const PLAIN = /(?:[^"\\\p{Cc}]|[\u007f-\u009f])*/uy;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  readonly #places: Map<JsonNode | JsonMember, Span> | undefined;
  #at: number;
  #line = 1;

  constructor(text: string, places?: Map<JsonNode | JsonMember, Span>) {
    this.#text = text;
    this.#places = places;
    this.#at = text.startsWith('\ufeff') ? 1 : 0;
  }

  value(depth: number): JsonNode {
    this.#space();
    const start = this.#at;
    const node = this.#node(depth);
    this.#places?.set(node, { start, end: this.#at });
    return node;
  }

  #node(depth: number): JsonNode {
    const line = this.#line;
    const char = this.#text[this.#at];
    if (depth > DEPTH_MAX) throw this.#error(`nested more than ${DEPTH_MAX} deep`);
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return { kind: 'string', line, value: this.#string() };
    const number = this.#take(NUMBER);
    if (number !== '') return { kind: 'number', line, text: number };
    const word = this.#take(WORD);
    if (word === 'null') return { kind: 'null', line };
    if (word === 'true' || word === 'false') return { kind: 'boolean', line, value: word === 'true' };
    if (word !== '') throw this.#error(`expected a value, found ${word}: text stands in double quotes`);
    throw this.#unexpected('a value');
  }

  end(whole: JsonNode): void {
    this.#space();
    if (this.#at === this.#text.length) return;
    const { line, message } = this.#unexpected('the end of the file');
    throw new JsonSyntaxError(line, message, whole);
  }

  #object(depth: number): JsonObject {
    const line = this.#line;
    const members = new Map<string, JsonMember>();
    this.#at++;
    this.#space();
    if (this.#accept('}')) return { kind: 'object', line, members };
    do {
      this.#space();
      const [nameLine, start] = [this.#line, this.#at];
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a name in double quotes');
      const name = this.#string();
      this.#space();
      if (!this.#accept(':')) throw this.#unexpected(`: after "${name}"`);
      const member = { line: nameLine, node: this.value(depth + 1) };
      this.#places?.set(member, { start, end: this.#at });
      members.set(name, member);
      this.#space();
    } while (this.#accept(','));
    if (!this.#accept('}')) throw this.#unexpected(', or }');
    return { kind: 'object', line, members };
  }

  #array(depth: number): JsonNode {
    const line = this.#line;
    const items: JsonNode[] = [];
    this.#at++;
    this.#space();
    if (this.#accept(']')) return { kind: 'array', line, items };
    do {
      items.push(this.value(depth + 1));
      this.#space();
    } while (this.#accept(','));
    if (!this.#accept(']')) throw this.#unexpected(', or ]');
    return { kind: 'array', line, items };
  }

  #string(): string {
    this.#at++;
    let value = '';
    for (;;) {
      value += this.#take(PLAIN);
      const char = this.#text[this.#at];
      if (char !== '"' && char !== '\\') throw this.#error('a text is not closed on its line');
      this.#at++;
      if (char === '"') return value;
      value += this.#escape();
    }
  }

  #escape(): string {
    const char = this.#text[this.#at] ?? '';
    this.#at++;
    if (char === 'u') {
      const hex = this.#take(/[0-9a-fA-F]{4}/y);
      if (hex === '') throw this.#error('\\u wants four hexadecimal digits');
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const meant = ESCAPES[char];
    if (meant === undefined) throw this.#error(`\\${char} is no escape of JSON; a backslash is written \\\\`);
    return meant;
  }

  /** White space and comments. */
  #space(): void {
    for (;;) {
      const found = this.#take(/[ \t\r\n]+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y);
      if (found === '') break;
      for (let i = found.indexOf('\n'); i >= 0; i = found.indexOf('\n', i + 1)) this.#line++;
    }
    if (this.#text.startsWith('/*', this.#at)) throw this.#error('a comment is not closed');
  }

  #accept(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #unexpected(wanted: string): JsonSyntaxError {
    const char = this.#text[this.#at];
    if (char === undefined) return this.#error(`expected ${wanted}, found the end of the file`);
    const trailing = (char === '}' || char === ']') && /,\s*$/.test(this.#text.slice(0, this.#at));
    return this.#error(`expected ${wanted}, found ${char}${trailing ? ': no comma may stand before it' : ''}`);
  }

  #error(message: string): JsonSyntaxError {
    return new JsonSyntaxError(this.#line, message);
  }
}
