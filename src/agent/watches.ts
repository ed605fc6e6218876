/** The directories of a flow that the system is asked to tell about. */
import { AGENT_WATCHES_MAX } from '../model/limits.ts';
import type { LogFiles, WatchHint } from '../runtime/log-files.ts';

export class Watches {
  readonly #files: LogFiles;
  readonly #onHint: (directory: string, hint: WatchHint) => void;
  readonly #ends = new Map<string, () => void>();

  constructor(files: LogFiles, onHint: (directory: string, hint: WatchHint) => void) {
    this.#files = files;
    this.#onHint = onHint;
  }

  /** Watches these and no others; of very many only the first ones. */
  keep(directories: readonly string[]): void {
    const wanted = new Set(directories.slice(0, AGENT_WATCHES_MAX));
    for (const [directory, end] of this.#ends) {
      if (wanted.has(directory)) continue;
      end();
      this.#ends.delete(directory);
    }
    for (const directory of wanted) {
      if (this.#ends.has(directory)) continue;
      this.#ends.set(
        directory,
        this.#files.watch(directory, (hint) => this.#onHint(directory, hint)),
      );
    }
  }

  close(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
  }
}
