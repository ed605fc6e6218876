/** Rates of calls under AWS's limits: who shares them, and that nothing grows with names that callers make up. */
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { RateLimiter } from '../../../src/server/rate-limiter.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

const scope = { account: '000000000000', region: 'us-east-1' };

function limiter() {
  const clock = new SimClock();
  const rates = new RateLimiter(clock);
  const call = (operation: string, input: Record<string, unknown> = {}, account = scope.account) => {
    try {
      rates.admit({ operation, scope: { ...scope, account }, input });
    } catch (error) {
      return error instanceof Fault ? `${error.code}: ${error.message}` : 'no fault';
    }
    return 'passes';
  };
  return { clock, call };
}

const times = (n: number, call: () => string) => Array.from({ length: n }, call);

test('one DescribeLimits a second and account', () => {
  const { clock, call } = limiter();
  expect(times(2, () => call('DescribeLimits'))).toEqual([
    'passes',
    'LimitExceededException: Rate exceeded for account 000000000000.',
  ]);
  expect(call('DescribeLimits', {}, '111111111111')).toBe('passes');
  clock.set(clock.now() + 1_000);
  expect(call('DescribeLimits')).toBe('passes');
});

test('five SplitShard a second and stream, by whatever name it is called', () => {
  const { call } = limiter();
  const refused = 'LimitExceededException: Rate exceeded for stream s under account 000000000000.';
  expect(times(5, () => call('SplitShard', { StreamName: 's' }))).toEqual(times(5, () => 'passes'));
  expect(call('SplitShard', { StreamName: 's' })).toBe(refused);
  expect(call('SplitShard', { StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' })).toBe(refused);
  expect(call('SplitShard', { StreamName: 'other' })).toBe('passes');
  expect(call('MergeShards', { StreamName: 's' })).toBe('passes');
  const consumer = { ConsumerARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1' };
  expect(times(21, () => call('DescribeStreamConsumer', consumer)).filter((text) => text === 'passes')).toHaveLength(
    20,
  );
});

test('reads and writes are not counted here', () => {
  const { call } = limiter();
  for (const operation of ['PutRecords', 'GetRecords', 'GetShardIterator', 'SubscribeToShard']) {
    expect(new Set(times(2_000, () => call(operation)))).toEqual(new Set(['passes']));
  }
});

test('a name that was used up stays so while others come and go', () => {
  const { clock, call } = limiter();
  for (let i = 0; i < 25_000; i++) {
    if (i % 10_000 === 9_999) clock.set(clock.now() + 1_000);
    call('ListShards', { StreamName: `made-up-${i}` });
  }
  times(5, () => call('SplitShard', { StreamName: 's' }));
  for (let i = 0; i < 25_000; i++) call('ListShards', { StreamName: `another-${i}` });
  expect(call('SplitShard', { StreamName: 's' })).toContain('Rate exceeded');
});
