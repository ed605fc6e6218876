/** How far a replay is: shown on a terminal, said now and then elsewhere. */
import { clockTime } from '../../runtime/calendar.ts';
import type { Context } from '../context.ts';
import type { Progress } from '../progress.ts';
import { durationText, grouped, sizeText } from '../values.ts';

const SHOWN_MS = 250;
const SAID_MS = 10_000;

export interface ProgressOptions {
  readonly untilMs: number;
  /** Shown while it goes on; not where records stand on the same terminal. */
  readonly progress: Progress;
  /** A line each 10 s as well. */
  readonly isSaid: boolean;
}

export class ReplayProgress {
  readonly #context: Context;
  readonly #options: ProgressOptions;
  readonly #started: number;
  #shownAt: number;
  #saidAt: number;
  #firstMs: number | undefined;
  #nowMs = 0;
  records = 0;
  bytes = 0;

  constructor(context: Context, options: ProgressOptions) {
    this.#context = context;
    this.#options = options;
    this.#started = context.clock.monotonic();
    this.#shownAt = this.#started;
    this.#saidAt = this.#started;
  }

  /** Counts a record; `atMs` is the time by the monotonic clock. */
  add(arrivalMs: number, bytes: number, atMs: number): void {
    this.#firstMs ??= arrivalMs;
    this.#nowMs = arrivalMs;
    this.records++;
    this.bytes += bytes;
    if (atMs - this.#shownAt < SHOWN_MS) return;
    this.#shownAt = atMs;
    this.#options.progress.say(this.line());
    if (!this.#options.isSaid || atMs - this.#saidAt < SAID_MS) return;
    this.#saidAt = atMs;
    this.#context.note(this.line());
  }

  /** One line: `1,204 records  3.4 MB  at 10:12:31.207  41 %  3m20s left`. */
  line(): string {
    const parts = [`${grouped(this.records)} records`, sizeText(this.bytes)];
    if (this.#firstMs === undefined) return parts.join('  ');
    parts.push(`at ${clockTime(this.#nowMs, this.#context.zone)}`);
    const done = (this.#nowMs - this.#firstMs) / (this.#options.untilMs - this.#firstMs);
    if (done <= 0 || done > 1) return parts.join('  ');
    const leftMs = ((this.#context.clock.monotonic() - this.#started) * (1 - done)) / done;
    return [...parts, `${Math.floor(done * 100)} %`, `${durationText(leftMs)} left`].join('  ');
  }

  stop(): void {
    this.#options.progress.stop();
  }
}
