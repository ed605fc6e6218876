/**
 * Encryption of runs: AES-256-GCM with keys the store is given. Each block draws 12 random bytes, which make a key of
 * its own: HMAC-SHA-256(key, "sluice block" and those bytes). Under it a run is encrypted with its shard's number as
 * the nonce (4 bytes, big endian, behind 8 zero bytes), so no nonce repeats under a key, and a run may be copied as it
 * is into a block with fewer runs. The run header, without the place of its records, is authenticated with them.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import type { Random } from '../../runtime/random.ts';
import { StoreError } from '../store.ts';
import { RUN_HEADER_BYTES, type RunHeader, viewOf, writeRunHeaderAt } from './frame.ts';

export const CIPHER_KEY_BYTES = 32;
/** Behind the encrypted records of a run. */
export const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** What a block's header says of its encrypted runs. */
export interface BlockCipherBytes {
  /** Never 0. */
  readonly keyId: number;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
}

/** A key is missing, or another was given in its place. */
export class MissingKeyError extends StoreError {
  constructor(what: string, keyId: number) {
    super('failed', `${what} was encrypted with key ${keyName(keyId)}, which is not among the keys given`);
  }
}

/** How a key is called in messages: 8 hex digits, which tell nothing of the key itself. */
function keyName(keyId: number): string {
  return keyId.toString(16).padStart(8, '0');
}

/** The number of a key: the first 4 bytes of a hash of it, little endian; 1 in place of 0. */
function keyIdOf(key: Uint8Array): number {
  return createHash('sha256').update('sluice key id').update(key).digest().readUInt32LE(0) || 1;
}

/** Keys by number; the first encrypts, all decrypt. */
export class CipherKeys {
  readonly #keys: ReadonlyMap<number, Uint8Array>;
  readonly #random: Random;
  /** Of the key that encrypts. */
  readonly keyId: number;

  /** At least one key of CIPHER_KEY_BYTES bytes. */
  constructor(keys: readonly Uint8Array[], random: Random) {
    this.#keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.#random = random;
    this.keyId = keyIdOf(keys[0]!);
  }

  holds(keyId: number): boolean {
    return this.#keys.has(keyId);
  }

  /** For a block that is being made. */
  fresh(): BlockCipher {
    return this.of({ keyId: this.keyId, nonce: this.#random.bytes(NONCE_BYTES) })!;
  }

  /** For a block that was read; undefined without its key. */
  of(bytes: BlockCipherBytes): BlockCipher | undefined {
    const key = this.#keys.get(bytes.keyId);
    return key && new BlockCipher(bytes, key);
  }
}

/** Encrypts and decrypts the runs of one block. */
export class BlockCipher {
  readonly bytes: BlockCipherBytes;
  readonly #key: Uint8Array;

  constructor(bytes: BlockCipherBytes, key: Uint8Array) {
    this.bytes = bytes;
    this.#key = createHmac('sha256', key).update('sluice block').update(bytes.nonce).digest();
  }

  /** Writes the encrypted records and their tag to `into[at..]`. `run` as its header will say. */
  seal(run: RunHeader, records: Uint8Array, { into, at }: { readonly into: Uint8Array; readonly at: number }): void {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(run), { authTagLength: TAG_BYTES });
    cipher.setAAD(authenticated(run));
    into.set(cipher.update(records), at);
    cipher.final();
    into.set(cipher.getAuthTag(), at + records.length);
  }

  /** The records of a run, in memory of their own. @throws {StoreError} 'failed' when they are not what was sealed. */
  open(run: RunHeader, sealed: Uint8Array): Uint8Array {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(run), { authTagLength: TAG_BYTES });
    decipher.setAAD(authenticated(run));
    const end = sealed.length - TAG_BYTES;
    try {
      decipher.setAuthTag(sealed.subarray(end));
      const records = decipher.update(sealed.subarray(0, end));
      decipher.final();
      return new Uint8Array(records.buffer, records.byteOffset, records.length);
    } catch (cause) {
      const text = `the records of log ${run.shard} from offset ${run.first} on do not decrypt: they were changed`;
      throw new StoreError('failed', text, { cause });
    }
  }
}

function nonceOf({ shard }: RunHeader): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  viewOf(nonce).setUint32(NONCE_BYTES - 4, shard);
  return nonce;
}

function authenticated(run: RunHeader): Uint8Array {
  const bytes = new Uint8Array(RUN_HEADER_BYTES);
  writeRunHeaderAt(viewOf(bytes), 0, { ...run, start: 0 });
  return bytes;
}
