/** How long records of a put wait between being read and being written, and the warning of `put --lag-warn`. */
import type { Context } from '../context.ts';
import { LagWarning } from '../lag-warning.ts';

/** Between two looks: a wait is known to so much. */
const LOOK_MS = 500;
/** Places that are remembered at once: further behind, the wait is that of the oldest of them. */
const MARKS_MAX = 10_000;

/** The wait of the oldest record without an answer, from how many were read and how many are done at each look. */
export class Waiting {
  readonly #marks: { readonly taken: number; readonly atMs: number }[] = [];

  /** Milliseconds; 0 when all that was read by an earlier look is done. */
  look(nowMs: number, taken: number, done: number): number {
    const marks = this.#marks;
    const open = marks.findIndex((mark) => mark.taken > done);
    marks.splice(0, open < 0 ? marks.length : open);
    if (taken > (marks.at(-1)?.taken ?? done) && marks.length < MARKS_MAX) marks.push({ taken, atMs: nowMs });
    return marks.length === 0 ? 0 : nowMs - marks[0]!.atMs;
  }
}

/** Warns on stderr until the returned function is called. */
export function warnOfWaits(
  context: Context,
  limitMs: number,
  counts: () => { taken: number; done: number },
): () => void {
  const stopped = new AbortController();
  const [waiting, warning] = [new Waiting(), new LagWarning(limitMs)];
  const watch = async () => {
    for (;;) {
      const { taken, done } = counts();
      const text = warning.look(waiting.look(context.clock.monotonic(), taken, done));
      if (text !== undefined) context.note(text);
      await context.clock.sleep(LOOK_MS, stopped.signal);
    }
  };
  watch().catch(() => undefined);
  return () => stopped.abort();
}
