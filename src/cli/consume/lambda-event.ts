/**
 * Records as a Lambda function gets them. Pure.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
import type { Item } from '../../client/answers.ts';
import { base64 } from '../record/payload.ts';

/** Which stream the event is of. */
export interface EventSource {
  readonly arn: string;
  readonly region: string;
}

/** The event, on one line. */
export function lambdaEvent(shardId: string, items: readonly Item[], { arn, region }: EventSource): string {
  const account = arn.split(':')[4] ?? '';
  const Records = items.map(({ record: { partitionKey, sequenceNumber, data, arrivalMs } }) => ({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: base64(data),
      approximateArrivalTimestamp: arrivalMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: `arn:aws:iam::${account}:role/sluice-consume`,
    awsRegion: region,
    eventSourceARN: arn,
  }));
  return `${JSON.stringify({ Records })}\n`;
}
