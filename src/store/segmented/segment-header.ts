/**
 * The first 4 KiB of a segment file. Little endian; bytes not named are zero and reserved.
 *
 *   0        8       10      12           16           24     28           32           48          56
 *   magic  | major | minor | checksum id | segment id | lane | generation | store uuid | createdMs | cipher bytes | ... | crc at 4092
 *   8 B      u16     u16     u32           u64          u32    u32          16 B         u64         u32+u32+16 B         u32
 *
 * generation counts how often the segment was written again. Cipher bytes: id (1: AES-256-GCM), key id, and a nonce that
 * is reserved; all are zero in a segment without encrypted runs. With them, no run uses another key.
 */
import { crc32 } from 'node:zlib';
import { StoreError } from '../store.ts';
import { type SegmentName, viewOf } from './frame.ts';
import { readU64, writeU64 } from './u64.ts';

export const SEGMENT_HEADER_BYTES = 4_096;
const CRC_AT = SEGMENT_HEADER_BYTES - 4;
/** "SLUICSEG" in the file. */
const MAGIC_LOW = 0x49554c53;
const MAGIC_HIGH = 0x47455343;
/** Raised when older programs could not read what newer ones write. */
export const FORMAT_MAJOR = 1;
/** Raised when older programs can read on, but must not write: they refuse to open the store, as opening writes. */
export const FORMAT_MINOR = 1;
/** CRC-32 as zlib computes it. 2 is kept for CRC-32C. */
const CHECKSUM_CRC32 = 1;
/** Runs may be encrypted as cipher.ts says. Programs that know no cipher refuse the segment. */
const CIPHER_AES_256_GCM = 1;

export interface SegmentHeader extends SegmentName {
  readonly minor: number;
  readonly uuid: string;
  readonly createdMs: number;
  /** The key of its encrypted runs, if there are any; 0: there are none. */
  readonly keyId: number;
}

/** A header that is not what was written, or not there. */
export class DamagedHeaderError extends StoreError {
  constructor(message: string) {
    super('failed', message);
    this.name = 'DamagedHeaderError';
  }
}

/** A newer program wrote it, in a format that this one may not go on with. */
export class UnknownFormatError extends StoreError {
  constructor(file: string, format: string) {
    super(
      'failed',
      `${file}: written in format ${format}, this program knows ${FORMAT_MAJOR}.0 to ${FORMAT_MAJOR}.${FORMAT_MINOR}: use a newer one`,
    );
    this.name = 'UnknownFormatError';
  }
}

/** The 4 KiB of a header. */
export function encodeSegmentHeader(header: Omit<SegmentHeader, 'minor'>): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, MAGIC_LOW, true);
  view.setUint32(4, MAGIC_HIGH, true);
  view.setUint16(8, FORMAT_MAJOR, true);
  view.setUint16(10, FORMAT_MINOR, true);
  view.setUint32(12, CHECKSUM_CRC32, true);
  writeU64(view, 16, header.id);
  view.setUint32(28, header.generation, true);
  bytes.set(Buffer.from(header.uuid.replaceAll('-', ''), 'hex'), 32);
  writeU64(view, 48, header.createdMs);
  view.setUint32(56, header.keyId === 0 ? 0 : CIPHER_AES_256_GCM, true);
  view.setUint32(60, header.keyId, true);
  view.setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)), true);
  return bytes;
}

/**
 * Reads a header back. `file` is for the message.
 * @throws {DamagedHeaderError}
 * @throws {UnknownFormatError} for an unknown major, or checksum, or cipher; a newer minor can be read.
 */
export function decodeSegmentHeader(bytes: Uint8Array, file: string): SegmentHeader {
  if (bytes.length < SEGMENT_HEADER_BYTES) throw new DamagedHeaderError(`${file}: shorter than its header`);
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== MAGIC_LOW || view.getUint32(4, true) !== MAGIC_HIGH) {
    throw new DamagedHeaderError(`${file}: not a segment: it does not start with SLUICSEG`);
  }
  const major = view.getUint16(8, true);
  const minor = view.getUint16(10, true);
  if (major !== FORMAT_MAJOR) throw new UnknownFormatError(file, `${major}.${minor}`);
  if (view.getUint32(CRC_AT, true) !== crc32(bytes.subarray(0, CRC_AT))) {
    throw new DamagedHeaderError(`${file}: the segment header is damaged`);
  }
  if (view.getUint32(12, true) !== CHECKSUM_CRC32 || view.getUint32(56, true) > CIPHER_AES_256_GCM) {
    throw new UnknownFormatError(file, `${major}.${minor} with a checksum or cipher of another kind`);
  }
  const hex = Buffer.from(bytes.subarray(32, 48)).toString('hex');
  return {
    id: readU64(view, 16),
    generation: view.getUint32(28, true),
    minor,
    uuid: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    createdMs: readU64(view, 48),
    keyId: view.getUint32(60, true),
  };
}
