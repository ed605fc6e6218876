/** When the records of an aggregate that was taken apart have arrived. */
import { beforeEach, expect, test } from 'vitest';
import { AggregateParts } from '../../../../src/cli/replay/aggregate-parts.ts';

let arrived: string[] = [];
beforeEach(() => {
  arrived = [];
});
const parts = () => new AggregateParts((shard, number) => arrived.push(`${shard} ${number}`));
const record = (sequenceNumber: string, subSequence?: number) => {
  const plain = { sequenceNumber, partitionKey: 'k', data: new Uint8Array(), arrivalMs: 0 };
  return subSequence === undefined ? plain : { ...plain, subSequence };
};

test('a number has arrived with its last record, whoever is faster', () => {
  const places = parts();
  places.send('a', record('7', 0));
  places.arrive('a', '7');
  places.send('a', record('7', 1));
  expect(arrived).toEqual([]);
  places.end('a', record('7', 1));
  expect(arrived).toEqual([]);
  places.arrive('a', '7');
  expect(arrived).toEqual(['a 7']);
});

test('a last record that is left out ends its number all the same', () => {
  const places = parts();
  places.send('a', record('7', 0));
  places.arrive('a', '7');
  places.end('a', record('7', 1));
  expect(arrived).toEqual(['a 7']);
});

test('a record by itself has arrived when it has', () => {
  const places = parts();
  places.send('a', record('8'));
  places.end('a', record('8'));
  places.arrive('a', '8');
  expect(arrived).toEqual(['a 8']);
});
