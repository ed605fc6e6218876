/** Explicit hash keys from decimal digits, without a BigInt. Pure. */

/** 10^1 to 10^4 digits at a time fit a limb of 16 bits. */
const DIGITS_AT_ONCE = 4;
const POWERS = [1, 10, 100, 1_000, 10_000] as const;
const LIMBS = 8;
const LIMB = 65_536;
const DIGITS_MAX = 39;

/** The number under way, least significant limb first. Nothing in here waits. */
const limbs = new Uint32Array(LIMBS);

/**
 * Writes the number as 16 bytes, big endian, to `into[at..]`. False, with those bytes undefined, when the text is not
 * digits without leading zeros or the number is 2^128 or above.
 */
export function writeHashKey(digits: string, into: Uint8Array, at: number): boolean {
  const { length } = digits;
  if (length === 0 || length > DIGITS_MAX || (length > 1 && digits.charCodeAt(0) === 0x30)) return false;
  limbs.fill(0);
  for (let from = 0; from < length; from += DIGITS_AT_ONCE) {
    const to = Math.min(from + DIGITS_AT_ONCE, length);
    let part = 0;
    for (let i = from; i < to; i++) {
      const digit = digits.charCodeAt(i) - 0x30;
      if (!(digit >= 0 && digit <= 9)) return false;
      part = part * 10 + digit;
    }
    if (!shiftIn(POWERS[to - from]!, part)) return false;
  }
  for (let i = 0; i < LIMBS; i++) {
    const limb = limbs[LIMBS - 1 - i]!;
    into[at + 2 * i] = limb >> 8;
    into[at + 2 * i + 1] = limb & 0xff;
  }
  return true;
}

/** limbs = limbs * power + part; false when that needs more than 128 bits. */
function shiftIn(power: number, part: number): boolean {
  let carry = part;
  for (let i = 0; i < LIMBS; i++) {
    const sum = limbs[i]! * power + carry;
    limbs[i] = sum % LIMB;
    carry = Math.floor(sum / LIMB);
  }
  return carry === 0;
}
