/**
 * How often each operation may be called, as data. GetRecords and the writes are bounded by shard, in throttle.ts.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html, "API limits"; where the API
 * reference names another scope for the same number, the guide's stands.
 */

export interface RateLimit {
  /** What shares the calls: an account in a region, one of its streams, or a shard of a registered consumer. */
  readonly per: 'account' | 'stream' | 'shard' | 'consumerShard';
  readonly perSecond: number;
}

const account = (perSecond: number): RateLimit => ({ per: 'account', perSecond });
const stream = (perSecond: number): RateLimit => ({ per: 'stream', perSecond });

/** By operation; one that is not listed has no bound of its own. */
export const RATE_LIMITS: Readonly<Record<string, RateLimit>> = {
  AddTagsToStream: account(5),
  CreateChannel: account(5),
  CreateStream: account(5),
  DecreaseStreamRetentionPeriod: stream(5),
  DeleteChannel: account(5),
  DeleteResourcePolicy: account(5),
  DeleteStream: account(5),
  DeregisterStreamConsumer: stream(5),
  DescribeAccountSettings: account(5),
  DescribeChannel: account(5),
  DescribeLimits: account(1),
  DescribeStream: account(10),
  DescribeStreamConsumer: stream(20),
  DescribeStreamSummary: account(20),
  DisableEnhancedMonitoring: stream(5),
  EnableEnhancedMonitoring: stream(5),
  GetResourcePolicy: account(5),
  GetShardIterator: { per: 'shard', perSecond: 5 },
  IncreaseStreamRetentionPeriod: stream(5),
  ListChannels: account(5),
  ListShards: stream(1_000),
  ListStreamConsumers: stream(5),
  ListStreams: account(5),
  ListTagsForStream: stream(5),
  MergeShards: stream(5),
  PutResourcePolicy: account(5),
  RegisterStreamConsumer: stream(5),
  RemoveTagsFromStream: stream(5),
  SplitShard: stream(5),
  SubscribeToShard: { per: 'consumerShard', perSecond: 1 },
  UpdateAccountSettings: account(5),
  UpdateChannel: account(5),
  UpdateShardCount: account(10),
  UpdateStreamWarmThroughput: account(5),
};
