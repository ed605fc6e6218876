/** The two ids of every answer: one to quote, and one that AWS's support would ask for. */
import type { Random } from '../runtime/random.ts';

/** AWS's x-amz-id-2 decodes to 64 to 80 bytes; a number that base64 does not pad. */
const EXTENDED_BYTES = 72;
const EXTENDED_CHARS = 96;
const UUID_BYTES = 16;
const UUID_CHARS = 32;
/** Random bytes are fetched for so many answers at once. */
const FETCHED = 64;

export class RequestIds {
  readonly #random: Random;
  /** In hexadecimal, their versions and variants in place. */
  #uuids = '';
  #uuidsUsed = 0;
  #pool = '';
  #used = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** For x-amzn-RequestId: a UUID of version 4 (RFC 9562). */
  next(): string {
    if (this.#uuidsUsed === this.#uuids.length) this.#fetchUuids();
    const hex = this.#uuids;
    const at = this.#uuidsUsed;
    this.#uuidsUsed = at + UUID_CHARS;
    const [first, second] = [hex.slice(at, at + 8), hex.slice(at + 8, at + 12)];
    return `${first}-${second}-${hex.slice(at + 12, at + 16)}-${hex.slice(at + 16, at + 20)}-${hex.slice(at + 20, at + 32)}`;
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

  #fetchUuids(): void {
    const bytes = Buffer.from(this.#random.bytes(UUID_BYTES * FETCHED));
    for (let at = 0; at < bytes.length; at += UUID_BYTES) {
      bytes[at + 6] = (bytes[at + 6]! & 0x0f) | 0x40;
      bytes[at + 8] = (bytes[at + 8]! & 0x3f) | 0x80;
    }
    this.#uuids = bytes.toString('hex');
    this.#uuidsUsed = 0;
  }
}
