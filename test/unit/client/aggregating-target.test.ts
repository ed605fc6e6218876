/** Aggregates on their way to a stream: nothing lost, nothing twice, each with records of its own key. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AggregateLimits, aggregatingTarget } from '../../../src/client/aggregating-target.ts';
import type { RecordError } from '../../../src/client/producer-batch.ts';
import type { OutgoingRecord } from '../../../src/client/put-target.ts';
import { deaggregate } from '../../../src/wire/kpl.ts';

const FAILED: RecordError = { code: 'InternalFailure', message: '' };
const limits: AggregateLimits = { bytesMax: 51_200, recordsMax: 500, anyKey: false };

/** A target that keeps requests and fails the records with these numbers, over all requests. */
function keeping(failing: readonly number[] = []) {
  const requests: (readonly OutgoingRecord[])[] = [];
  let number = 0;
  const put = async (records: readonly OutgoingRecord[]) => {
    requests.push(records);
    return records.map(() => (failing.includes(number++) ? FAILED : undefined));
  };
  return { requests, target: { put } };
}

const inside = ({ data, partitionKey }: OutgoingRecord) => deaggregate(data) ?? [{ partitionKey: partitionKey!, data }];
const recordsOf = (keys: string, bytes = 10): OutgoingRecord[] =>
  [...keys].map((partitionKey, i) => ({ partitionKey, data: new Uint8Array(bytes).fill(i) }));

test('records with keys that mean nothing become one, under the key of the first', async () => {
  const { requests, target } = keeping();
  expect(await aggregatingTarget(target, { ...limits, anyKey: true }).put(recordsOf('abcd'))).toEqual(
    new Array(4).fill(undefined),
  );
  expect(requests).toHaveLength(1);
  expect(requests[0]!.map((record) => record.partitionKey)).toEqual(['a']);
  expect(inside(requests[0]![0]!).map((one) => [one.partitionKey, one.data[0]])).toEqual([
    ['a', 0],
    ['a', 1],
    ['a', 2],
    ['a', 3],
  ]);
});

test('a record alone goes as it is', async () => {
  const { requests, target } = keeping();
  await aggregatingTarget(target, limits).put(recordsOf('a'));
  expect(requests[0]).toEqual(recordsOf('a'));
});

test('whatever the keys and sizes: each record once, with its key, in its key’s order, within all limits', async () => {
  const records = fc.array(
    fc.record({ partitionKey: fc.constantFrom('a', 'b', 'ü'), data: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
    { maxLength: 60 },
  );
  const bounds = fc.record({ bytesMax: fc.integer({ min: 1, max: 900 }), recordsMax: fc.integer({ min: 1, max: 9 }) });
  await fc.assert(
    fc.asyncProperty(records, bounds, async (given, { bytesMax, recordsMax }) => {
      const { requests, target } = keeping();
      await aggregatingTarget(target, { bytesMax, recordsMax, anyKey: false }).put(given);
      const sent = requests.flat();
      for (const key of ['a', 'b', 'ü']) {
        const came = sent.flatMap(inside).filter((one) => one.partitionKey === key);
        expect(came.map((one) => [...one.data])).toEqual(
          given.filter((one) => one.partitionKey === key).map((one) => [...one.data]),
        );
      }
      for (const record of sent) {
        const parts = inside(record);
        expect(parts.length).toBeLessThanOrEqual(recordsMax);
        expect(parts.every((part) => part.partitionKey === record.partitionKey)).toBe(true);
        if (parts.length > 1) expect(record.data.length).toBeLessThanOrEqual(bytesMax);
      }
    }),
  );
});

describe('an aggregate that fails', () => {
  test('fails all that is in it, and nothing else', async () => {
    const { target } = keeping([1]);
    const errors = await aggregatingTarget(target, limits).put(recordsOf('abab'));
    expect(errors).toEqual([undefined, FAILED, undefined, FAILED]);
  });
});

test('more than a request takes goes in several', async () => {
  const { requests, target } = keeping();
  await aggregatingTarget(target, { ...limits, recordsMax: 1 }).put(recordsOf('a'.repeat(1_201)));
  expect(requests.map((request) => request.length)).toEqual([500, 500, 201]);
  const large = keeping();
  await aggregatingTarget(large.target, limits).put(recordsOf('aaaaaaa', 1_000_000));
  expect(large.requests.map((request) => request.length)).toEqual([5, 2]);
});
