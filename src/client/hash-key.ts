/** The hash key of a partition key, as the service computes it: the MD5 of its UTF-8, as a number. Pure. */
import { md5 } from '../model/md5.ts';

/** Keys repeat: so many are remembered before they are forgotten together. */
const REMEMBERED_MAX = 4_096;
const remembered = new Map<string, bigint>();

/** 0 to 2^128 - 1. */
export function hashKeyOf(partitionKey: string): bigint {
  const known = remembered.get(partitionKey);
  if (known !== undefined) return known;
  const bytes = Buffer.from(partitionKey);
  const words = md5(bytes, 0, bytes.length);
  let hashKey = 0n;
  for (const word of words) hashKey = (hashKey << 32n) | BigInt(word);
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(partitionKey, hashKey);
  return hashKey;
}
