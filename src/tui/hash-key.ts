/** The hash key of a partition key, and where it lies in the space. Pure. */
import { HASH_KEY_MAX } from '../model/limits.ts';
import { md5 } from '../model/md5.ts';

const encoder = new TextEncoder();
const SPACE_STEPS = 1n << 52n;

/** MD5 as one big endian number. */
export function hashKeyOf(partitionKey: string): bigint {
  const bytes = encoder.encode(partitionKey);
  let key = 0n;
  for (const word of md5(bytes, 0, bytes.length)) key = (key << 32n) | BigInt(word);
  return key;
}

/** A hash key's place in the space, 0 to 1. */
export function spaceShare(key: bigint): number {
  return Number((key * SPACE_STEPS) / (HASH_KEY_MAX + 1n)) / Number(SPACE_STEPS);
}
