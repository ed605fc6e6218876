/** Bytes and text of records: what the file's encoding makes of each other. Pure. */

const encoder = new TextEncoder();

/** Text of UTF-8; what is none becomes U+FFFD, a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
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
