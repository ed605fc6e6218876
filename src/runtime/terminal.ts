/**
 * The terminal as a screen: the alternate buffer, raw keys, its size and its signals. Whatever happens, an exception
 * included, the terminal is given back as it was: `reset` must never be necessary.
 */
import { writeSync } from 'node:fs';

export interface TerminalOptions {
  /** Leave what is on the screen where it is. */
  readonly keepsScreen: boolean;
  readonly mouse: boolean;
}

export interface TerminalEvents {
  /** Bytes typed. */
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onResize: () => void;
  /** Back in the foreground, after Ctrl-Z and fg: everything must be drawn again. */
  readonly onResume: () => void;
}

const ENTER_ALTERNATE = '\u001b[?1049h';
const LEAVE_ALTERNATE = '\u001b[?1049l';
/** No cursor, no wrapping at the right edge, pastes in brackets. */
const PREPARE = '\u001b[?25l\u001b[?7l\u001b[?2004h';
const RESTORE = '\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[0m';
const MOUSE_ON = '\u001b[?1000h\u001b[?1006h';
const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l';

/** Pieces of text kept for after the screen. */
const HELD_MAX = 100;

/** Whether there is a terminal to draw on, and one to type on. A dumb one takes lines alone. */
export function terminalFacts(): { readonly canDraw: boolean; readonly canType: boolean } {
  return {
    canDraw: process.stdout.isTTY === true && process.env['TERM'] !== 'dumb',
    canType: process.stdin.isTTY === true,
  };
}

export class Terminal {
  readonly #options: TerminalOptions;
  #events: TerminalEvents | undefined;
  #isEntered = false;
  /** What others wrote to stderr meanwhile, for after the screen; undefined while it goes through. */
  #held: string[] | undefined;
  readonly #writeError = process.stderr.write;
  readonly #onInput = (bytes: Uint8Array) => this.#events?.onInput(bytes);
  readonly #onResize = () => this.#events?.onResize();
  readonly #onExit = () => this.#restoreNow();
  readonly #onStop = () => this.#suspend();
  readonly #onContinue = () => this.#resume();

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  }

  /** True while the last frames have not left yet: on a slow line frames are better left out than queued. */
  get isBusy(): boolean {
    return process.stdout.writableNeedDrain;
  }

  /** Calls back once the line is free again. */
  whenFree(callback: () => void): void {
    process.stdout.once('drain', callback);
  }

  write(text: string): void {
    if (this.#isEntered) process.stdout.write(text);
  }

  /** Takes the screen and the keys. */
  enter(events: TerminalEvents): void {
    this.#events = events;
    this.#take();
    process.stdout.on('resize', this.#onResize);
    process.on('exit', this.#onExit);
    process.on('uncaughtExceptionMonitor', this.#onExit);
    process.on('SIGTSTP', this.#onStop);
    process.on('SIGCONT', this.#onContinue);
  }

  /** Gives everything back. What is written afterwards stands where it would without us. */
  leave(): void {
    process.stdout.off('resize', this.#onResize);
    process.off('SIGTSTP', this.#onStop);
    process.off('SIGCONT', this.#onContinue);
    this.#restoreNow();
    process.off('exit', this.#onExit);
    process.off('uncaughtExceptionMonitor', this.#onExit);
    process.stdin.pause();
    process.stdin.unref?.();
  }

  #take(): void {
    this.#isEntered = true;
    const { keepsScreen, mouse } = this.#options;
    process.stdout.write((keepsScreen ? '\u001b[2J' : ENTER_ALTERNATE) + PREPARE + (mouse ? MOUSE_ON : ''));
    this.#holdErrors();
    if (!process.stdin.isTTY) return;
    process.stdin.setRawMode(true);
    process.stdin.on('data', this.#onInput);
    process.stdin.resume();
  }

  /** Synchronously, because the process may be about to end. */
  #restoreNow(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    const { keepsScreen, mouse } = this.#options;
    const { rows } = this.size;
    const end = keepsScreen ? `\u001b[${rows};1H\n` : LEAVE_ALTERNATE;
    writeAtOnce((mouse ? MOUSE_OFF : '') + RESTORE + end);
    this.#releaseErrors();
    if (!process.stdin.isTTY) return;
    process.stdin.off('data', this.#onInput);
    try {
      process.stdin.setRawMode(false);
    } catch {
      // The terminal is gone: there is nothing left to give back.
    }
  }

  /** A warning or a note in the middle of the picture would stay there. */
  #holdErrors(): void {
    if (!process.stderr.isTTY || this.#held !== undefined) return;
    const held: string[] = [];
    this.#held = held;
    process.stderr.write = (chunk: string | Uint8Array) => {
      if (held.length < HELD_MAX) held.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    };
  }

  #releaseErrors(): void {
    if (this.#held === undefined) return;
    process.stderr.write = this.#writeError;
    const text = this.#held.join('');
    this.#held = undefined;
    if (text !== '') process.stderr.write(text);
  }

  /** Ctrl-Z: the shell gets its screen, then the process stops itself. */
  #suspend(): void {
    this.#restoreNow();
    process.kill(process.pid, 'SIGSTOP');
  }

  #resume(): void {
    if (this.#isEntered) return;
    this.#take();
    this.#events?.onResume();
  }
}

/** Past the stream's own queue; what a closed or full terminal does not take is lost. */
function writeAtOnce(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // A terminal that is gone needs nothing, one that is full gets the rest with the next try.
    process.stdout.write(text);
  }
}

/** Asks the process to stop as Ctrl-Z does where keys come raw. */
export function stopSelf(): void {
  process.kill(process.pid, 'SIGTSTP');
}
