/** Metrics per shard. Declarations only. */
import { required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { metricsNameList, streamArn, streamId, streamName } from './shapes.ts';

/** Declares DisableEnhancedMonitoring. */
export const disableEnhancedMonitoring = operation({
  name: 'DisableEnhancedMonitoring',
  doc: 'Stop metrics per shard.',
  input: {
    StreamName: streamName,
    ShardLevelMetrics: required(metricsNameList),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: {
    StreamName: streamName,
    CurrentShardLevelMetrics: metricsNameList,
    DesiredShardLevelMetrics: metricsNameList,
    StreamARN: streamArn,
  },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});

/** Declares EnableEnhancedMonitoring. */
export const enableEnhancedMonitoring = operation({
  name: 'EnableEnhancedMonitoring',
  doc: 'Start metrics per shard.',
  input: {
    StreamName: streamName,
    ShardLevelMetrics: required(metricsNameList),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: {
    StreamName: streamName,
    CurrentShardLevelMetrics: metricsNameList,
    DesiredShardLevelMetrics: metricsNameList,
    StreamARN: streamArn,
  },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});
