/** PutRecords: a plain path for every body, and a direct one for the JSON and the CBOR that SDKs write. */
import type { PutOutcome } from '../../model/delivery.ts';
import { encodeBatch } from '../../model/record-batch.ts';
import { SequenceRun } from '../../model/sequence-number.ts';
import { shardId } from '../../model/shard.ts';
import { putRecords } from '../../operations/kinesis/put-records.ts';
import type { Output } from '../../operations/operation.ts';
import { scanPutRecordsCbor } from '../../wire/put-records-cbor.ts';
import type { PutRecordsScan } from '../../wire/put-records-fill.ts';
import { renderPutRecordsCbor, renderPutRecordsJson } from '../../wire/put-records-render.ts';
import { scanPutRecords } from '../../wire/put-records-scan.ts';
import { BufferPool } from '../buffer-pool.ts';
import { type Call, type Handler, route, type Wire } from '../route.ts';
import { explicitHashOf } from './explicit-hash-key.ts';
import { streamNameOf } from './stream-name.ts';

type Answer = Output<typeof putRecords>;

const handlePutRecords: Handler<typeof putRecords> = async (input, { service, scope }) => {
  const name = streamNameOf(input);
  // Before the hash keys are judged: AWS first looks whether the stream exists.
  service.stream(scope, name);
  const batch = encodeBatch(
    input.Records.map((record) => ({
      partitionKey: record.PartitionKey,
      explicitHash: explicitHashOf(record.ExplicitHashKey),
      data: record.Data,
    })),
  );
  return answer(await service.put(scope, name, batch, { dryRun: input.DryRun }));
};

/** The outcome in request order. */
function answer({ count, runs, encrypted }: PutOutcome): Answer {
  const records: Answer['Records'][number][] = new Array(count);
  let failed = 0;
  for (const { shard, picks, result } of runs) {
    if ('code' in result) {
      failed += picks.length;
      for (const pick of picks) records[pick] = { ErrorCode: result.code, ErrorMessage: result.message };
      continue;
    }
    const numbers = new SequenceRun(shard, result.first, result.arrivalMs);
    const id = shardId(shard.index);
    for (const [i, pick] of picks.entries()) records[pick] = { SequenceNumber: numbers.at(i), ShardId: id };
  }
  return { FailedRecordCount: failed, Records: records, EncryptionType: encrypted ? 'KMS' : undefined };
}

/** Arenas whose records a store has copied. */
const arenas = new BufferPool();

function direct(body: Uint8Array, wire: Wire, call: Call): Promise<Uint8Array> | undefined {
  let arena: Buffer | undefined;
  const read = wire === 'json' ? scanPutRecords : scanPutRecordsCbor;
  const scan = read(body, (bytes) => {
    arena = arenas.take(bytes);
    return arena;
  });
  // Where account and region in an ARN count, the plain path looks at them.
  const isPlain = scan !== undefined && (scan.streamArn === undefined || call.service.sharesNamespace);
  if (isPlain) return putScanned(scan, call, { arena: arena!, wire });
  if (arena !== undefined) arenas.give(arena);
  return undefined;
}

async function putScanned(
  scan: PutRecordsScan,
  { service, scope }: Call,
  { arena, wire }: { readonly arena: Buffer; readonly wire: Wire },
): Promise<Uint8Array> {
  const render = wire === 'json' ? renderPutRecordsJson : renderPutRecordsCbor;
  try {
    const name = streamNameOf({ StreamName: scan.streamName, StreamARN: scan.streamArn });
    return render(await service.put(scope, name, scan.batch));
  } finally {
    arenas.give(arena);
  }
}

export const putRecordsRoute = route({ operation: putRecords, handle: handlePutRecords, direct });
