/**
 * Shard iterators: opaque tokens that name a place in one shard of one incarnation of a stream. Decoded they are 152 to
 * 280 bytes in steps of 16, as AWS's are. Pure.
 *
 *   plaintext (big endian): issued f64 | stream id f64 | offset f64 | shard index u32 | name length u8 | name | zeros
 */
import { openToken, sealToken, TOKEN_OVERHEAD_BYTES } from './sealed-token.ts';
import type { Offset } from './shard-key.ts';
import type { EpochMs } from './time.ts';

export interface ShardIterator {
  readonly issuedMs: EpochMs;
  readonly streamId: number;
  /** Of the stream, for the text that says it is gone. ASCII, at most 128 characters. */
  readonly streamName: string;
  readonly shardIndex: number;
  /** Reading begins at the first record at or after it. */
  readonly offset: Offset;
}

const PURPOSE = 'shard iterator';
const NAME_AT = 29;
const DECODED_BYTES_MIN = 152;
const DECODED_STEP = 16;

/** The token of an iterator. `nonce` is TOKEN_NONCE_BYTES random bytes, so two tokens of one place differ. */
export function sealIterator(key: Uint8Array, iterator: ShardIterator, nonce: Uint8Array): string {
  const decoded = TOKEN_OVERHEAD_BYTES + NAME_AT + iterator.streamName.length;
  const steps = Math.max(0, Math.ceil((decoded - DECODED_BYTES_MIN) / DECODED_STEP));
  const plaintext = Buffer.alloc(DECODED_BYTES_MIN + steps * DECODED_STEP - TOKEN_OVERHEAD_BYTES);
  plaintext.writeDoubleBE(iterator.issuedMs, 0);
  plaintext.writeDoubleBE(iterator.streamId, 8);
  plaintext.writeDoubleBE(iterator.offset, 16);
  plaintext.writeUInt32BE(iterator.shardIndex, 24);
  plaintext.writeUInt8(iterator.streamName.length, 28);
  plaintext.write(iterator.streamName, NAME_AT, 'latin1');
  return sealToken({ key, purpose: PURPOSE }, plaintext, nonce);
}

/** The iterator of a token; undefined when it is none of ours. */
export function openIterator(key: Uint8Array, token: string): ShardIterator | undefined {
  const opened = openToken({ key, purpose: PURPOSE }, token);
  if (opened === undefined) return undefined;
  const plaintext = Buffer.from(opened.buffer, opened.byteOffset, opened.byteLength);
  return {
    issuedMs: plaintext.readDoubleBE(0),
    streamId: plaintext.readDoubleBE(8),
    offset: plaintext.readDoubleBE(16) as Offset,
    shardIndex: plaintext.readUInt32BE(24),
    streamName: plaintext.toString('latin1', NAME_AT, NAME_AT + plaintext.readUInt8(28)),
  };
}
