/** Hash ranges of a stream to make, as people write them down. Pure. */
import { canSplitAt } from '../../model/hash-range.ts';
import { HASH_KEY_MAX } from '../../model/limits.ts';
import { usageError } from '../cli-error.ts';

/**
 * Where ranges begin, but for the first, ascending: of lines that hold the first hash key of a range each, of a JSON list
 * of them, or of shards as ListShards gives them. `name`: of the file, for complaints.
 */
export function rangeStarts(text: string, name: string): readonly bigint[] {
  const starts = (text.trimStart().startsWith('[') ? ofJson(text, name) : ofLines(text)).map((one) => {
    if (/^\d{1,39}$/.test(one) && BigInt(one) <= HASH_KEY_MAX) return BigInt(one);
    throw usageError(`"${one}" in ${name} is no hash key`, 'Write decimal digits, at most 2^128 - 1.');
  });
  const inner = starts.filter((start) => start > 0n).sort((a, b) => (a < b ? -1 : 1));
  for (const [i, start] of inner.entries()) {
    const below = inner[i - 1] ?? 0n;
    if (canSplitAt({ start: below, end: HASH_KEY_MAX }, start)) continue;
    throw usageError(
      `a range of ${name} from ${below} to ${start} is too narrow`,
      'A shard has at least two hash keys.',
    );
  }
  return inner;
}

function ofLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function ofJson(text: string, name: string): readonly string[] {
  let list: readonly unknown[];
  try {
    list = JSON.parse(text) as readonly unknown[];
  } catch (cause) {
    throw usageError(`${name} is no JSON`, String((cause as Error).message));
  }
  return list.map((one) => {
    const range = typeof one === 'object' && one !== null ? one : { StartingHashKey: one };
    const { HashKeyRange = range } = range as { readonly HashKeyRange?: object };
    const start = (HashKeyRange as { readonly StartingHashKey?: unknown }).StartingHashKey;
    // A number of JSON is exact up to 2^53 only.
    if (typeof start === 'string' || Number.isSafeInteger(start)) return String(start);
    throw usageError(`${JSON.stringify(one)} in ${name} says no StartingHashKey as a string`);
  });
}
