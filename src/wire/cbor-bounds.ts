/**
 * Whether CBOR bytes are one complete item, before anything is built from them: a list that claims more items than there
 * are bytes would otherwise be allocated first. Pure. Source: RFC 8949, appendix C.
 */

/** Deeper nesting than any operation declares, and far from what the stack holds. */
const DEPTH_MAX = 64;
const BREAK = 0xff;
const TEXT = 3;
const MAP = 5;

/** True when `bytes` hold exactly one well-formed item, without big numbers. */
export function isOneCborItem(bytes: Uint8Array): boolean {
  return itemEnd(bytes, 0, 0) === bytes.length;
}

/**
 * Position behind the item at `at`: beyond the bytes when it is incomplete, NaN when it is malformed or too deep.
 * Comparisons with NaN are false.
 */
function itemEnd(bytes: Uint8Array, at: number, depth: number): number {
  if (!(at < bytes.length) || depth > DEPTH_MAX) return Number.NaN;
  const major = bytes[at]! >> 5;
  const minor = bytes[at]! & 0x1f;
  if (minor === 31) return major >= 2 && major <= 5 ? indefiniteEnd(bytes, { at: at + 1, depth, major }) : Number.NaN;
  if (minor > 27) return Number.NaN;
  const argumentBytes = minor < 24 ? 0 : 1 << (minor - 24);
  const next = at + 1 + argumentBytes;
  if (next > bytes.length) return Number.NaN;
  if (major < 2 || major === 7) return next;
  if (major === 6) return isBigNumberTag(minor) ? Number.NaN : itemEnd(bytes, next, depth + 1);
  const length = argumentBytes === 0 ? minor : bigEndian(bytes, at + 1, next);
  if (major < 4) return next + length;
  return itemsEnd(bytes, { at: next, depth, major, length });
}

/** No operation takes big integers or decimals, and the decoder needs quadratic time for them. */
function isBigNumberTag(tag: number): boolean {
  return tag >= 2 && tag <= 4;
}

function bigEndian(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 256 + bytes[at]!;
  return value;
}

interface Items {
  /** Of the first item. */
  readonly at: number;
  readonly depth: number;
  /** Of what they are in. */
  readonly major: number;
}

function itemsEnd(bytes: Uint8Array, { at, depth, major, length }: Items & { readonly length: number }): number {
  let end = at;
  for (let i = 0; i < length && end <= bytes.length; i++) {
    if (major === MAP) end = keyEnd(bytes, end, depth);
    end = itemEnd(bytes, end, depth + 1);
  }
  return end;
}

/** The decoder takes whatever stands in a key's place for a text. */
function keyEnd(bytes: Uint8Array, at: number, depth: number): number {
  return bytes[at]! >> 5 === TEXT ? itemEnd(bytes, at, depth + 1) : Number.NaN;
}

/** Items up to the break; the pieces of a string are definite strings of its own kind. */
function indefiniteEnd(bytes: Uint8Array, { at, depth, major }: Items): number {
  let end = at;
  while (end < bytes.length && bytes[end] !== BREAK) {
    if (major < 4 && (bytes[end]! >> 5 !== major || (bytes[end]! & 0x1f) === 31)) return Number.NaN;
    if (major === MAP) end = keyEnd(bytes, end, depth);
    end = itemEnd(bytes, end, depth + 1);
  }
  return end < bytes.length ? end + 1 : Number.NaN;
}
