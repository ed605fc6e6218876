/**
 * Puts Ink's frames on the terminal: only lines that changed, each at its place. Ink 6.8's own incremental writer moves
 * up one line too few when the frame is lower than the terminal, and its plain one erases and sends everything each time.
 */
import { EventEmitter } from 'node:events';

/** Terminals that know it show a frame at once; others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

export class FrameWriter extends EventEmitter {
  /** What Ink lays out for. */
  columns = 80;
  rows = 24;
  readonly isTTY = true;
  #shown: readonly string[] = [];
  #isClosed = false;
  readonly #out: (text: string) => void;

  constructor(out: (text: string) => void) {
    super();
    this.#out = out;
  }

  /** One whole frame, as Ink writes it in its debug mode: plain lines, nothing to erase. */
  write(frame: string): boolean {
    if (this.#isClosed || frame === '') return true;
    const lines = frame.split('\n');
    let text = '';
    // Erased first: behind a line that fills the width, the cursor stands on its last cell.
    for (const [i, line] of lines.entries()) {
      if (line !== this.#shown[i]) text += `\u001b[${i + 1};1H\u001b[0m\u001b[K${line}\u001b[0m`;
    }
    if (lines.length < this.#shown.length) text += `\u001b[${lines.length + 1};1H\u001b[J`;
    this.#shown = lines;
    if (text !== '') this.#out(BEGIN + text + END);
    return true;
  }

  /** Everything is drawn again with the next frame. */
  forget(): void {
    this.#shown = [];
  }

  /** What Ink writes when it ends is not for the screen. */
  close(): void {
    this.#isClosed = true;
  }
}
