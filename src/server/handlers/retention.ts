/** IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod. */
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from '../../operations/kinesis/retention.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';

const handleIncrease: Handler<typeof increaseStreamRetentionPeriod> = async (input, { service, scope }) => {
  await service.increaseRetention(scope, streamNameOf(input), input.RetentionPeriodHours);
  return undefined;
};

const handleDecrease: Handler<typeof decreaseStreamRetentionPeriod> = async (input, { service, scope }) => {
  await service.decreaseRetention(scope, streamNameOf(input), input.RetentionPeriodHours);
  return undefined;
};

export const increaseRetentionRoute = route({ operation: increaseStreamRetentionPeriod, handle: handleIncrease });
export const decreaseRetentionRoute = route({ operation: decreaseStreamRetentionPeriod, handle: handleDecrease });
