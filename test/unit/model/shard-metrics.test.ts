/** Enhanced monitoring: ALL stands for the seven metrics, and the order is the API's. */
import { expect, test } from 'vitest';
import { withMetrics, withoutMetrics } from '../../../src/model/shard-metrics.ts';

const SEVEN = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
];

test('ALL is the seven, on and off', () => {
  expect(withMetrics([], ['ALL'])).toEqual(SEVEN);
  expect(withoutMetrics(withMetrics([], ['ALL']), ['ALL'])).toEqual([]);
});

test('metrics are added and taken away by name, in the order of the API', () => {
  expect(withMetrics(['OutgoingBytes'], ['IncomingRecords'])).toEqual(['IncomingRecords', 'OutgoingBytes']);
  expect(withoutMetrics(withMetrics([], ['ALL']), ['IncomingBytes', 'IncomingRecords'])).toEqual(SEVEN.slice(2));
  expect(withoutMetrics(['OutgoingBytes'], ['IncomingBytes'])).toEqual(['OutgoingBytes']);
});
