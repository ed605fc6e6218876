/** Compressed data: told by their first bytes, inflated up to a bound. Pure. */
import * as zlib from 'node:zlib';
import { DECODED_BYTES_MAX } from '../../model/limits.ts';

export type Compression = 'gzip' | 'zlib' | 'zstd';

type Inflate = (data: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Asked for when it is needed: Node's part takes milliseconds to load. */
const INFLATE: Readonly<Record<Compression, () => Inflate | undefined>> = {
  gzip: () => zlib.gunzipSync,
  zlib: () => zlib.inflateSync,
  zstd: () => (zlib as { readonly zstdDecompressSync?: Inflate }).zstdDecompressSync,
};

/** Whether this Node knows zstd. */
export function hasZstd(): boolean {
  return INFLATE.zstd() !== undefined;
}

/** How data are compressed, as far as their first bytes tell. */
export function compressionOf(data: Uint8Array): Compression | undefined {
  switch (data[0]) {
    case 0x1f:
      return data[1] === 0x8b ? 'gzip' : undefined;
    case 0x28:
      return data[1] === 0xb5 && data[2] === 0x2f && data[3] === 0xfd ? 'zstd' : undefined;
    case 0x78:
      return data.length > 2 && (0x7800 + data[1]!) % 31 === 0 ? 'zlib' : undefined;
    default:
      return undefined;
  }
}

/** The data inflated, or why they cannot be. */
export function inflate(data: Uint8Array, kind: Compression): Uint8Array | string {
  const run = INFLATE[kind]();
  if (run === undefined) return 'zstd, which this Node cannot decode';
  try {
    return run(data, { maxOutputLength: DECODED_BYTES_MAX });
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLong ? `${kind} of more than ${DECODED_BYTES_MAX} bytes` : `no ${kind}`;
  }
}
