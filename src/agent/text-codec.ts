/** Bytes and text of records: what the file's encoding makes of each other. Pure. */

const encoder = new TextEncoder();
const SURROGATE_LEAD = 0xed;
/** Its two or three bytes, as Latin-1. */
const SURROGATE_HALF = /\xed[\xa0-\xbf][\x80-\xbf]?/g;

/**
 * Text of UTF-8; what is none becomes U+FFFD, a byte order mark stays. One U+FFFD stands where Java has one: for half of
 * a surrogate pair too, where JavaScript has one a byte.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd') || !buffer.includes(SURROGATE_LEAD)) return text;
  return Buffer.from(buffer.toString('latin1').replace(SURROGATE_HALF, '\xff'), 'latin1').toString('utf8');
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** UTF-8 of bytes in the encoding that a flow's file is in. `isHead`: at the file's first byte, where a mark may stand. */
export function transcode(
  bytes: Uint8Array,
  encoding: 'raw' | 'utf8' | 'latin1' | 'utf16le',
  isHead: boolean,
): Uint8Array {
  if (encoding === 'raw') return bytes;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString(encoding);
  return encoder.encode(isHead && text.startsWith('\ufeff') && encoding !== 'latin1' ? text.slice(1) : text);
}
