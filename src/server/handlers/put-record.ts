/** PutRecord: a plain path for every body, and a direct one for the JSON and the CBOR that SDKs write. */
import type { PutOutcome } from '../../model/delivery.ts';
import { Fault } from '../../model/fault.ts';
import { encodeBatch } from '../../model/record-batch.ts';
import { sequenceNumber } from '../../model/sequence-number.ts';
import { shardId } from '../../model/shard.ts';
import { putRecord } from '../../operations/kinesis/put-record.ts';
import type { Output } from '../../operations/operation.ts';
import { scanPutRecordCbor } from '../../wire/put-records-cbor.ts';
import type { PutRecordsScan } from '../../wire/put-records-fill.ts';
import { renderPutRecordJson } from '../../wire/put-records-render.ts';
import { scanPutRecord } from '../../wire/put-records-scan.ts';
import { CODECS } from '../codec.ts';
import { type Call, type Handler, route, type Wire } from '../route.ts';
import { explicitHashOf } from './explicit-hash-key.ts';
import { streamNameOf } from './stream-name.ts';

type Answer = Output<typeof putRecord>;

const handlePutRecord: Handler<typeof putRecord> = async (input, { service, scope }) => {
  const name = streamNameOf(input);
  // Before the hash key is judged: AWS first looks whether the stream exists.
  service.stream(scope, name);
  const batch = encodeBatch([
    { partitionKey: input.PartitionKey, explicitHash: explicitHashOf(input.ExplicitHashKey), data: input.Data },
  ]);
  const { SequenceNumberForOrdering: orderingNumber, DryRun: dryRun } = input;
  return answer(await service.put(scope, name, batch, { orderingNumber, dryRun, isSingle: true }));
};

function answer({ runs, encrypted }: PutOutcome): Answer {
  const { shard, result } = runs[0]!;
  if ('code' in result) throw new Fault(result.code, result.message);
  return {
    ShardId: shardId(shard.index),
    SequenceNumber: sequenceNumber(shard, result.first, result.arrivalMs),
    EncryptionType: encrypted ? 'KMS' : undefined,
  };
}

function direct(body: Uint8Array, wire: Wire, call: Call): Promise<Uint8Array> | undefined {
  const scan = wire === 'json' ? scanPutRecord(body) : scanPutRecordCbor(body);
  // Where account and region in an ARN count, the plain path looks at them.
  if (scan === undefined || (scan.streamArn !== undefined && !call.service.sharesNamespace)) return undefined;
  return putScanned(scan, call, wire);
}

async function putScanned(scan: PutRecordsScan, { service, scope }: Call, wire: Wire): Promise<Uint8Array> {
  const name = streamNameOf({ StreamName: scan.streamName, StreamARN: scan.streamArn });
  const answered = answer(await service.put(scope, name, scan.batch, { isSingle: true }));
  return wire === 'json' ? renderPutRecordJson(answered) : CODECS[wire].encode(putRecord.output, answered);
}

export const putRecordRoute = route({ operation: putRecord, handle: handlePutRecord, direct });
