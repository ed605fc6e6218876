/** PutRecord. */
import { Fault } from '../../model/fault.ts';
import { encodeBatch } from '../../model/record-batch.ts';
import { sequenceNumber } from '../../model/sequence-number.ts';
import { shardId } from '../../model/shard.ts';
import { putRecord } from '../../operations/kinesis/put-record.ts';
import { type Handler, route } from '../route.ts';
import { explicitHashOf } from './explicit-hash-key.ts';
import { streamNameOf } from './stream-name.ts';

const handlePutRecord: Handler<typeof putRecord> = async (input, { service, scope }) => {
  const name = streamNameOf(input);
  // Before the hash key is judged: AWS first looks whether the stream exists.
  service.stream(scope, name);
  const batch = encodeBatch([
    { partitionKey: input.PartitionKey, explicitHash: explicitHashOf(input.ExplicitHashKey), data: input.Data },
  ]);
  const { SequenceNumberForOrdering: orderingNumber, DryRun: dryRun } = input;
  const { runs, encrypted } = await service.put(scope, name, batch, { orderingNumber, dryRun, isSingle: true });
  const { shard, result } = runs[0]!;
  if ('code' in result) throw new Fault(result.code, result.message);
  return {
    ShardId: shardId(shard.index),
    SequenceNumber: sequenceNumber(shard, result.first, result.arrivalMs),
    EncryptionType: encrypted ? 'KMS' : undefined,
  };
};

export const putRecordRoute = route({ operation: putRecord, handle: handlePutRecord });
