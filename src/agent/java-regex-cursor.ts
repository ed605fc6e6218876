/** A place in the text of a Java pattern, with the flags that hold there. Pure. */

/** What a pattern asks for that cannot be had here, or is wrong in Java too. */
export class JavaRegexError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JavaRegexError';
  }
}

export interface JavaFlags {
  /** i: only ASCII letters, as in Java without u. */
  readonly ignoreCase: boolean;
  /** m */
  readonly multiLine: boolean;
  /** s */
  readonly dotAll: boolean;
  /** d: only \n ends a line. */
  readonly unixLines: boolean;
  /** x */
  readonly comments: boolean;
}

/** Reads a pattern code point by code point, as Java does. */
export class Cursor {
  readonly #points: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#points = [...pattern];
  }

  get done(): boolean {
    return this.#at >= this.#points.length;
  }

  peek(ahead = 0): string {
    return this.#points[this.#at + ahead] ?? '';
  }

  next(): string {
    const point = this.peek();
    if (point === '') throw new JavaRegexError('it ends too early');
    this.#at++;
    return point;
  }

  accept(text: string): boolean {
    const points = [...text];
    if (!points.every((point, i) => this.peek(i) === point)) return false;
    this.#at += points.length;
    return true;
  }

  /** Everything up to `mark`, which is passed. */
  until(mark: string): string | undefined {
    const rest = this.#points.slice(this.#at).join('');
    const end = rest.indexOf(mark);
    if (end < 0) return undefined;
    const found = rest.slice(0, end);
    this.#at += [...found, ...mark].length;
    return found;
  }

  /** Everything that is left. */
  rest(): string {
    const found = this.#points.slice(this.#at).join('');
    this.#at = this.#points.length;
    return found;
  }

  /** The longest run of what the class of characters matches, at most `max`. */
  run(of: RegExp, max: number): string {
    let found = '';
    while (found.length < max && of.test(this.peek())) found += this.next();
    return found;
  }

  /** White space and #comments, where x holds. */
  skipComments(flags: JavaFlags): void {
    while (flags.comments && /^(?:#|\s)$/.test(this.peek())) {
      if (this.next() !== '#') continue;
      while (!this.done && this.peek() !== '\n') this.next();
    }
  }
}

/** One code point as JavaScript's u mode takes it. */
export function literal(point: string, flags: JavaFlags): string {
  if (flags.ignoreCase && /^[a-zA-Z]$/.test(point)) return `[${point.toLowerCase()}${point.toUpperCase()}]`;
  return classLiteral(point);
}

/** The same where case does not matter or stands inside a class. */
export function classLiteral(point: string): string {
  return /^[\w ]$/.test(point) ? point : `\\u{${point.codePointAt(0)!.toString(16)}}`;
}
