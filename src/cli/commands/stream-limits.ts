/** `sluice stream limits`: what the account has, and how much it may have. */
import { describeLimits } from '../../operations/kinesis/account.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printDocument } from '../list-output.ts';

/** Prints the limits; those of channels only where the server knows them. */
export async function run(_: Call<Record<never, never>>, context: Context): Promise<void> {
  const client = await context.client();
  const limits = await client.call(describeLimits, {}, { signal: context.signal });
  const { ChannelCount, ChannelCountLimit } = limits;
  await printDocument(context, {
    openShards: limits.OpenShardCount,
    shardLimit: limits.ShardLimit,
    onDemandStreams: limits.OnDemandStreamCount,
    onDemandStreamLimit: limits.OnDemandStreamCountLimit,
    ...(ChannelCount === undefined ? {} : { channels: ChannelCount }),
    ...(ChannelCountLimit === undefined ? {} : { channelLimit: ChannelCountLimit }),
  });
}
