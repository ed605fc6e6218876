/** Which records are shown: by patterns of data and key. Pure. */
import type { ConsumedRecord } from '../client/shard-reader.ts';
import { usageError } from './cli-error.ts';
import { lossyText } from './record-output.ts';

export interface FilterOptions {
  /** All of these match the data. */
  readonly grep: readonly string[];
  /** None of these matches the data. */
  readonly notGrep?: readonly string[] | undefined;
  /** Matches the partition key. */
  readonly key?: string | undefined;
}

/** A test of one record. */
export function recordFilter(options: FilterOptions): (record: ConsumedRecord) => boolean {
  const wanted = options.grep.map(pattern);
  const unwanted = (options.notGrep ?? []).map(pattern);
  const key = options.key === undefined ? undefined : pattern(options.key);
  if (wanted.length + unwanted.length === 0 && key === undefined) return () => true;
  return (record) => {
    if (key !== undefined && !key.test(record.partitionKey)) return false;
    const text = lossyText(record.data);
    return wanted.every((one) => one.test(text)) && !unwanted.some((one) => one.test(text));
  };
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw usageError(`"${text}" is no regular expression`, (error as Error).message);
  }
}
