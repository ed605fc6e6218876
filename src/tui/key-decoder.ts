/**
 * Bytes of a terminal as key names: `j`, `ctrl-d`, `up`, `shift-tab`. What is pasted comes as one piece of text, mouse
 * reports as clicks and wheel turns, and sequences that nobody knows are dropped: they can do nothing.
 */
export type Input =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'paste'; readonly text: string }
  | {
      readonly kind: 'mouse';
      readonly action: 'click' | 'wheelUp' | 'wheelDown';
      readonly column: number;
      readonly row: number;
    };

const PASTE_BEGIN = '\u001b[200~';
const PASTE_END = '\u001b[201~';
/** A paste without an end must not hold all that is typed after it. */
const PASTE_CHARS_MAX = 65_536;

/** By what stands behind `ESC [` or `ESC O`. */
const SEQUENCES: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'shift-tab',
  '1~': 'home',
  '4~': 'end',
  '7~': 'home',
  '8~': 'end',
  '5~': 'page-up',
  '6~': 'page-down',
};

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  ' ': 'space',
};

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: terminals speak in control characters
const CSI = /^\u001b\[([0-?]*)([ -/]*)([@-~])/;
const CSI_BEGUN = /^\u001b\[[0-?]*[ -/]*$/;
const SS3 = /^\u001bO([@-~])/;
/** Answers to questions, titles and such, up to their end. */
const STRING_SEQUENCE = /^\u001b[\]PX^_][^\u0007\u001b]*(\u0007|\u001b\\)/;
const STRING_BEGUN = /^\u001b[\]PX^_][^\u0007\u001b]*\u001b?$/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: the same

export class KeyDecoder {
  #rest = '';
  #decoder = new TextDecoder();

  /** What the bytes say. A sequence that is not whole waits for its end; `flush` gives it up. */
  take(bytes: Uint8Array): readonly Input[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const inputs: Input[] = [];
    while (this.#rest !== '') {
      const next = this.#next();
      if (next === undefined) break;
      this.#rest = this.#rest.slice(next.length);
      if (next.input !== undefined) inputs.push(next.input);
    }
    return inputs;
  }

  /** True when something waits that may be the Escape key alone. */
  get isWaiting(): boolean {
    return this.#rest !== '' && !this.#rest.startsWith(PASTE_BEGIN);
  }

  /** Nothing came after it: a lone ESC is the Escape key, the beginning of anything else is dropped. */
  flush(): readonly Input[] {
    const isEscape = this.#rest === '\u001b' || this.#rest === '\u001b\u001b';
    this.#rest = '';
    return isEscape ? [{ kind: 'key', key: 'escape' }] : [];
  }

  #next(): { readonly length: number; readonly input?: Input | undefined } | undefined {
    const rest = this.#rest;
    if (rest[0] !== '\u001b') return this.#character(rest);
    if (rest.startsWith(PASTE_BEGIN)) return pasted(rest);
    if (rest === '\u001b' || CSI_BEGUN.test(rest) || STRING_BEGUN.test(rest) || rest === '\u001bO') return undefined;
    const csi = CSI.exec(rest);
    if (csi !== null) return this.#sequence(rest, csi);
    const ss3 = SS3.exec(rest);
    if (ss3 !== null) return { length: ss3[0].length, input: keyOf(SEQUENCES[ss3[1]!]) };
    const string = STRING_SEQUENCE.exec(rest);
    if (string !== null) return { length: string[0].length };
    // ESC in front of a key: Alt, which means nothing here, or the Escape key just before it.
    return { length: 1, input: keyOf('escape') };
  }

  #sequence(rest: string, csi: RegExpExecArray): { readonly length: number; readonly input?: Input | undefined } {
    const [whole, parameters, between, final] = [csi[0], csi[1]!, csi[2]!, csi[3]!];
    if (parameters.startsWith('<') && (final === 'M' || final === 'm')) {
      return { length: whole.length, input: mouseOf(parameters.slice(1), final) };
    }
    // The old form of mouse reports: three bytes follow.
    if (parameters === '' && final === 'M') return { length: Math.min(rest.length, whole.length + 3) };
    // `ESC [ [ A`: function keys of the Linux console.
    if (parameters === '' && final === '[') return { length: Math.min(rest.length, whole.length + 1) };
    const name =
      between === '' ? SEQUENCES[final === '~' ? `${parameters}~` : parameters === '' ? final : ''] : undefined;
    return { length: whole.length, input: keyOf(name) };
  }

  #character(rest: string): { readonly length: number; readonly input?: Input | undefined } {
    const character = String.fromCodePoint(rest.codePointAt(0)!);
    const { length } = character;
    const named = CONTROLS[character];
    if (named !== undefined) return { length, input: keyOf(named) };
    const code = character.codePointAt(0)!;
    if (code > 0 && code < 27) return { length, input: keyOf(`ctrl-${String.fromCharCode(code + 96)}`) };
    return code < 32 || (code >= 127 && code < 160) ? { length } : { length, input: keyOf(character) };
  }
}

function keyOf(key: string | undefined): Input | undefined {
  return key === undefined ? undefined : { kind: 'key', key };
}

function pasted(rest: string): { readonly length: number; readonly input?: Input } | undefined {
  const end = rest.indexOf(PASTE_END);
  if (end < 0) return rest.length > PASTE_CHARS_MAX ? { length: rest.length } : undefined;
  const text = rest.slice(PASTE_BEGIN.length, end);
  return { length: end + PASTE_END.length, input: { kind: 'paste', text } };
}

const WHEEL = 64;

/** SGR form: button; column; row, both from 1. */
function mouseOf(parameters: string, final: string): Input | undefined {
  const [button, column, row] = parameters.split(';').map(Number);
  if (final === 'm' || button === undefined || !column || !row) return undefined;
  const place = { column, row };
  if (button === WHEEL || button === WHEEL + 1) {
    return { kind: 'mouse', action: button === WHEEL ? 'wheelUp' : 'wheelDown', ...place };
  }
  return button === 0 ? { kind: 'mouse', action: 'click', ...place } : undefined;
}
