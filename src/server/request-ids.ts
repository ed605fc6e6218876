/** The two ids of every answer: one to quote, and one that AWS's support would ask for. */
import type { Random } from '../runtime/random.ts';

/** AWS's x-amz-id-2 decodes to 64 to 80 bytes. */
const EXTENDED_BYTES = 72;
/** Random bytes are fetched for so many answers at once. */
const FETCHED = 64;

export class RequestIds {
  readonly #random: Random;
  #pool: Uint8Array = new Uint8Array(0);
  #used = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** For x-amzn-RequestId. */
  next(): string {
    return this.#random.uuid();
  }

  /** For x-amz-id-2. */
  extended(): string {
    if (this.#used === this.#pool.length) {
      this.#pool = this.#random.bytes(EXTENDED_BYTES * FETCHED);
      this.#used = 0;
    }
    this.#used += EXTENDED_BYTES;
    return Buffer.from(this.#pool.buffer, this.#pool.byteOffset + this.#used - EXTENDED_BYTES, EXTENDED_BYTES).toString(
      'base64',
    );
  }
}
