/** Large buffers used again and again, for bodies that come in pieces and the records in them: fresh ones keep the garbage collector busy. */

/** Holds what SDKs send as one PutRecords of 500 x 1 KiB. */
const POOLED_BYTES = 1_048_576;
/** Shorter ones cost less than a pooled one is worth. */
const POOLED_BYTES_MIN = 16_384;
const KEPT_MAX = 16;

export class BufferPool {
  readonly #kept: Buffer[] = [];

  /** At least `bytes` long, with arbitrary contents. */
  take(bytes: number): Buffer {
    if (bytes < POOLED_BYTES_MIN || bytes > POOLED_BYTES) return Buffer.allocUnsafe(bytes);
    return this.#kept.pop() ?? Buffer.allocUnsafeSlow(POOLED_BYTES);
  }

  /** Nobody may hold a view of it any more. */
  give(buffer: Buffer): void {
    if (buffer.length === POOLED_BYTES && this.#kept.length < KEPT_MAX) this.#kept.push(buffer);
  }
}
