/**
 * Memory for commits. What a commit is built in becomes the arena that readers get views of; one that leaves the hot tail
 * before any reader was given a view serves a later commit. All others are left to the garbage collector.
 */
import { freshBytes } from './frame.ts';

/** Shorter blocks die young and cost the collector little. */
const REUSED_BYTES_MIN = 16_384;
/** Lengths are rounded up to this, so that commits of about one length fit in one another's memory. */
const STEP_BYTES = 4_096;
/** How much longer than asked for it may be, as a fraction. */
const SLACK = 0.25;
/** More than one is kept only up to this: what leaves the hot tail for a commit is about as long as the commit is. */
const SPARE_BYTES_MAX = 1_572_864;

export class Arenas {
  /** Those in the hot tail that readers may hold. */
  readonly #lent = new Set<Uint8Array>();
  /** The memory of some that nobody holds, the eldest first. */
  readonly #spare: ArrayBufferLike[] = [];
  #spareBytes = 0;

  /** Exactly so many bytes, with arbitrary contents. */
  take(bytes: number): Uint8Array {
    if (bytes < REUSED_BYTES_MIN) return freshBytes(bytes);
    const roomy = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
    const fits = ({ byteLength }: ArrayBufferLike) => byteLength >= roomy && byteLength <= roomy * (1 + SLACK);
    const memory = this.#unspare(this.#spare.findIndex(fits)) ?? freshBytes(roomy).buffer;
    return new Uint8Array(memory, 0, bytes);
  }

  /** A reader is given a view of it, and may hold that for as long as it likes. */
  lend(arena: Uint8Array): void {
    this.#lent.add(arena);
  }

  /** The hot tail holds it no more: no reader will be given a view of it from now on. */
  release(arena: Uint8Array): void {
    const { buffer } = arena;
    if (this.#lent.delete(arena) || buffer.byteLength < REUSED_BYTES_MIN) return;
    this.#spare.push(buffer);
    this.#spareBytes += buffer.byteLength;
    while (this.#spareBytes > SPARE_BYTES_MAX && this.#spare.length > 1) this.#unspare(0);
  }

  #unspare(i: number): ArrayBufferLike | undefined {
    if (i < 0) return undefined;
    const memory = this.#spare.splice(i, 1)[0]!;
    this.#spareBytes -= memory.byteLength;
    return memory;
  }
}
