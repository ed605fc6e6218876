/** The operations of Kinesis that are served. */
import type { Route } from '../route.ts';
import { describeAccountRoute, describeLimitsRoute, updateAccountRoute } from './account.ts';
import {
  createChannelRoute,
  deleteChannelRoute,
  describeChannelRoute,
  listChannelsRoute,
  updateChannelRoute,
} from './channels.ts';
import {
  deregisterConsumerRoute,
  describeConsumerRoute,
  listConsumersRoute,
  registerConsumerRoute,
} from './consumers.ts';
import { describeStreamRoute, describeStreamSummaryRoute } from './describe-stream.ts';
import { startEncryptionRoute, stopEncryptionRoute } from './encryption.ts';
import { disableMonitoringRoute, enableMonitoringRoute } from './enhanced-monitoring.ts';
import { getRecordsRoute } from './get-records.ts';
import { getShardIteratorRoute } from './get-shard-iterator.ts';
import { listShardsRoute } from './list-shards.ts';
import { listStreamsRoute } from './list-streams.ts';
import { putRecordRoute } from './put-record.ts';
import { putRecordsRoute } from './put-records.ts';
import {
  acknowledgeDeadRoute,
  acknowledgeRoute,
  receiveDeadRoute,
  receiveRoute,
  restoreRoute,
  visibilityDeadRoute,
  visibilityRoute,
} from './queue-records.ts';
import { createQueueRoute, deleteQueueRoute, describeQueueRoute, listQueuesRoute, updateQueueRoute } from './queues.ts';
import { mergeShardsRoute, splitShardRoute, updateShardCountRoute } from './resharding.ts';
import { deletePolicyRoute, getPolicyRoute, putPolicyRoute } from './resource-policies.ts';
import { decreaseRetentionRoute, increaseRetentionRoute } from './retention.ts';
import { createStreamRoute, deleteStreamRoute } from './stream-lifecycle.ts';
import { updateDistributionRoute, updateModeRoute, updateRecordSizeRoute, updateWarmRoute } from './stream-settings.ts';
import { subscribeToShardRoute } from './subscribe-to-shard.ts';
import {
  addTagsRoute,
  listResourceTagsRoute,
  listTagsRoute,
  removeTagsRoute,
  tagResourceRoute,
  untagResourceRoute,
} from './tags.ts';

export const kinesisRoutes: readonly Route[] = [
  acknowledgeDeadRoute,
  acknowledgeRoute,
  addTagsRoute,
  createChannelRoute,
  createQueueRoute,
  createStreamRoute,
  decreaseRetentionRoute,
  deletePolicyRoute,
  deleteChannelRoute,
  deleteQueueRoute,
  deleteStreamRoute,
  deregisterConsumerRoute,
  describeAccountRoute,
  describeConsumerRoute,
  describeLimitsRoute,
  describeChannelRoute,
  describeQueueRoute,
  describeStreamRoute,
  describeStreamSummaryRoute,
  disableMonitoringRoute,
  enableMonitoringRoute,
  getPolicyRoute,
  getRecordsRoute,
  getShardIteratorRoute,
  increaseRetentionRoute,
  listConsumersRoute,
  listResourceTagsRoute,
  listChannelsRoute,
  listQueuesRoute,
  listShardsRoute,
  listStreamsRoute,
  listTagsRoute,
  mergeShardsRoute,
  putPolicyRoute,
  putRecordRoute,
  putRecordsRoute,
  receiveDeadRoute,
  receiveRoute,
  registerConsumerRoute,
  removeTagsRoute,
  restoreRoute,
  splitShardRoute,
  startEncryptionRoute,
  stopEncryptionRoute,
  subscribeToShardRoute,
  tagResourceRoute,
  untagResourceRoute,
  updateAccountRoute,
  updateDistributionRoute,
  updateModeRoute,
  updateRecordSizeRoute,
  updateChannelRoute,
  updateQueueRoute,
  updateShardCountRoute,
  updateWarmRoute,
  visibilityDeadRoute,
  visibilityRoute,
];
