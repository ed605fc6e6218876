/** DescribeLimits, DescribeAccountSettings and UpdateAccountSettings. */
import { earliestEnd } from '../../model/commitment.ts';
import { CHANNELS_MAX } from '../../model/limits.ts';
import { describeAccountSettings, describeLimits, updateAccountSettings } from '../../operations/kinesis/account.ts';
import type { CommitmentState } from '../../service/settings.ts';
import { type Handler, route } from '../route.ts';

const handleLimits: Handler<typeof describeLimits> = async (_input, { service, scope }) => {
  const { shardsMax, openShards, onDemandStreams, onDemandStreamsMax } = service.settings.limits(scope);
  return {
    ShardLimit: shardsMax,
    OpenShardCount: openShards,
    OnDemandStreamCount: onDemandStreams,
    OnDemandStreamCountLimit: onDemandStreamsMax,
    ChannelCount: service.channels.all(scope).length,
    ChannelCountLimit: CHANNELS_MAX,
  };
};

const handleDescribe: Handler<typeof describeAccountSettings> = async (_input, { service, scope }) => {
  return commitmentAnswer(service.settings.commitment(scope));
};

const handleUpdate: Handler<typeof updateAccountSettings> = async (input, { service, scope }) => {
  const wanted = input.MinimumThroughputBillingCommitment.Status;
  return commitmentAnswer(await service.settings.changeCommitment(scope, wanted));
};

/** EndedAt is told once it has ended, and when it may end while it has not. */
function commitmentAnswer({ status, commitment }: CommitmentState) {
  const hasEnded = status === 'DISABLED';
  return {
    MinimumThroughputBillingCommitment: {
      Status: status,
      StartedAt: commitment?.startedMs,
      EndedAt: hasEnded ? commitment?.endsMs : undefined,
      EarliestAllowedEndAt: hasEnded || commitment === undefined ? undefined : earliestEnd(commitment),
    },
  };
}

export const describeLimitsRoute = route({ operation: describeLimits, handle: handleLimits });
export const describeAccountRoute = route({ operation: describeAccountSettings, handle: handleDescribe });
export const updateAccountRoute = route({ operation: updateAccountSettings, handle: handleUpdate });
