/** The records of queues: received, acknowledged, kept from others for longer; dead letters likewise, and restored. Declarations only. */
import { integer, list, required, type Shape, string, structure } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { queueArn, queueRecord, receiptHandle, visibilityTimeoutSeconds } from './queue-shapes.ts';

const RECEIVE = {
  input: {
    QueueARN: required(queueArn),
    Limit: integer({ min: 1, max: 10 }),
    WaitTimeSeconds: integer({ min: 1, max: 20 }),
    VisibilityTimeoutSeconds: visibilityTimeoutSeconds,
  },
  output: { QueueRecords: required(list(queueRecord)) },
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'KMSAccessDeniedException',
    'KMSDisabledException',
    'KMSInvalidStateException',
    'KMSNotFoundException',
    'KMSOptInRequired',
    'KMSThrottlingException',
    'ResourceNotFoundException',
    'ThrottlingException',
  ],
} as const;

/** What the operations that take receipts share; their structures bear the name of the operation. */
function settling<const E extends Shape>(name: string, entry: E) {
  return {
    name,
    input: { QueueARN: required(queueArn), Entries: required(list(entry, { min: 1, max: 10 })) },
    output: {
      Successful: required(list(structure(`${name}ResultEntry`, { ReceiptHandle: required(receiptHandle) }))),
      Failed: required(
        list(
          structure(`${name}ErrorEntry`, {
            ReceiptHandle: required(receiptHandle),
            ErrorCode: required(string()),
            ErrorMessage: string(),
          }),
        ),
      ),
    },
    errors: [
      'AccessDeniedException',
      'InternalFailureException',
      'InvalidArgumentException',
      'ResourceNotFoundException',
      'ThrottlingException',
    ],
  } as const;
}

function byReceipt(name: string) {
  return settling(name, structure(`${name}RequestEntry`, { ReceiptHandle: required(receiptHandle) }));
}

function byReceiptAndTimeout(name: string) {
  return settling(
    name,
    structure(`${name}RequestEntry`, {
      ReceiptHandle: required(receiptHandle),
      VisibilityTimeoutSeconds: required(visibilityTimeoutSeconds),
    }),
  );
}

/** Declares ReceiveQueueRecords. */
export const receiveQueueRecords = operation({
  name: 'ReceiveQueueRecords',
  doc: 'Receive records from a queue, which hides them from others for a while.',
  ...RECEIVE,
});

/** Declares ReceiveDeadLetterQueueRecords. */
export const receiveDeadLetterQueueRecords = operation({
  name: 'ReceiveDeadLetterQueueRecords',
  doc: 'Receive records that were received too often without being acknowledged.',
  ...RECEIVE,
});

/** Declares AcknowledgeQueueRecords. */
export const acknowledgeQueueRecords = operation({
  doc: 'Acknowledge received records, so that they are not handed out again.',
  ...byReceipt('AcknowledgeQueueRecords'),
});

/** Declares AcknowledgeDeadLetterQueueRecords. */
export const acknowledgeDeadLetterQueueRecords = operation({
  doc: 'Acknowledge received dead letters, so that they are not handed out again.',
  ...byReceipt('AcknowledgeDeadLetterQueueRecords'),
});

/** Declares UpdateQueueRecordsVisibility. */
export const updateQueueRecordsVisibility = operation({
  doc: 'Change for how long received records are hidden from others.',
  ...byReceiptAndTimeout('UpdateQueueRecordsVisibility'),
});

/** Declares UpdateDeadLetterQueueRecordsVisibility. */
export const updateDeadLetterQueueRecordsVisibility = operation({
  doc: 'Change for how long received dead letters are hidden from others.',
  ...byReceiptAndTimeout('UpdateDeadLetterQueueRecordsVisibility'),
});

/** Declares RestoreDeadLetterQueueRecords. */
export const restoreDeadLetterQueueRecords = operation({
  doc: 'Put dead letters back, to be received as if they never had been.',
  ...byReceipt('RestoreDeadLetterQueueRecords'),
});
