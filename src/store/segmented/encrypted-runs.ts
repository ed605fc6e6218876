/** Blocks with encrypted runs: made from plain ones when a commit is built, and read back run by run. */
import { RECORD_FLAG, type RecordBlock } from '../../model/record-batch.ts';
import type { Block } from './block-reader.ts';
import { type BlockCipher, type BlockCipherBytes, type CipherKeys, MissingKeyError, TAG_BYTES } from './cipher.ts';
import {
  BLOCK_HEADER_BYTES,
  freshBytes,
  RUN_FLAG,
  RUN_HEADER_BYTES,
  readRunHeader,
  recordsIn,
  runEnd,
  runRecords,
  viewOf,
  writeRunHeader,
} from './frame.ts';

/** Whether a run is to be encrypted on the disk: a record of it came in as one that is. */
export function isSecret({ arena, starts, count }: RecordBlock): boolean {
  for (let i = 0; i < count; i++) if (arena[starts[i]! + 2]! & RECORD_FLAG.ENCRYPTED) return true;
  return false;
}

/** A block without its header, as it goes to the disk: the runs of which `secret` says so are encrypted. */
export function encryptRuns(plain: Uint8Array, secret: readonly boolean[], cipher: BlockCipher): Uint8Array {
  const source = viewOf(plain);
  const tags = secret.filter(Boolean).length * TAG_BYTES;
  const block = freshBytes(plain.length + tags);
  const view = viewOf(block);
  let at = BLOCK_HEADER_BYTES + secret.length * RUN_HEADER_BYTES;
  for (const [i, isSecretRun] of secret.entries()) {
    const run = readRunHeader(source, i);
    const end = i + 1 < secret.length ? readRunHeader(source, i + 1).start : plain.length;
    const records = plain.subarray(run.start, end);
    const header = { ...run, start: at, flags: isSecretRun ? run.flags | RUN_FLAG.ENCRYPTED : run.flags };
    writeRunHeader(view, i, header);
    if (isSecretRun) cipher.seal(header, records, { into: block, at });
    else block.set(records, at);
    at += records.length + (isSecretRun ? TAG_BYTES : 0);
  }
  return block;
}

/**
 * The records of run `i`: views of the block, or of what was decrypted.
 * @throws {MissingKeyError}
 * @throws {StoreError} 'failed' when the run is not what was written.
 */
export function openRun({ bytes, header }: Block, i: number, keys: CipherKeys | undefined): RecordBlock {
  const view = viewOf(bytes);
  const run = readRunHeader(view, i);
  if ((run.flags & RUN_FLAG.ENCRYPTED) === 0) return runRecords(bytes, i);
  const cipher = cipherOf(header.cipher, keys, `log ${run.shard}`);
  const arena = cipher.open(run, bytes.subarray(run.start, runEnd(view, i)));
  return recordsIn(arena, { from: 0, to: arena.length }, run);
}

/** Whether any run of the block is encrypted. */
export function holdsEncryptedRuns({ header }: Block): boolean {
  return header.cipher !== undefined;
}

function cipherOf(bytes: BlockCipherBytes | undefined, keys: CipherKeys | undefined, what: string): BlockCipher {
  const cipher = bytes && keys?.of(bytes);
  if (cipher === undefined) throw new MissingKeyError(what, bytes?.keyId ?? 0);
  return cipher;
}
