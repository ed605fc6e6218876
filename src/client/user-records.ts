/**
 * The records inside an aggregate of the Kinesis Producer Library, as the Kinesis Client Library gives them out: numbered
 * from 0, and only those whose hash key is the shard's own. A producer that did not know of a split has sent the others
 * again to where they belong. Pure.
 */
import { deaggregate } from '../wire/kpl.ts';
import { hashKeyOf } from './hash-key.ts';
import type { HashRangeText } from './records-page.ts';
import type { ConsumedRecord } from './shard-reader.ts';

/** The records inside; undefined for a record that is no aggregate. Their data are views of its data. */
export function userRecords(
  record: ConsumedRecord,
  range: HashRangeText | undefined,
): readonly ConsumedRecord[] | undefined {
  const inside = deaggregate(record.data);
  if (inside === undefined) return undefined;
  const { sequenceNumber, arrivalMs } = record;
  const start = range === undefined ? 0n : BigInt(range.StartingHashKey);
  const end = range === undefined ? undefined : BigInt(range.EndingHashKey);
  const records: ConsumedRecord[] = [];
  for (const [subSequence, { partitionKey, explicitHashKey, data }] of inside.entries()) {
    if (end !== undefined) {
      const hashKey = explicitHashKey === undefined ? hashKeyOf(partitionKey) : BigInt(explicitHashKey);
      if (hashKey < start || hashKey > end) continue;
    }
    records.push({ sequenceNumber, subSequence, partitionKey, explicitHashKey, data, arrivalMs });
  }
  return records;
}
