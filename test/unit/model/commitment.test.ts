/** The commitment of an account: a day at least, from the API reference of UpdateAccountSettings. */
import { expect, test } from 'vitest';
import { changedCommitment, commitmentStatus, earliestEnd } from '../../../src/model/commitment.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('there is none before it was asked for', () => {
  expect(commitmentStatus(undefined, 0)).toBe('DISABLED');
  expect(changedCommitment(undefined, 'DISABLED', 5)).toBeUndefined();
});

test('taken back within the day it holds until the day is over', () => {
  const enabled = changedCommitment(undefined, 'ENABLED', 0);
  expect([commitmentStatus(enabled, 0), earliestEnd(enabled!)]).toEqual(['ENABLED', DAY]);
  const leaving = changedCommitment(enabled, 'DISABLED', HOUR);
  expect(commitmentStatus(leaving, DAY - 1)).toBe('ENABLED_UNTIL_EARLIEST_ALLOWED_END');
  expect(commitmentStatus(leaving, DAY)).toBe('DISABLED');
  expect(changedCommitment(leaving, 'DISABLED', 2 * HOUR)).toEqual(leaving);
});

test('taken back after a day it ends at once', () => {
  const leaving = changedCommitment({ startedMs: 0 }, 'DISABLED', DAY + 1);
  expect(commitmentStatus(leaving, DAY + 1)).toBe('DISABLED');
});

test('asked for again before its end, it goes on as it was; after its end it begins anew', () => {
  const leaving = changedCommitment({ startedMs: 0 }, 'DISABLED', HOUR);
  expect(changedCommitment(leaving, 'ENABLED', DAY - 1)).toEqual({ startedMs: 0 });
  expect(changedCommitment(leaving, 'ENABLED', DAY)).toEqual({ startedMs: DAY });
});
