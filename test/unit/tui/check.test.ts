/** Conditions for monitoring: what can be asked, what holds, and the line that says so. */
import { describe, expect, test } from 'vitest';
import { type Condition, judge, parseCheck } from '../../../src/tui/check.ts';
import { Meter } from '../../../src/tui/meter.ts';
import { observationAt } from './observations.ts';

const meter = new Meter();
meter.take(observationAt(0));
const { streams } = meter.take(observationAt(2));
const verdictOf = (expression: string) => judge(parseCheck(expression) as readonly Condition[], streams);

test.each([
  ['capacity<98,lag<30s,throttled<100', true],
  ['capacity<80', false],
  ['lag<4', false],
  ['lag<5', true],
  ['lag<=4200ms', true],
  ['in>3MB/s', true],
  ['in>4MB', false],
  ['shards==8', true],
  ['shards!=8', false],
  ['consumers>=2', true],
  ['records<=2914', true],
])('%s', (expression, isOk) => expect(verdictOf(expression).isOk).toBe(isOk));

test('the line names what is broken, and gives all figures for graphs', () => {
  expect(verdictOf('capacity<80,lag<30s').line).toBe(
    'CRITICAL - orders capacity 97 % (not capacity<80) | orders_capacity=97.2 orders_lag=4200',
  );
  expect(verdictOf('lag<30s').line).toBe('OK - orders lag 4.2 s | orders_lag=4200');
});

test('without a stream nothing is proved', () => {
  expect(judge(parseCheck('lag<1') as readonly Condition[], [])).toEqual({
    isOk: false,
    line: 'UNKNOWN - there is no stream',
  });
});

describe('what is no condition is refused with what there is', () => {
  test.each(['', 'foo<1', 'lag', 'lag<x', 'lag<1 parsec', 'lag=1', 'constructor<1'])('%s', (expression) => {
    expect(parseCheck(expression)).toHaveProperty('problem');
  });
});
