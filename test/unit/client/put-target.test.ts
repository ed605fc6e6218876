/** The bodies of PutRecords and PutRecordBatch, read back by JSON.parse. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Client } from '../../../src/client/client.ts';
import { OutgoingLine } from '../../../src/client/outgoing-line.ts';
import { firehoseTarget, kinesisTarget, type OutgoingRecord } from '../../../src/client/put-target.ts';
import { randomKey, writeRandomKey } from '../../../src/client/random-key.ts';
import { seededRandom } from '../../../src/runtime/random.ts';

interface Body {
  readonly Records: readonly { readonly Data: string; readonly PartitionKey?: string }[];
}

/** A client that keeps the bodies as texts and answers that nothing failed. */
function keeping(answer: string): { readonly client: Client; readonly texts: string[] } {
  const texts: string[] = [];
  const send = async (_: string, body: Uint8Array) => {
    texts.push(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return new TextEncoder().encode(answer);
  };
  return { client: { send } as unknown as Client, texts };
}

const record = fc.record({
  data: fc.uint8Array({ maxLength: 60 }),
  partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
});

test('request after request holds its own records, whatever their bytes and keys, long ones before short ones too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(record, { minLength: 1, maxLength: 20 }), { maxLength: 5 }),
      async (requests) => {
        const { client, texts } = keeping('{"FailedRecordCount":0,"Records":[]}');
        const target = kinesisTarget(client, { StreamName: 's' }, seededRandom(1));
        for (const records of requests) await target.put(records);
        expect(texts.map((text) => JSON.parse(text))).toEqual(requests.map((records) => bodyOf(records)));
      },
    ),
  );
});

const bodyOf = (records: readonly OutgoingRecord[]) => ({
  StreamName: 's',
  Records: records.map(({ data, partitionKey }) => ({
    Data: Buffer.from(data).toString('base64'),
    PartitionKey: partitionKey,
  })),
});

test('lines out of larger bytes are sent as records of their own would be, with a random key unless they have one', async () => {
  const bytes = fc.uint8Array({ minLength: 3, maxLength: 90 });
  await fc.assert(
    fc.asyncProperty(bytes, fc.nat(2), fc.option(fc.string({ minLength: 1 })), async (whole, from, key) => {
      const { client, texts } = keeping('{"FailedRecordCount":0,"Records":[]}');
      const line = new OutgoingLine(whole, from, whole.length - 1);
      line.random = seededRandom(7);
      if (key !== null) line.key = key;
      await kinesisTarget(client, { StreamName: 's' }, seededRandom(1)).put([line, line]);
      const { Records } = JSON.parse(texts[0]!) as Body;
      for (const { Data, PartitionKey } of Records) {
        expect(Data).toBe(Buffer.from(whole.subarray(from, -1)).toString('base64'));
        if (key === null) expect(PartitionKey).toMatch(/^(0|[1-9]\d{0,5})\.[1-9]\d{8}$/);
        else expect(PartitionKey).toBe(key);
      }
      if (key === null) expect(new Set(Records.map((one) => one.PartitionKey)).size).toBe(2);
    }),
  );
});

test('a random key is the same in bytes as in text', () => {
  const [one, other] = [seededRandom(3), seededRandom(3)];
  const out = new Uint8Array(20);
  for (let i = 0; i < 1_000; i++) {
    const end = writeRandomKey(out, 2, one);
    expect(new TextDecoder().decode(out.subarray(2, end))).toBe(randomKey(other));
  }
  for (const fraction of [0, 0.000009, 0.00001, 0.1, 0.999_999_999]) {
    const random = { ...seededRandom(1), fraction: () => fraction };
    const end = writeRandomKey(out, 0, random);
    expect(new TextDecoder().decode(out.subarray(0, end))).toBe(randomKey(random));
  }
});

test('two requests under way at once do not share their memory', async () => {
  const bodies: Uint8Array[] = [];
  let answer: (bytes: Uint8Array) => void = () => undefined;
  const client = {
    send: (_: string, body: Uint8Array) => {
      bodies.push(body);
      return new Promise<Uint8Array>((resolve) => {
        answer = resolve;
      });
    },
  } as unknown as Client;
  const target = kinesisTarget(client, { StreamName: 's' }, seededRandom(1));
  const put = (letter: string) => target.put([{ data: new TextEncoder().encode(letter), partitionKey: letter }]);
  const first = put('a');
  const answerFirst = answer;
  const second = put('b');
  expect(bodies.map((body) => (JSON.parse(new TextDecoder().decode(body)) as Body).Records[0]!.PartitionKey)).toEqual([
    'a',
    'b',
  ]);
  const none = new TextEncoder().encode('{"FailedRecordCount":0}');
  answerFirst(none);
  answer(none);
  await Promise.all([first, second]);
});

test('Firehose takes no keys', async () => {
  const { client, texts } = keeping('{"FailedPutCount":0,"RequestResponses":[]}');
  await firehoseTarget(client, 'd').put([{ data: Uint8Array.of(255), partitionKey: undefined }]);
  expect(texts).toEqual(['{"DeliveryStreamName":"d","Records":[{"Data":"/w=="}]}']);
});
