/** Records as the API shows them, one object each: for the codings that have no renderer of their own. */
import type { ReadRecords } from '../../model/delivery.ts';
import { recordAt } from '../../model/record-batch.ts';
import { SequenceRun } from '../../model/sequence-number.ts';
import type { getRecords } from '../../operations/kinesis/get-records.ts';
import type { Output } from '../../operations/operation.ts';

type RecordAnswer = Output<typeof getRecords>['Records'][number];

/** All records of a read, in order. */
export function recordAnswers({ shard, blocks }: ReadRecords): RecordAnswer[] {
  const records: RecordAnswer[] = [];
  for (const block of blocks) {
    const numbers = new SequenceRun(shard, block.first, block.arrivalMs);
    for (let i = 0; i < block.count; i++) {
      const { data, partitionKey, encrypted } = recordAt(block, i);
      records.push({
        SequenceNumber: numbers.at(i),
        ApproximateArrivalTimestamp: block.arrivalMs,
        Data: data,
        PartitionKey: partitionKey,
        EncryptionType: encrypted ? 'KMS' : undefined,
      });
    }
  }
  return records;
}
