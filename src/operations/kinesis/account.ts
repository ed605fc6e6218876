/** What holds for the whole account: settings and limits. Declarations only. */
import { oneOf, required, structure, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { count } from './shapes.ts';

const minimumThroughputBillingCommitmentOutput = structure('MinimumThroughputBillingCommitmentOutput', {
  Status: required(oneOf('ENABLED', 'DISABLED', 'ENABLED_UNTIL_EARLIEST_ALLOWED_END')),
  StartedAt: timestamp(),
  EndedAt: timestamp(),
  EarliestAllowedEndAt: timestamp(),
});
const minimumThroughputBillingCommitmentInput = structure('MinimumThroughputBillingCommitmentInput', {
  Status: required(oneOf('ENABLED', 'DISABLED')),
});

/** Declares DescribeAccountSettings. */
export const describeAccountSettings = operation({
  name: 'DescribeAccountSettings',
  doc: 'Show the settings of the account.',
  input: {},
  output: { MinimumThroughputBillingCommitment: minimumThroughputBillingCommitmentOutput },
  errors: ['LimitExceededException'],
});

/** Declares DescribeLimits. */
export const describeLimits = operation({
  name: 'DescribeLimits',
  doc: 'Show how many shards and on-demand streams there are and may be.',
  input: {},
  output: {
    ShardLimit: required(count),
    OpenShardCount: required(count),
    OnDemandStreamCount: required(count),
    OnDemandStreamCountLimit: required(count),
    ChannelCount: count,
    ChannelCountLimit: count,
  },
  errors: ['LimitExceededException'],
});

/** Declares UpdateAccountSettings. */
export const updateAccountSettings = operation({
  name: 'UpdateAccountSettings',
  doc: 'Change the settings of the account.',
  input: { MinimumThroughputBillingCommitment: required(minimumThroughputBillingCommitmentInput) },
  output: { MinimumThroughputBillingCommitment: minimumThroughputBillingCommitmentOutput },
  errors: ['InvalidArgumentException', 'LimitExceededException', 'ValidationException'],
});
