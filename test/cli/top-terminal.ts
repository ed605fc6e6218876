/** A real terminal for tests: tmux, of its own socket, in which bash runs with a home of its own. */
import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { Terminal } from './session.ts';

const WAIT_MS = 20_000;
const LOOK_MS = 60;

/** Why there can be no such test; undefined when there can. */
export const NO_TMUX = spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not installed';

export class TmuxPane {
  readonly shell = new Terminal();
  readonly #socket = `sluice-test-${process.pid}-${Math.random().toString(36).slice(2)}`;

  /** Starts bash in a window of that size; `env` as it would be set in a shell. */
  constructor(size: { readonly columns: number; readonly rows: number }, env: Readonly<Record<string, string>> = {}) {
    const { home } = this.shell;
    const clean: Readonly<Record<string, string>> = {
      PATH: `${home}/bin:${process.env['PATH']}`,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      TZ: 'UTC',
      PS1: 'ready$ ',
      LANG: 'C.UTF-8',
      ...env,
    };
    const words = Object.entries(clean).map(([name, value]) => `${name}=${value}`);
    const { columns, rows } = size;
    const bash = ['env', '-i', ...words, `TERM=${env['TERM'] ?? 'tmux-256color'}`, 'bash', '--norc', '--noprofile'];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', home, ...bash);
    this.#tmux('set-option', '-g', 'status', 'off');
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Keys by tmux's names: `Enter`, `Escape`, `C-c`, or text. */
  keys(...names: readonly string[]): void {
    this.#tmux('send-keys', ...names);
  }

  /** Bytes as they are, whatever they are. */
  bytes(text: string): void {
    this.#tmux('send-keys', '-H', ...Array.from(Buffer.from(text), (byte) => byte.toString(16)));
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The window's lines, without the blanks at their ends. */
  capture(): readonly string[] {
    return this.#tmux('capture-pane', '-p').replace(/\n$/, '').split('\n');
  }

  /** The same with colours, as escape sequences. */
  painted(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /** A value of tmux's own, such as `alternate_on`. */
  fact(name: string): string {
    return this.#tmux('display-message', '-p', `#{${name}}`).trim();
  }

  /** Waits until the window shows it; the test fails with what the window shows instead. */
  async shows(wanted: RegExp | ((lines: readonly string[]) => boolean)): Promise<readonly string[]> {
    const isThere = wanted instanceof RegExp ? (lines: readonly string[]) => wanted.test(lines.join('\n')) : wanted;
    for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
      const lines = this.capture();
      if (isThere(lines)) return lines;
      if (waitedMs > WAIT_MS) throw new Error(`never seen: ${wanted}\n${lines.join('\n')}`);
      await pause(LOOK_MS);
    }
  }

  close(): void {
    this.#tmux('kill-server');
    this.shell.close();
  }

  #tmux(...words: readonly string[]): string {
    return spawnSync('tmux', ['-L', this.#socket, ...words], { encoding: 'utf8', env: { ...process.env, TMUX: '' } })
      .stdout;
  }
}
