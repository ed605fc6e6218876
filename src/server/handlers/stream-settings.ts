/** UpdateStreamMode, UpdateMaxRecordSize, UpdateStreamWarmThroughput and UpdateStreamRecordDistributionStrategy. */
import { type Stream, streamArn } from '../../model/stream.ts';
import {
  updateMaxRecordSize,
  updateStreamMode,
  updateStreamRecordDistributionStrategy,
  updateStreamWarmThroughput,
} from '../../operations/kinesis/stream-settings.ts';
import { type Handler, route } from '../route.ts';
import { nameInArn, streamNameOf } from './stream-name.ts';

/** MaxRecordSizeInKiB is in units of it. */
export const BYTES_PER_KIB = 1_024;

const handleMode: Handler<typeof updateStreamMode> = async (input, { service, scope }) => {
  await service.settings.changeMode(scope, nameInArn(input.StreamARN), {
    mode: input.StreamModeDetails.StreamMode,
    warmMibps: input.WarmThroughputMiBps,
  });
  return undefined;
};

const handleRecordSize: Handler<typeof updateMaxRecordSize> = async (input, { service, scope }) => {
  const bytes = input.MaxRecordSizeInKiB * BYTES_PER_KIB;
  await service.settings.changeRecordBytesMax(scope, streamNameOf(input), bytes);
  return undefined;
};

const handleWarm: Handler<typeof updateStreamWarmThroughput> = async (input, { service, scope }) => {
  const name = streamNameOf(input);
  await service.settings.changeWarmThroughput(scope, name, input.WarmThroughputMiBps);
  return {
    StreamARN: streamArn(scope, name),
    StreamName: name,
    WarmThroughput: warmThroughputAnswer(service.stream(scope, name)),
  };
};

const handleDistribution: Handler<typeof updateStreamRecordDistributionStrategy> = async (
  input,
  { service, scope },
) => {
  const name = nameInArn(input.StreamARN);
  await service.settings.changeDistribution(scope, name, input.RecordDistributionStrategy);
  return undefined;
};

/** What a stream is to be ready for and is; undefined when that was never asked for. */
export function warmThroughputAnswer({ transition, warmMibps: current }: Stream) {
  const change = transition?.change;
  const target = (change?.kind === 'set' ? change.settings.warmMibps : undefined) ?? current;
  return target === undefined ? undefined : { TargetMiBps: target, CurrentMiBps: current ?? 0 };
}

export const updateModeRoute = route({ operation: updateStreamMode, handle: handleMode });
export const updateRecordSizeRoute = route({ operation: updateMaxRecordSize, handle: handleRecordSize });
export const updateWarmRoute = route({ operation: updateStreamWarmThroughput, handle: handleWarm });
export const updateDistributionRoute = route({
  operation: updateStreamRecordDistributionStrategy,
  handle: handleDistribution,
});
