/** A program that takes records on its stdin and answers on its stdout, line by line; its stderr is ours. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { CHILD_GRACE_MS, CHILD_LINE_CHARS_MAX } from '../../model/limits.ts';
import type { Clock } from '../../runtime/clock.ts';
import { endProcess } from '../../runtime/state-file.ts';
import { startError } from '../serve/child.ts';

export interface ChildOptions {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Called with each line of its stdout, without its end; nothing more is read before it resolves. */
  readonly onLine: (line: string) => Promise<void> | undefined;
}

export class Child {
  /** Its exit code, once all it said has been read; 128 and the signal's number when one ended it, as shells say. */
  readonly ended: Promise<number>;
  readonly #running: ChildProcessByStdio<Writable, Readable, null>;
  readonly #clock: Clock;
  #isOver = false;

  /** Ctrl-C of a terminal does not reach it: it has a process group of its own, and ends when its stdin does. */
  constructor({ words, env, clock, onLine }: ChildOptions) {
    const [command, ...args] = words;
    this.#clock = clock;
    this.#running = spawn(command!, args, { env: { ...env }, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.#running.stdin.on('error', () => undefined);
    const said = eachLine(this.#running.stdout, onLine);
    this.ended = this.#end(command!, said);
    this.ended.catch(() => undefined);
  }

  /** Resolves when it has room for more, or has ended. @throws the signal's reason. */
  async write(content: string | Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.#isOver || this.#running.stdin.write(content)) return;
    await new Promise<void>((resolve, reject) => {
      const { stdin } = this.#running;
      const done = () => {
        stdin.off('drain', done).off('close', done);
        signal?.removeEventListener('abort', fail);
        resolve();
      };
      const fail = () => {
        reject(signal?.reason);
        done();
      };
      stdin.on('drain', done).on('close', done);
      signal?.addEventListener('abort', fail, { once: true });
      if (stdin.destroyed) done();
      else if (signal?.aborted) fail();
    });
  }

  /** Resolves with true once its pipe has all of it, with false when it ended before. */
  writeAll(content: string | Uint8Array): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    return new Promise((resolve) => this.#running.stdin.write(content, (error) => resolve(error == null)));
  }

  /** Nothing more comes: it may finish. */
  finish(): void {
    this.#running.stdin.end();
  }

  /** Asks it to end, and soon ends it with all it has started. */
  async kill(): Promise<void> {
    if (this.#isOver) return;
    this.#running.kill('SIGTERM');
    const patience = new AbortController();
    const grace = this.#clock.sleep(CHILD_GRACE_MS, patience.signal).catch(() => undefined);
    await Promise.race([this.ended.catch(() => undefined), grace]);
    patience.abort();
    if (!this.#isOver) this.killNow();
    await this.ended.catch(() => undefined);
  }

  /** Ends it, and all it has started, at once. */
  killNow(): void {
    const { pid } = this.#running;
    if (pid !== undefined && !this.#isOver) endProcess(-pid);
  }

  async #end(command: string, said: Promise<void>): Promise<number> {
    const code = await new Promise<number>((resolve, reject) => {
      this.#running.on('exit', (exit, signal) => resolve(exit ?? 128 + constants.signals[signal!]));
      this.#running.on('error', (error) => reject(startError(error, command)));
    });
    // What it left running may hold its stdout for ever.
    const patience = new AbortController();
    const grace = this.#clock.sleep(CHILD_GRACE_MS, patience.signal).catch(() => undefined);
    await Promise.race([said, grace]);
    patience.abort();
    this.#isOver = true;
    this.#running.stdin.destroy();
    this.#running.stdout.destroy();
    return code;
  }
}

async function eachLine(readable: Readable, onLine: ChildOptions['onLine']): Promise<void> {
  let rest = '';
  readable.setEncoding('utf8');
  try {
    for await (const piece of readable as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop()!;
      for (const line of lines) await onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (rest.length < CHILD_LINE_CHARS_MAX) continue;
      await onLine(rest);
      rest = '';
    }
  } catch {
    // Destroyed under way: whoever held it open is not waited for.
  }
  if (rest !== '') await onLine(rest);
}
