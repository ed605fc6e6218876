/** Requests of PutRecords written by hand: the JSON that others read, retries and records read back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PutEntry, PutRecordsRequest } from '../../../src/wire/put-records-request.ts';

const keys = {
  length: 3,
  writeKey: (into: Uint8Array, at: number) => into.set(Buffer.from('abc'), at),
};

const entry = fc.record({
  partitionKey: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  explicitHashKey: fc.option(fc.stringMatching(/^\d{1,39}$/), { nil: undefined }),
  data: fc.uint8Array({ maxLength: 6_000 }),
});

/** What JSON.stringify would have written. */
const plain = ({ data, partitionKey, explicitHashKey }: PutEntry) => ({
  Data: Buffer.from(data).toString('base64'),
  PartitionKey: partitionKey,
  ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
});

test('the body is the JSON of the records, whole and of any of them, and each is read back', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 80 }), fc.array(fc.nat(79)), (entries, some) => {
      const request = new PutRecordsRequest({ StreamName: 'ström' }, keys);
      // Filled twice: nothing of the first time may be left.
      for (let round = 0; round < 2; round++) {
        request.clear();
        for (const { data, partitionKey, explicitHashKey } of entries) {
          const bytes = Buffer.concat([Buffer.from('xx'), data, Buffer.from('y')]);
          request.add({ bytes, start: 2, end: 2 + data.length }, partitionKey, explicitHashKey);
        }
      }
      const full = entries.map((one) => ({ ...one, partitionKey: one.partitionKey ?? 'abc' }));
      const parsed = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString());
      const picks = [...new Set(some)].filter((i) => i < full.length);
      if (picks.length > 0) {
        expect(parsed(request.body(picks))).toEqual({
          StreamName: 'ström',
          Records: picks.map((i) => plain(full[i]!)),
        });
      }
      expect(parsed(request.body())).toEqual({ StreamName: 'ström', Records: full.map(plain) });
      expect(request.count).toBe(full.length);
      expect(request.dataBytes).toBe(full.reduce((sum, { data }) => sum + data.length, 0));
      const keyBytes = full.reduce((sum, { partitionKey }) => sum + Buffer.byteLength(partitionKey), 0);
      expect(request.bytes).toBe(request.dataBytes + keyBytes);
      expect(full.map((_, i) => plain(request.entry(i)))).toEqual(full.map(plain));
    }),
  );
});
