/**
 * Puts Ink's frames on the terminal: only what changed, each piece at its place. Ink 6.8's own incremental writer moves
 * up one line too few when the frame is lower than the terminal, and its plain one erases and sends everything each time.
 */
import { EventEmitter } from 'node:events';
import { type Cells, cellsOf, changesBetween } from './cells.ts';

/** Terminals that know it show a frame at once; others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

export class FrameWriter extends EventEmitter {
  /** What Ink lays out for. */
  columns = 80;
  rows = 24;
  readonly isTTY = true;
  #shown: readonly string[] = [];
  /** Of the lines shown; undefined for those that are sent whole. */
  #cells: readonly (Cells | undefined)[] = [];
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
    const cells = lines.map((line, i) => (line === this.#shown[i] ? this.#cells[i] : cellsOf(line)));
    for (const [i, line] of lines.entries()) {
      if (line !== this.#shown[i]) text += `\u001b[${i + 1};1H${this.#change(i, line, cells[i])}`;
    }
    if (lines.length < this.#shown.length) text += `\u001b[${lines.length + 1};1H\u001b[J`;
    this.#shown = lines;
    this.#cells = cells;
    if (text !== '') this.#out(BEGIN + text + END);
    return true;
  }

  #change(i: number, line: string, cells: Cells | undefined): string {
    const before = this.#cells[i];
    if (before !== undefined && cells !== undefined) return changesBetween(before, cells);
    // Erased first: behind a line that fills the width, the cursor stands on its last cell.
    return `\u001b[0m\u001b[K${line}\u001b[0m`;
  }

  /** Everything is drawn again with the next frame. */
  forget(): void {
    this.#shown = [];
    this.#cells = [];
  }

  /** What Ink writes when it ends is not for the screen. */
  close(): void {
    this.#isClosed = true;
  }
}
