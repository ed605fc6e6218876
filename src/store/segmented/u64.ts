/**
 * Whole numbers up to 2^53 in eight bytes, little endian, without BigInt.
 */
const HIGH = 2 ** 32;

/** Writes `value` (whole, 0 to 2^53 - 1) at byte `at`. */
export function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % HIGH, true);
  view.setUint32(at + 4, Math.floor(value / HIGH), true);
}

/** The number at byte `at`; beyond 2^53 it is not exact, which only damaged bytes reach. */
export function readU64(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  // Most are small, and stay the small integers that V8 keeps without a box.
  return high === 0 ? low : low + high * HIGH;
}
