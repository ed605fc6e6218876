/** CreateStream and DeleteStream. */
import { createStream } from '../../operations/kinesis/create-stream.ts';
import { deleteStream } from '../../operations/kinesis/delete-stream.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';
import { BYTES_PER_KIB } from './stream-settings.ts';

const handleCreateStream: Handler<typeof createStream> = async (input, { service, scope }) => {
  await service.createStream(scope, {
    name: input.StreamName,
    shardCount: input.ShardCount,
    mode: input.StreamModeDetails?.StreamMode,
    tags: input.Tags,
    recordBytesMax: input.MaxRecordSizeInKiB === undefined ? undefined : input.MaxRecordSizeInKiB * BYTES_PER_KIB,
    distribution: input.RecordDistributionStrategy === 'AUTO' ? 'AUTO' : undefined,
    warmMibps: input.WarmThroughputMiBps,
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
