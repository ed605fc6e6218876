/** CreateStream and DeleteStream. */
import { Fault } from '../../model/fault.ts';
import { createStream } from '../../operations/kinesis/create-stream.ts';
import { deleteStream } from '../../operations/kinesis/delete-stream.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';

const BYTES_PER_KIB = 1_024;

const handleCreateStream: Handler<typeof createStream> = async (input, { service, scope }) => {
  if (input.WarmThroughputMiBps !== undefined) {
    throw new Fault('InvalidArgumentException', 'WarmThroughputMiBps is not available for this account.');
  }
  if (input.RecordDistributionStrategy === 'AUTO') {
    throw new Fault('InvalidArgumentException', 'RecordDistributionStrategy AUTO is not available for this account.');
  }
  await service.createStream(scope, {
    name: input.StreamName,
    shardCount: input.ShardCount,
    mode: input.StreamModeDetails?.StreamMode,
    tags: input.Tags,
    recordBytesMax: input.MaxRecordSizeInKiB === undefined ? undefined : input.MaxRecordSizeInKiB * BYTES_PER_KIB,
  });
  return undefined;
};

const handleDeleteStream: Handler<typeof deleteStream> = async (input, { service, scope }) => {
  const enforceConsumerDeletion = input.EnforceConsumerDeletion ?? false;
  await service.deleteStream(scope, streamNameOf(input), { enforceConsumerDeletion });
  return undefined;
};

export const createStreamRoute = route({ operation: createStream, handle: handleCreateStream });
export const deleteStreamRoute = route({ operation: deleteStream, handle: handleDeleteStream });
