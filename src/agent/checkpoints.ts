/**
 * The checkpoint file in the state folder. It is replaced in one step, so that at every instant a whole one is on disk:
 * a draft is written and synced, renamed over the old one, and the folder synced. A failure leaves the old one as it
 * was; delivery goes on and the next second tries again.
 */
import { AGENT_BALLAST_BYTES } from '../model/limits.ts';
import type { Disk } from '../runtime/disk.ts';
import { SluiceError, systemCode } from '../runtime/sluice-error.ts';
import { type CheckpointState, checkpointText, parseCheckpoints } from './checkpoint-lines.ts';

export interface LoadedCheckpoints extends CheckpointState {
  readonly damagedLines: number;
}

export class Checkpoints {
  readonly #disk: Disk;
  readonly #folder: string;
  #saved: string | undefined;

  /** `folder`: absolute; made when it is missing. */
  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  get path(): string {
    return `${this.#folder}/checkpoints`;
  }

  /**
   * Reads the file and shows that it can be replaced.
   * @throws {SluiceError} when the folder cannot be written, or the file is not one of ours and must not be replaced.
   */
  async load(): Promise<LoadedCheckpoints> {
    try {
      await this.#disk.makeDirectory(this.#folder);
      const loaded = await this.peek();
      // A torn file is kept as it is until there is something better: the next save.
      if (loaded.damagedLines === 0) await this.save(loaded);
      return loaded;
    } catch (error) {
      if (systemCode(error) === '' || error instanceof SluiceError) throw error;
      throw this.#unusable(error);
    }
  }

  /** Reads the file and writes nothing. @throws {SluiceError} when it is not one of ours; Node's error when it cannot be read. */
  async peek(): Promise<LoadedCheckpoints> {
    const text = await this.#read();
    const read = parseCheckpoints(text ?? checkpointText({ flows: [], files: [] }));
    if (read.kind === 'foreign') throw this.#foreign();
    return { ...read.state, damagedLines: read.damagedLines };
  }

  /** Writes the state unless it is what is there already. @throws Node's error; then the old file is untouched. */
  async save(state: CheckpointState): Promise<void> {
    const text = checkpointText(state);
    if (text === this.#saved) return;
    try {
      await this.#replace(text);
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error;
      await this.#disk.remove(this.#ballast).catch(() => undefined);
      await this.#replace(text);
    }
    this.#saved = text;
    await this.#layBallast().catch(() => undefined);
  }

  /** Writes once more what was written last. @throws Node's error; then the old file is untouched. */
  async rewrite(): Promise<void> {
    if (this.#saved !== undefined) await this.#replace(this.#saved);
  }

  get #ballast(): string {
    return `${this.#folder}/ballast`;
  }

  async #read(): Promise<string | undefined> {
    const found = await this.#disk.stat(this.path);
    if (found === undefined) return undefined;
    // A pipe has no bytes either, and opening one would wait for its writer.
    if (found.bytes === 0) return '';
    const file = await this.#disk.open(this.path, 'read');
    try {
      const bytes = new Uint8Array(await file.size());
      return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes, 0)));
    } finally {
      await file.close();
    }
  }

  async #replace(text: string): Promise<void> {
    const draft = `${this.path}.draft`;
    await this.#write(draft, new TextEncoder().encode(text));
    await this.#disk.rename(draft, this.path);
    await this.#disk.syncDirectory(this.#folder);
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    await this.#disk.remove(path).catch(() => undefined);
    const file = await this.#disk.open(path, 'create');
    try {
      for (let done = 0; done < bytes.length; ) done += await file.write(bytes.subarray(done), done);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Room that a full disk cannot take from us: given up for one checkpoint, taken again when there is space. */
  async #layBallast(): Promise<void> {
    const found = await this.#disk.stat(this.#ballast);
    if (found?.bytes !== AGENT_BALLAST_BYTES) await this.#write(this.#ballast, new Uint8Array(AGENT_BALLAST_BYTES));
  }

  #foreign(): SluiceError {
    return new SluiceError(
      'SLUICE_AGENT_CHECKPOINTS_FOREIGN',
      `${this.path} is not a checkpoint file of this version`,
      {
        hints: ['Name another folder with "sluice": {"stateDir": ...}, or move the file away.'],
      },
    );
  }

  #unusable(cause: unknown): SluiceError {
    const code = systemCode(cause);
    return new SluiceError('SLUICE_AGENT_STATE_FOLDER', `checkpoints cannot be written to ${this.#folder} (${code})`, {
      hints: ['Make the folder writable for this user, or name another one with "sluice": {"stateDir": ...}.'],
      cause,
    });
  }
}
