/** The operations of Kinesis that are served. */
import type { Route } from '../route.ts';
import {
  deregisterConsumerRoute,
  describeConsumerRoute,
  listConsumersRoute,
  registerConsumerRoute,
} from './consumers.ts';
import { describeStreamRoute, describeStreamSummaryRoute } from './describe-stream.ts';
import { startEncryptionRoute, stopEncryptionRoute } from './encryption.ts';
import { getRecordsRoute } from './get-records.ts';
import { getShardIteratorRoute } from './get-shard-iterator.ts';
import { listShardsRoute } from './list-shards.ts';
import { listStreamsRoute } from './list-streams.ts';
import { putRecordRoute } from './put-record.ts';
import { putRecordsRoute } from './put-records.ts';
import { mergeShardsRoute, splitShardRoute, updateShardCountRoute } from './resharding.ts';
import { decreaseRetentionRoute, increaseRetentionRoute } from './retention.ts';
import { createStreamRoute, deleteStreamRoute } from './stream-lifecycle.ts';
import { subscribeToShardRoute } from './subscribe-to-shard.ts';

export const kinesisRoutes: readonly Route[] = [
  createStreamRoute,
  decreaseRetentionRoute,
  deleteStreamRoute,
  deregisterConsumerRoute,
  describeConsumerRoute,
  describeStreamRoute,
  describeStreamSummaryRoute,
  getRecordsRoute,
  getShardIteratorRoute,
  increaseRetentionRoute,
  listConsumersRoute,
  listShardsRoute,
  listStreamsRoute,
  mergeShardsRoute,
  putRecordRoute,
  putRecordsRoute,
  registerConsumerRoute,
  splitShardRoute,
  startEncryptionRoute,
  stopEncryptionRoute,
  subscribeToShardRoute,
  updateShardCountRoute,
];
