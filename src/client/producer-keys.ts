/** Partition keys by chance, cheap by the million: 16 hexadecimal digits each. */
import type { Random } from '../runtime/random.ts';
import type { KeySource } from '../wire/put-records-request.ts';

const KEY_CHARS = 16;
/** Keys made at once. */
const KEYS = 1_024;

/** Keys of 64 bits of `random`. */
export function randomKeys(random: Random): KeySource {
  let digits = new Uint8Array(0);
  let at = 0;
  return {
    length: KEY_CHARS,
    writeKey(into, to) {
      if (at === digits.length) {
        digits = Buffer.from(Buffer.from(random.bytes((KEYS * KEY_CHARS) / 2)).toString('hex'));
        at = 0;
      }
      for (let i = 0; i < KEY_CHARS; i++) into[to + i] = digits[at + i]!;
      at += KEY_CHARS;
    },
  };
}
