/** Partition keys that mean nothing: as text, or straight into the bytes of a request. Pure but for the randomness given. */
import type { Random } from '../runtime/random.ts';

/** Characters of the longest one. */
export const RANDOM_KEY_CHARS_MAX = 16;

const WHOLES = 1_000_000;
const FRACTIONS_MIN = 100_000_000;
const FRACTIONS_MAX = 1_000_000_000;
const POINT = 0x2e;
const DIGIT_0 = 0x30;

/** The text of a number below a million, as Kinesis Agent gives: six digits or fewer, a point, nine digits. */
export function randomKey(random: Random): string {
  // Two whole numbers are told in a tenth of the time that the shortest text of a fraction takes.
  return `${wholePart(random)}.${fractionPart(random)}`;
}

/** Writes one into `out` at `at`; returns where it ends. No text is made. */
export function writeRandomKey(out: Uint8Array, at: number, random: Random): number {
  const point = writeDigits(out, at, wholePart(random));
  out[point] = POINT;
  return writeDigits(out, point + 1, fractionPart(random));
}

function wholePart(random: Random): number {
  return Math.floor(random.fraction() * WHOLES);
}

function fractionPart(random: Random): number {
  return FRACTIONS_MIN + Math.floor(random.fraction() * (FRACTIONS_MAX - FRACTIONS_MIN));
}

function writeDigits(out: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let bound = 10; bound <= value; bound *= 10) end++;
  // Whole numbers of 32 bits are divided in half the time.
  let rest = value | 0;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    out[i] = DIGIT_0 + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}
