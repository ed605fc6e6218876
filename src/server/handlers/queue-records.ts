/** Receiving the records and dead letters of queues, acknowledging, hiding and restoring them. */
import { QUEUE_RECEIVE_RECORDS, QUEUE_WAIT_SECONDS } from '../../model/limits.ts';
import type { QueueSide } from '../../model/queue-delivery.ts';
import { SECOND_MS } from '../../model/time.ts';
import {
  acknowledgeDeadLetterQueueRecords,
  acknowledgeQueueRecords,
  receiveDeadLetterQueueRecords,
  receiveQueueRecords,
  restoreDeadLetterQueueRecords,
  updateDeadLetterQueueRecordsVisibility,
  updateQueueRecordsVisibility,
} from '../../operations/kinesis/queue-records.ts';
import type { Input } from '../../operations/operation.ts';
import type { ReceivedRecord, Settlement } from '../../service/queue-records.ts';
import { type Call, type Handler, route } from '../route.ts';

async function receive(side: QueueSide, input: Input<typeof receiveQueueRecords>, call: Call) {
  const request = {
    ...{ arn: input.QueueARN, side },
    limit: input.Limit ?? QUEUE_RECEIVE_RECORDS,
    waitMs: (input.WaitTimeSeconds ?? QUEUE_WAIT_SECONDS) * SECOND_MS,
    visibilitySeconds: input.VisibilityTimeoutSeconds,
  };
  const records = await call.service.queueRecords.receive(call.scope, request, call.signal);
  return { QueueRecords: records.map(recordAnswer) };
}

function recordAnswer({ receipt, recordId, delivery, view }: ReceivedRecord) {
  return {
    ReceiptHandle: receipt,
    RecordId: recordId,
    PartitionKey: view.partitionKey,
    Data: view.data,
    ApproximateArrivalTimestamp: delivery.arrivalMs,
    FirstReceiveTimestamp: delivery.firstMs,
    ReceiveCount: delivery.receives,
  };
}

interface Entry {
  readonly ReceiptHandle: string;
}

/** What a settling operation asks for, of which side. */
interface Settles<E extends Entry> {
  readonly side: QueueSide;
  readonly settlementOf: (entry: E) => Settlement;
}

async function settle<E extends Entry>(
  input: { readonly QueueARN: string; readonly Entries: readonly E[] },
  { service, scope }: Call,
  { side, settlementOf }: Settles<E>,
) {
  const entries = input.Entries.map((entry) => ({ receipt: entry.ReceiptHandle, settlement: settlementOf(entry) }));
  const faults = await service.queueRecords.settle(scope, { arn: input.QueueARN, side, entries });
  const receipts = input.Entries.map(({ ReceiptHandle }) => ({ ReceiptHandle }));
  return {
    Successful: receipts.filter((_, i) => faults[i] === undefined),
    Failed: receipts.flatMap((receipt, i) => {
      const fault = faults[i];
      return fault === undefined ? [] : [{ ...receipt, ErrorCode: fault.code, ErrorMessage: fault.message }];
    }),
  };
}

const acknowledged = (): Settlement => ({ kind: 'acknowledge' });
const restored = (): Settlement => ({ kind: 'restore' });
const hidden = ({ VisibilityTimeoutSeconds }: { readonly VisibilityTimeoutSeconds: number }): Settlement => ({
  kind: 'hide',
  visibilitySeconds: VisibilityTimeoutSeconds,
});

const handleReceive: Handler<typeof receiveQueueRecords> = (input, call) => receive('records', input, call);
const handleReceiveDead: Handler<typeof receiveDeadLetterQueueRecords> = (input, call) =>
  receive('deadLetters', input, call);
const handleAcknowledge: Handler<typeof acknowledgeQueueRecords> = (input, call) =>
  settle(input, call, { side: 'records', settlementOf: acknowledged });
const handleAcknowledgeDead: Handler<typeof acknowledgeDeadLetterQueueRecords> = (input, call) =>
  settle(input, call, { side: 'deadLetters', settlementOf: acknowledged });
const handleVisibility: Handler<typeof updateQueueRecordsVisibility> = (input, call) =>
  settle(input, call, { side: 'records', settlementOf: hidden });
const handleVisibilityDead: Handler<typeof updateDeadLetterQueueRecordsVisibility> = (input, call) =>
  settle(input, call, { side: 'deadLetters', settlementOf: hidden });
const handleRestore: Handler<typeof restoreDeadLetterQueueRecords> = (input, call) =>
  settle(input, call, { side: 'deadLetters', settlementOf: restored });

export const receiveRoute = route({ operation: receiveQueueRecords, handle: handleReceive });
export const receiveDeadRoute = route({ operation: receiveDeadLetterQueueRecords, handle: handleReceiveDead });
export const acknowledgeRoute = route({ operation: acknowledgeQueueRecords, handle: handleAcknowledge });
export const acknowledgeDeadRoute = route({
  operation: acknowledgeDeadLetterQueueRecords,
  handle: handleAcknowledgeDead,
});
export const visibilityRoute = route({ operation: updateQueueRecordsVisibility, handle: handleVisibility });
export const visibilityDeadRoute = route({
  operation: updateDeadLetterQueueRecordsVisibility,
  handle: handleVisibilityDead,
});
export const restoreRoute = route({ operation: restoreDeadLetterQueueRecords, handle: handleRestore });
