/** What one tailer remembers of its file's content while it reads: the head as it grows, and anchors along the way. */
import { AGENT_ANCHOR_BYTES, AGENT_ANCHORS_MAX, AGENT_HEAD_BYTES_MAX } from '../model/limits.ts';
import type { LogFile } from '../runtime/log-files.ts';
import { type Anchor, anchorAt, bytesAt, type Head, headOf, type Prints } from './identity.ts';

export class PrintTaker {
  #first: Uint8Array = new Uint8Array(0);
  #head: Head | undefined;
  #anchors: readonly Anchor[] = [];

  /** What is known now; the head's digest is made when it is asked for. */
  get prints(): Prints {
    this.#head ??= headOf(this.#first);
    return { head: this.#head, anchors: this.#anchors };
  }

  /** The first bytes of the file, as far as they were read, up to 1,024. */
  get first(): Uint8Array {
    return this.#first;
  }

  /** The anchor where reading is; undefined before anything was read. */
  get anchor(): Anchor | undefined {
    return this.#anchors.at(-1);
  }

  /** Starts anew in the middle of a file, from the file itself. */
  async load(file: LogFile, position: number): Promise<void> {
    this.#first = (await bytesAt(file, 0, Math.min(AGENT_HEAD_BYTES_MAX, position))).slice();
    this.#head = undefined;
    const from = Math.max(0, position - AGENT_ANCHOR_BYTES);
    this.#anchors = position === 0 ? [] : [anchorAt(position, await bytesAt(file, from, position - from))];
  }

  /** Notes bytes that were read: `bytes` ends at `end` and begins at or before the last end. */
  note(bytes: Uint8Array, end: number): void {
    const missing = AGENT_HEAD_BYTES_MAX - this.#first.length;
    const start = end - bytes.length;
    if (missing > 0 && start <= this.#first.length) {
      const more = bytes.subarray(this.#first.length - start, this.#first.length - start + missing);
      const grown = new Uint8Array(this.#first.length + more.length);
      grown.set(this.#first);
      grown.set(more, this.#first.length);
      this.#first = grown;
      this.#head = undefined;
    }
    this.#anchors = thinned([...this.#anchors, anchorAt(end, bytes)]);
  }

  /** The file goes on elsewhere and is no longer than `position` there. */
  async cut(file: LogFile, position: number): Promise<void> {
    const earlier = this.#anchors.filter((one) => one.at < position);
    await this.load(file, position);
    this.#anchors = [...earlier, ...this.#anchors];
  }
}

/** Every second one of the older half goes when there are too many: close together near the end, far apart before. */
function thinned(anchors: readonly Anchor[]): readonly Anchor[] {
  if (anchors.length <= AGENT_ANCHORS_MAX) return anchors;
  return anchors.filter((_, i) => i >= AGENT_ANCHORS_MAX / 2 || i % 2 === 1);
}
