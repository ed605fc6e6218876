/** Records over the limit: cut with a terminator as Kinesis Agent does, or split. Pure. */

/**
 * The largest place at or before `limit` that does not cut a UTF-8 character in two; `limit` itself where the bytes
 * around it are no UTF-8.
 */
export function characterBorder(bytes: Uint8Array, limit: number): number {
  if (limit >= bytes.length) return bytes.length;
  for (let lead = limit - 1; lead >= 0 && lead >= limit - 3; lead--) {
    const byte = bytes[lead]!;
    if (byte < 0x80) return limit;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return lead > 0 && lead + length > limit && isContinued(bytes, lead, length) ? lead : limit;
  }
  return limit;
}

function isContinued(bytes: Uint8Array, lead: number, length: number): boolean {
  for (let i = lead + 1; i < lead + length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}

export interface CutOptions {
  /** Bytes of the result. */
  readonly limit: number;
  readonly terminator: Uint8Array;
  /** Cut exactly at the limit, be it inside a character. */
  readonly exact: boolean;
}

/** The beginning of `data` with the terminator, at most `limit` bytes in all. */
export function cutRecord(data: Uint8Array, { limit, terminator, exact }: CutOptions): Uint8Array {
  const room = Math.max(0, limit - terminator.length);
  const kept = exact ? room : characterBorder(data, room);
  const cut = new Uint8Array(kept + terminator.length);
  cut.set(data.subarray(0, kept));
  cut.set(terminator, kept);
  return cut;
}

/** Parts of at most `limit` bytes that together are `data`. */
export function splitRecord(data: Uint8Array, limit: number): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let rest = data; rest.length > 0; ) {
    const cut = characterBorder(rest, limit);
    parts.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  return parts;
}
