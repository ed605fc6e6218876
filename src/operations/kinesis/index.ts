/** Every operation of Kinesis Data Streams, in the order of its API reference. */
import type { Operation } from '../operation.ts';
import { describeAccountSettings, describeLimits, updateAccountSettings } from './account.ts';
import { createChannel, deleteChannel, describeChannel, listChannels, updateChannel } from './channels.ts';
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from './consumers.ts';
import { createStream } from './create-stream.ts';
import { deleteStream } from './delete-stream.ts';
import { describeStream, describeStreamSummary } from './describe-stream.ts';
import { startStreamEncryption, stopStreamEncryption } from './encryption.ts';
import { disableEnhancedMonitoring, enableEnhancedMonitoring } from './enhanced-monitoring.ts';
import { getRecords } from './get-records.ts';
import { getShardIterator } from './get-shard-iterator.ts';
import { listShards } from './list-shards.ts';
import { listStreams } from './list-streams.ts';
import { putRecord } from './put-record.ts';
import { putRecords } from './put-records.ts';
import {
  acknowledgeDeadLetterQueueRecords,
  acknowledgeQueueRecords,
  receiveDeadLetterQueueRecords,
  receiveQueueRecords,
  restoreDeadLetterQueueRecords,
  updateDeadLetterQueueRecordsVisibility,
  updateQueueRecordsVisibility,
} from './queue-records.ts';
import { createQueue, deleteQueue, describeQueue, listQueues, updateQueue } from './queues.ts';
import { mergeShards, splitShard, updateShardCount } from './resharding.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './resource-policies.ts';
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from './retention.ts';
import {
  updateMaxRecordSize,
  updateStreamMode,
  updateStreamRecordDistributionStrategy,
  updateStreamWarmThroughput,
} from './stream-settings.ts';
import { subscribeToShard } from './subscribe-to-shard.ts';
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from './tags.ts';

export const kinesisOperations: readonly Operation[] = [
  acknowledgeDeadLetterQueueRecords,
  acknowledgeQueueRecords,
  addTagsToStream,
  createChannel,
  createQueue,
  createStream,
  decreaseStreamRetentionPeriod,
  deleteChannel,
  deleteQueue,
  deleteResourcePolicy,
  deleteStream,
  deregisterStreamConsumer,
  describeAccountSettings,
  describeChannel,
  describeLimits,
  describeQueue,
  describeStream,
  describeStreamConsumer,
  describeStreamSummary,
  disableEnhancedMonitoring,
  enableEnhancedMonitoring,
  getRecords,
  getResourcePolicy,
  getShardIterator,
  increaseStreamRetentionPeriod,
  listChannels,
  listQueues,
  listShards,
  listStreamConsumers,
  listStreams,
  listTagsForResource,
  listTagsForStream,
  mergeShards,
  putRecord,
  putRecords,
  putResourcePolicy,
  receiveDeadLetterQueueRecords,
  receiveQueueRecords,
  registerStreamConsumer,
  removeTagsFromStream,
  restoreDeadLetterQueueRecords,
  splitShard,
  startStreamEncryption,
  stopStreamEncryption,
  subscribeToShard,
  tagResource,
  untagResource,
  updateAccountSettings,
  updateChannel,
  updateDeadLetterQueueRecordsVisibility,
  updateMaxRecordSize,
  updateQueue,
  updateQueueRecordsVisibility,
  updateShardCount,
  updateStreamMode,
  updateStreamRecordDistributionStrategy,
  updateStreamWarmThroughput,
];
