/** Checkpoints of readings: what is written is read again, and nothing else is taken for one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkpointText, type Place, parseCheckpoint } from '../../../src/client/checkpoint.ts';

const ms = fc.integer({ min: 0, max: 4_000_000_000_000 });
const digits = fc.bigInt({ min: 1n, max: 10n ** 56n }).map(String);
const place: fc.Arbitrary<Place> = fc.oneof(
  fc.record({
    position: fc.record({ at: fc.constantFrom('number' as const, 'afterNumber' as const), sequenceNumber: digits }),
    arrivalMs: ms,
  }),
  fc.record({ position: fc.record({ at: fc.constant('time' as const), ms }) }),
  fc.constant({ position: { at: 'horizon' as const } }),
);
const shards = fc.dictionary(fc.constantFrom('shardId-000000000000', 'shardId-000000000001'), place);

test('every place comes back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('orders', 'prod/clicks'), shards), (streams) => {
      const all = new Map(Object.entries(streams).map(([name, places]) => [name, new Map(Object.entries(places))]));
      const back = parseCheckpoint(checkpointText(all, 1_795_176_271_207));
      const plain = (map: typeof back) =>
        Object.fromEntries([...map].map(([name, places]) => [name, Object.fromEntries(places)]));
      expect(plain(back)).toEqual(plain(all));
    }),
  );
});

test('a person can read it', () => {
  const position = { at: 'afterNumber', sequenceNumber: '4965' } as const;
  const text = checkpointText(
    new Map([['orders', new Map([['shardId-000000000000', { position, arrivalMs: 0 }]])]]),
    0,
  );
  expect(JSON.parse(text)).toEqual({
    version: 1,
    saved: '1970-01-01T00:00:00.000Z',
    streams: { orders: { 'shardId-000000000000': { after: '4965', arrived: '1970-01-01T00:00:00.000Z' } } },
  });
});

test.each(['', '{', '[]', 'null', '{"version":2,"streams":{}}', '{"version":1,"streams":{"a":{"b":{}}}}'])(
  '%s is none',
  (text) => expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_CHECKPOINT' })),
);
