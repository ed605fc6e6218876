/**
 * Copies of files that are still written to. A rotation by copytruncate first copies, then truncates; a backup only
 * copies. Until the original is truncated, or long enough is not, a copy is held open and not read, so that it cannot
 * get lost by being compressed and removed meanwhile. Of very many only some are open.
 */
import { AGENT_BACKUP_BYTES_MIN, AGENT_COPIES_OPEN_MAX, AGENT_COPY_WAIT_MS } from '../model/limits.ts';
import type { LogFile, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { likeness } from './identity.ts';
import type { FoundFile } from './rotation.ts';
import type { Tailer } from './tailer.ts';

interface HeldCopy {
  readonly path: string;
  readonly original: Tailer;
  /** undefined: it is opened when it is needed. */
  readonly file: LogFile | undefined;
  bytes: number;
  /** Monotonic; since it was found or grew last. */
  sinceMs: number;
}

/** A file that may be a copy. */
export interface FoundPath {
  readonly path: string;
}

export class Copies {
  readonly #files: LogFiles;
  #held: HeldCopy[] = [];

  constructor(files: LogFiles) {
    this.#files = files;
  }

  /**
   * Takes notice of a copy found on a walk. 'hold': leave it alone for now. 'backup': the original lives on, the copy
   * has nothing new. 'deliver': too small to be sure, so it is read like any new file.
   */
  async note(found: FoundFile, original: Tailer, nowMs: number): Promise<'hold' | 'backup' | 'deliver'> {
    const held = this.#held.find((one) => one.path === found.path && one.original === original);
    if (held === undefined) {
      const isOne = this.#held.length < AGENT_COPIES_OPEN_MAX;
      const file = isOne ? await this.#open(found.path) : undefined;
      if (isOne && file === undefined) return 'hold';
      this.#held.push({ path: found.path, original, file, bytes: found.bytes, sinceMs: nowMs });
      return 'hold';
    }
    if (held.bytes !== found.bytes) {
      held.bytes = found.bytes;
      held.sinceMs = nowMs;
    }
    if (nowMs - held.sinceMs < AGENT_COPY_WAIT_MS) return 'hold';
    await this.#drop(held);
    return found.bytes >= AGENT_BACKUP_BYTES_MIN ? 'backup' : 'deliver';
  }

  /** Forgets what is held of a path that turned out to be a file of its own. */
  async forget(path: string): Promise<void> {
    for (const held of this.#held.filter((one) => one.path === path)) await this.#drop(held);
  }

  /**
   * Moves a tailer whose file was truncated to the longest copy of what it was reading, among those held and those
   * just found; undefined when none of them holds it. Other copies of it are let go.
   */
  async adopt(original: Tailer, found: readonly FoundPath[]): Promise<FoundPath | undefined> {
    const held = this.#held.filter((one) => one.original === original);
    this.#held = this.#held.filter((one) => one.original !== original);
    const fresh = found.filter(({ path }) => !held.some((one) => one.path === path));
    let best: { readonly file: LogFile; readonly place: Place } | undefined;
    for (const { path, file: open } of [...held, ...fresh.map(({ path }) => ({ path, file: undefined }))]) {
      const file = open ?? (await this.#open(path));
      if (file === undefined) continue;
      const place = await placeOf(path, file, original);
      if (place !== undefined && place.size > (best?.place.size ?? 0)) {
        await best?.file.close();
        best = { file, place };
      } else await file.close();
    }
    if (best === undefined) return undefined;
    await original.moveTo(best.file, best.place);
    return best.place;
  }

  /** True while it is not decided what some copies are. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Lets go of copies whose original is no more. */
  async retain(tailers: ReadonlySet<Tailer>): Promise<void> {
    for (const held of this.#held.filter((one) => !tailers.has(one.original))) await this.#drop(held);
  }

  async close(): Promise<void> {
    for (const held of this.#held.splice(0)) await held.file?.close();
  }

  async #drop(held: HeldCopy): Promise<void> {
    this.#held = this.#held.filter((one) => one !== held);
    await held.file?.close();
  }

  async #open(path: string): Promise<LogFile | undefined> {
    try {
      return await this.#files.open(path);
    } catch (error) {
      if (systemCode(error) === '') throw error;
      return undefined;
    }
  }
}

type Place = Parameters<Tailer['moveTo']>[1];

/** The copy as a place to read on, when it holds what was read of the original. */
async function placeOf(path: string, file: LogFile, original: Tailer): Promise<Place | undefined> {
  const facts = await file.facts();
  const { kind } = await likeness(file, facts.bytes, original.prints);
  return kind === 'none' ? undefined : { path, identity: facts, size: facts.bytes };
}
