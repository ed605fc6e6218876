/** An ext4 of its own in a file, mounted over a loop device: it can be filled, made read-only and lose its power. Root only. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What `missing` has to find. */
export const DISK_NEEDS = { root: true, commands: ['mkfs.ext4', 'losetup', 'mount', 'umount', 'e2fsck'] };

export class MountedDisk {
  readonly path: string;
  readonly #image: string;
  #device = '';

  /** `folder` goes with the test file; the image is sparse. */
  constructor(folder: string, name: string, bytes: number) {
    this.#image = join(folder, `${name}.ext4`);
    this.path = join(folder, name);
    writeFileSync(this.#image, '');
    truncateSync(this.#image, bytes);
    mkdirSync(this.path);
    execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1', this.#image]);
    this.mount();
  }

  mount(): void {
    const device = execFileSync('losetup', ['--find', '--show', this.#image], { encoding: 'utf8' }).trim();
    const mounted = spawnSync('mount', ['-o', 'errors=remount-ro', device, this.path], { encoding: 'utf8' });
    // The device goes with the mount.
    spawnSync('losetup', ['--detach', device]);
    if (mounted.status !== 0) throw new Error(`mount ${device}: ${mounted.stderr}`);
    this.#device = basename(device);
  }

  unmount(): void {
    execFileSync('umount', [this.path]);
  }

  /** Looks after it as a start of the machine does, then mounts it again. */
  mend(): void {
    spawnSync('e2fsck', ['-p', this.#image]);
    this.mount();
  }

  /** The file system meets an error and makes itself read-only. */
  failReadOnly(): void {
    writeFileSync(`/sys/fs/ext4/${this.#device}/trigger_fs_error`, 'a test');
    if (!/[ ,](emergency_)?ro[ ,]/.test(this.#mountLine())) throw new Error(`not read-only: ${this.#mountLine()}`);
  }

  #mountLine(): string {
    return (
      readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .find((line) => line.includes(` ${this.path} `)) ?? ''
    );
  }

  /** Takes all room but about `leftBytes`. */
  fill(leftBytes: number): void {
    const filler = join(this.path, 'filler');
    let taken = 0;
    for (let piece = 2 ** 31; piece >= 4_096; piece /= 2) {
      const words = ['-o', String(taken), '-l', String(piece), filler];
      while (spawnSync('fallocate', words).status === 0) {
        taken += piece;
        words[1] = String(taken);
      }
    }
    truncateSync(filler, Math.max(0, taken - leftBytes));
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(join(this.path, 'filler'));
  }
}
