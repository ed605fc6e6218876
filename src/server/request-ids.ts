/** The two ids of every answer: one to quote, and one that AWS's support would ask for. */
import type { Random } from '../runtime/random.ts';

/** AWS's x-amz-id-2 decodes to 64 to 80 bytes; a number that base64 does not pad. */
const EXTENDED_BYTES = 72;
const EXTENDED_CHARS = 96;
/** Random bytes are fetched for so many answers at once. */
const FETCHED = 64;

export class RequestIds {
  readonly #random: Random;
  #pool = '';
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
      this.#pool = Buffer.from(this.#random.bytes(EXTENDED_BYTES * FETCHED)).toString('base64');
      this.#used = 0;
    }
    this.#used += EXTENDED_CHARS;
    return this.#pool.slice(this.#used - EXTENDED_CHARS, this.#used);
  }
}
