/** Requests and answers of PutRecords in CBOR, read and written by a library; and who gets them. */
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cborTarget, choosingTarget } from '../../../src/client/cbor-target.ts';
import type { Client } from '../../../src/client/client.ts';
import { ClientError, UnreachableError } from '../../../src/client/client-error.ts';
import { OutgoingLine } from '../../../src/client/outgoing-line.ts';
import type { OutgoingRecord, PutTarget } from '../../../src/client/put-target.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { scanPutRecordsCbor } from '../../../src/wire/put-records-cbor.ts';

const WELL = { FailedRecordCount: 0, Records: [] };

/** A client that keeps copies of the bodies. */
function keeping(answer: Uint8Array): { readonly client: Client; readonly bodies: Uint8Array[] } {
  const bodies: Uint8Array[] = [];
  const send = async (_: string, body: Uint8Array) => {
    bodies.push(Uint8Array.from(body));
    return answer;
  };
  return { client: { send } as unknown as Client, bodies };
}

async function errorsFor(answer: Uint8Array, records: number) {
  const target = cborTarget(keeping(answer).client, { StreamName: 's' }, { random: seededRandom(1) });
  return await target.put(Array.from({ length: records }, () => ({ data: Uint8Array.of(1), partitionKey: 'k' })));
}

describe('a request', () => {
  const single = fc.record({
    data: fc.uint8Array({ maxLength: 300 }),
    partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
  });
  /** Lines of one piece of bytes: borders, of which some are left out, and a key of one's own for some. */
  const piece = fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 900 }),
    fc.array(
      fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), isOut: fc.boolean(), hasKey: fc.boolean() }),
    ),
  );
  const records = fc
    .array(
      fc.oneof(
        single.map((one) => [one]),
        piece.map(linesOf),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts): OutgoingRecord[] => parts.flat())
    .filter((all) => all.length > 0);

  function linesOf([bytes, cuts]: [Uint8Array, readonly { share: number; isOut: boolean; hasKey: boolean }[]]) {
    const places = cuts.map((cut) => ({ ...cut, at: Math.floor(cut.share * bytes.length) }));
    places.sort((a, b) => a.at - b.at);
    return places.flatMap(({ at, isOut, hasKey }, i) => {
      const line = new OutgoingLine(bytes, i === 0 ? 0 : places[i - 1]!.at, at);
      if (hasKey) line.key = 'own';
      return isOut ? [] : [line];
    });
  }

  test('holds its own records, whatever their bytes and keys, request after request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(records, { minLength: 1, maxLength: 4 }), async (requests) => {
        const { client, bodies } = keeping(cbor.serialize(WELL));
        const target = cborTarget(client, { StreamName: 's' }, { random: seededRandom(1) });
        for (const all of requests) await target.put(all);
        for (const [i, all] of requests.entries()) {
          const { StreamName, Records } = cbor.deserialize(bodies[i]!);
          expect(StreamName).toBe('s');
          expect(Records.map((one: { Data: Uint8Array }) => Buffer.from(one.Data))).toEqual(
            all.map((one) => Buffer.from(one.data)),
          );
          for (const [at, { partitionKey }] of all.entries()) {
            if (partitionKey === undefined) expect(Records[at].PartitionKey).toMatch(/^(0|[1-9]\d{0,5})\.[1-9]\d{8}$/);
            else expect(Records[at].PartitionKey).toBe(partitionKey);
          }
        }
      }),
    );
  });

  test.each([1, 23, 24, 255, 256, 500])(
    'of %i records is one that the daemon reads without a detour',
    async (count) => {
      const { client, bodies } = keeping(cbor.serialize(WELL));
      const bytes = Uint8Array.from({ length: count * 40 }, (_, i) => i % 251);
      const lines = Array.from({ length: count }, (_, i) => new OutgoingLine(bytes, i * 40, i * 40 + 40));
      const stream = { StreamARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/s' };
      await cborTarget(client, stream, { random: seededRandom(1) }).put(lines);
      const scan = scanPutRecordsCbor(bodies[0]!);
      expect(scan).toMatchObject({ streamArn: stream.StreamARN, batch: { count } });
      const { Records } = cbor.deserialize(bodies[0]!);
      expect(Buffer.concat(Records.map((one: { Data: Uint8Array }) => one.Data)).equals(bytes)).toBe(true);
    },
  );

  test('takes data of more than 64 KiB', async () => {
    const { client, bodies } = keeping(cbor.serialize(WELL));
    const data = new Uint8Array(70_000).fill(200);
    await cborTarget(client, { StreamName: 's' }, { random: seededRandom(1) }).put([{ data, partitionKey: 'é' }]);
    const { Records } = cbor.deserialize(bodies[0]!);
    expect(Buffer.from(Records[0].Data).equals(data)).toBe(true);
    expect(Records[0].PartitionKey).toBe('é');
  });
});

describe('an answer', () => {
  const written = { SequenceNumber: '49', ShardId: 'shardId-000000000000' };
  const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'qFailedRecordCount\0' };
  /** Of a map that ends with a break, as Java's writer makes it. */
  const open = (value: object) => Uint8Array.of(0xbf, ...cbor.serialize(value).subarray(1), 0xff);

  test.each([
    ['at its beginning', cbor.serialize({ FailedRecordCount: 0, Records: [written] })],
    ['at its end', cbor.serialize({ Records: [written], FailedRecordCount: 0 })],
    ['in a map without a length', open({ FailedRecordCount: 0, Records: [written] })],
    ['with the cipher before it', cbor.serialize({ EncryptionType: 'KMS', FailedRecordCount: 0, Records: [written] })],
  ])('that says %s that none failed means that', async (_, answer) => {
    expect(await errorsFor(answer, 1)).toEqual([undefined]);
  });

  test('gives the reason of each record that failed, and of each that it does not speak of', async () => {
    const answer = cbor.serialize({ FailedRecordCount: 1, Records: [written, failed] });
    const error = { code: 'InternalFailure', message: failed.ErrorMessage };
    expect(await errorsFor(answer, 3)).toEqual([undefined, error, { code: 'InternalFailure', message: '' }]);
  });

  test.each(['{"FailedRecordCount":0,"Records":[]}', '<html>', ''])('%j is none', async (text) => {
    await expect(errorsFor(new TextEncoder().encode(text), 1)).rejects.toMatchObject({ code: 'UnreadableAnswer' });
  });
});

describe('where a server may take CBOR', () => {
  const lost = new UnreachableError('ECONNRESET', 'http://s', { sent: true, cause: undefined });
  const one = [{ data: Uint8Array.of(1), partitionKey: 'k' }];

  /** Which form each of the requests took. */
  async function formsOf(
    known: readonly ('cbor' | 'json' | undefined)[],
    failures: readonly (Error | undefined)[] = [],
  ) {
    const forms: string[] = [];
    const puttingIn = (form: string): PutTarget => ({
      put: async () => {
        const failure = failures[forms.push(form) - 1];
        if (failure !== undefined) throw failure;
        return [undefined];
      },
    });
    let questions = 0;
    const choose = async () => {
      const form = known[questions++];
      return form === undefined ? undefined : puttingIn(form);
    };
    const target = choosingTarget({ choose, meanwhile: puttingIn('json') });
    for (let i = 0; i < 3; i++) await target.put(one).catch(() => undefined);
    return { forms: forms.join(' '), questions };
  }

  test('it gets CBOR once it is known to', async () => {
    expect(await formsOf(['cbor'])).toEqual({ forms: 'cbor cbor cbor', questions: 1 });
  });

  test('it gets JSON once it is known not to', async () => {
    expect(await formsOf(['json'])).toEqual({ forms: 'json json json', questions: 1 });
  });

  test('it gets JSON until somebody answers', async () => {
    expect(await formsOf([undefined, undefined, 'cbor'])).toEqual({ forms: 'json json cbor', questions: 3 });
  });

  test('it is asked again after it did not answer a request, and not after it refused one', async () => {
    const refusal = new ClientError('ResourceNotFoundException', '', { status: 400 });
    expect(await formsOf(['cbor', 'json'], [lost])).toEqual({ forms: 'cbor json json', questions: 2 });
    expect(await formsOf(['cbor', 'json'], [refusal])).toEqual({ forms: 'cbor cbor cbor', questions: 1 });
  });
});
