/** The streams of an account. Declarations only. */
import { boolean, integer, list, required, structure, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { nextToken, streamArn, streamModeDetails, streamName, streamStatus } from './shapes.ts';

const streamSummary = structure('StreamSummary', {
  StreamName: required(streamName),
  StreamARN: required(streamArn),
  StreamStatus: required(streamStatus),
  StreamModeDetails: streamModeDetails,
  StreamCreationTimestamp: timestamp(),
});

/** Declares ListStreams. */
export const listStreams = operation({
  name: 'ListStreams',
  doc: 'List streams by name.',
  input: { Limit: integer({ min: 1, max: 10_000 }), ExclusiveStartStreamName: streamName, NextToken: nextToken },
  output: {
    StreamNames: required(list(streamName)),
    HasMoreStreams: required(boolean()),
    NextToken: nextToken,
    StreamSummaries: list(streamSummary),
  },
  errors: ['ExpiredNextTokenException', 'InvalidArgumentException', 'LimitExceededException'],
});
