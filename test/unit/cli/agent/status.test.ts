/** A flow in one line of --status. */
import { expect, test } from 'vitest';
import type { FlowStatus } from '../../../../src/agent/flow-status.ts';
import { flowLine } from '../../../../src/cli/agent/status.ts';

const quiet = {
  id: 'kinesis:web:/t/*',
  delivery: { sentRecords: 12_345, throttledRecords: 0, deadLetters: 0 },
  behindBytes: 0,
  oldestUnsentMs: 0,
  backoffMs: 0,
  sentPerSecond: 0,
  lastSuccessMs: 1_000,
  lastError: undefined,
} as FlowStatus;

test('a flow that has nothing to do says what it sent', () => {
  expect(flowLine(quiet, 5_000)).toBe('kinesis:web:/t/*: 12,345 records sent, 0 B behind');
});

test('one that sends says how fast, and how long it still may', () => {
  const sending = { sentPerSecond: 1_999.2, credentialsExpireMs: 65_000 };
  expect(flowLine({ ...quiet, ...sending }, 5_000)).toBe(
    'kinesis:web:/t/*: 12,345 records sent, 2,000/s, 0 B behind, credentials for 1m00s',
  );
});

test('one in trouble says since when, why, and when it tries again', () => {
  const delivery = { ...quiet.delivery, throttledRecords: 7, deadLetters: 1 };
  const trouble = { behindBytes: 2_000, oldestUnsentMs: 61_000, backoffMs: 500, lastError: 'ECONNREFUSED: no one' };
  expect(flowLine({ ...quiet, ...trouble, delivery }, 5_000)).toBe(
    'kinesis:web:/t/*: 12,345 records sent, 2.0 kB behind, the oldest has waited 1m01s, 7 throttled, 1 set aside, ' +
      'next request in 500 ms, last success 4.0 s ago, last error: ECONNREFUSED: no one',
  );
});
