/** The table of call rates names operations that there are. */
import { expect, test } from 'vitest';
import { RATE_LIMITS } from '../../../src/model/rate-limits.ts';
import { kinesisOperations } from '../../../src/operations/kinesis/index.ts';

test('every operation of the table exists', () => {
  const names = kinesisOperations.map((operation) => operation.name);
  expect(Object.keys(RATE_LIMITS).filter((name) => !names.includes(name))).toEqual([]);
});

test('the numbers of the developer guide', () => {
  expect(RATE_LIMITS['DescribeLimits']).toEqual({ per: 'account', perSecond: 1 });
  expect(RATE_LIMITS['DescribeStream']).toEqual({ per: 'account', perSecond: 10 });
  expect(RATE_LIMITS['DescribeStreamSummary']).toEqual({ per: 'account', perSecond: 20 });
  expect(RATE_LIMITS['ListShards']).toEqual({ per: 'stream', perSecond: 1_000 });
  expect(RATE_LIMITS['SplitShard']).toEqual({ per: 'stream', perSecond: 5 });
});
