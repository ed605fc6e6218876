/**
 * Opaque tokens that a caller brings back: encrypted and authenticated with AES-256-GCM, so that they hold what we put
 * in and nothing else. Decoded: 8 bytes 00 00 00 00 00 00 00 01, as AWS's begin, then nonce, tag and ciphertext. Pure.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

export const TOKEN_KEY_BYTES = 32;
export const TOKEN_NONCE_BYTES = 12;
const PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1);
const TAG_BYTES = 16;
/** Bytes of a decoded token beside the plaintext. */
export const TOKEN_OVERHEAD_BYTES = PREFIX.length + TOKEN_NONCE_BYTES + TAG_BYTES;

export interface Sealing {
  /** TOKEN_KEY_BYTES secret bytes. */
  readonly key: Uint8Array;
  /** What the token is for. One made for another purpose does not open. */
  readonly purpose: string;
}

/** The token in base64. `nonce` is TOKEN_NONCE_BYTES random bytes, fresh for each token. */
export function sealToken(sealing: Sealing, plaintext: Uint8Array, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', sealing.key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(sealing.purpose));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([PREFIX, nonce, cipher.getAuthTag(), ciphertext]).toString('base64');
}

/** What was sealed; undefined when the token is damaged, foreign or for another purpose. */
export function openToken(sealing: Sealing, token: string): Uint8Array | undefined {
  const bytes = Buffer.from(token, 'base64');
  if (bytes.length < TOKEN_OVERHEAD_BYTES || bytes.toString('base64') !== token) return undefined;
  if (bytes.compare(PREFIX, 0, PREFIX.length, 0, PREFIX.length) !== 0) return undefined;
  const tagAt = PREFIX.length + TOKEN_NONCE_BYTES;
  const nonce = bytes.subarray(PREFIX.length, tagAt);
  const decipher = createDecipheriv('aes-256-gcm', sealing.key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(sealing.purpose));
  decipher.setAuthTag(bytes.subarray(tagAt, TOKEN_OVERHEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(TOKEN_OVERHEAD_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
