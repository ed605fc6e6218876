/** EnableEnhancedMonitoring and DisableEnhancedMonitoring. */
import { streamArn } from '../../model/stream.ts';
import { disableEnhancedMonitoring, enableEnhancedMonitoring } from '../../operations/kinesis/enhanced-monitoring.ts';
import type { Input } from '../../operations/operation.ts';
import type { MetricsChange } from '../../service/stream-settings.ts';
import { type Call, type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';

const handleEnable: Handler<typeof enableEnhancedMonitoring> = (input, call) => changed(input, call, 'enable');
const handleDisable: Handler<typeof disableEnhancedMonitoring> = (input, call) => changed(input, call, 'disable');

async function changed(
  input: Input<typeof enableEnhancedMonitoring>,
  { service, scope }: Call,
  direction: MetricsChange['direction'],
) {
  const name = streamNameOf(input);
  const { before, after } = await service.settings.changeMetrics(scope, name, {
    direction,
    named: input.ShardLevelMetrics,
  });
  return {
    StreamName: name,
    CurrentShardLevelMetrics: before,
    DesiredShardLevelMetrics: after,
    StreamARN: streamArn(scope, name),
  };
}

export const enableMonitoringRoute = route({ operation: enableEnhancedMonitoring, handle: handleEnable });
export const disableMonitoringRoute = route({ operation: disableEnhancedMonitoring, handle: handleDisable });
