/**
 * Writing many records to a Firehose delivery stream. Declarations only.
 * Source: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 */
import { blob, boolean, integer, list, required, string, structure } from '../../wire/shape.ts';
import { operation } from '../operation.ts';

const firehoseRecord = structure('Record', { Data: required(blob({ min: 0, max: 1_024_000 })) });
const putRecordBatchResponseEntry = structure('PutRecordBatchResponseEntry', {
  RecordId: string({ min: 1 }),
  ErrorCode: string(),
  ErrorMessage: string(),
});

/** Declares PutRecordBatch. */
export const putRecordBatch = operation({
  name: 'PutRecordBatch',
  doc: 'Write up to 500 records to a delivery stream; each succeeds or fails by itself.',
  input: {
    DeliveryStreamName: required(string({ min: 1, max: 64, pattern: '[a-zA-Z0-9_.-]+' })),
    Records: required(list(firehoseRecord, { min: 1, max: 500 })),
  },
  output: {
    FailedPutCount: required(integer({ min: 0 })),
    Encrypted: boolean(),
    RequestResponses: required(list(putRecordBatchResponseEntry, { min: 1, max: 500 })),
  },
  errors: [
    'InvalidArgumentException',
    'InvalidKMSResourceException',
    'InvalidSourceException',
    'ResourceNotFoundException',
    'ServiceUnavailableException',
  ],
});
