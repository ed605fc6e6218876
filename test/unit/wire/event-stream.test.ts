/** Event stream messages against the codec of AWS's JavaScript SDK, both ways, and against damage. */
import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/core/event-streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { encodeEventMessage, takeEventMessage } from '../../../src/wire/event-stream.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

// Object.fromEntries, so that a name such as __proto__ stays a name.
const headersOf = fc
  .array(fc.tuple(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }), fc.string({ maxLength: 200 })), {
    maxLength: 5,
  })
  // The SDK's codec keeps headers in a plain object, which cannot hold this name.
  .map((entries) => Object.fromEntries(entries.filter(([name]) => name !== '__proto__')));
const messageOf = fc.record({ headers: headersOf, payload: fc.uint8Array({ maxLength: 300 }) });

test('a message without headers is the one in the specification of its lengths', () => {
  const bytes = Buffer.from(encodeEventMessage({ headers: {}, payload: Buffer.from('{}') }));
  expect(bytes.subarray(0, 8).toString('hex')).toBe('0000001200000000');
  expect(bytes.readUInt32BE(8)).toBe(crc32(bytes.subarray(0, 8)));
  expect(bytes.subarray(12, 14).toString()).toBe('{}');
  expect(bytes.readUInt32BE(14)).toBe(crc32(bytes.subarray(0, 14)));
});

test("the SDK's codec reads what is written", () => {
  fc.assert(
    fc.property(messageOf, (message) => {
      const read = codec.decode(encodeEventMessage(message));
      const headers = Object.fromEntries(Object.entries(read.headers).map(([name, header]) => [name, header.value]));
      expect(headers).toEqual(message.headers);
      expect(new Set(Object.values(read.headers).map((header) => header.type))).toEqual(
        new Set(Object.keys(message.headers).length === 0 ? [] : ['string']),
      );
      expect(Buffer.from(read.body)).toEqual(Buffer.from(message.payload));
    }),
  );
});

test("what the SDK's codec writes is read, headers of other types passed over", () => {
  fc.assert(
    fc.property(messageOf, fc.uint8Array({ maxLength: 9 }), (message, rest) => {
      const texts = Object.entries(message.headers).map(([name, value]) => [name, { type: 'string', value }] as const);
      const others = {
        '~i': { type: 'integer', value: 5 },
        '~t': { type: 'boolean', value: true },
        '~b': { type: 'binary', value: rest },
      } as const;
      const bytes = codec.encode({
        headers: { ...Object.fromEntries(texts), ...others } as never,
        body: message.payload,
      });
      const taken = takeEventMessage(Buffer.concat([bytes, rest]));
      expect(taken?.length).toBe(bytes.length);
      const { '~i': _i, '~t': _t, '~b': _b, ...headers } = message.headers;
      expect(taken?.message.headers).toEqual(headers);
      expect(Buffer.from(taken!.message.payload)).toEqual(Buffer.from(message.payload));
    }),
  );
});

test('a part of a message is no message yet', () => {
  const bytes = encodeEventMessage({ headers: { a: 'b' }, payload: Buffer.from('{}') });
  for (let length = 0; length < bytes.length; length++)
    expect(takeEventMessage(bytes.subarray(0, length))).toBeUndefined();
});

const faultOf = (bytes: Uint8Array) => {
  try {
    takeEventMessage(bytes);
  } catch (error) {
    return error instanceof Fault ? error.code : 'no fault';
  }
  return 'nothing';
};

test('a flipped bit is always noticed', () => {
  fc.assert(
    fc.property(messageOf, fc.nat(), fc.nat(7), (message, at, bit) => {
      const bytes = encodeEventMessage(message);
      bytes[at % bytes.length]! ^= 1 << bit;
      expect(faultOf(bytes)).toBe('SerializationException');
    }),
  );
});

test('headers that lie about their lengths are noticed behind right checksums', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (headers) => {
      const bytes = Buffer.alloc(16 + headers.length);
      bytes.writeUInt32BE(bytes.length, 0);
      bytes.writeUInt32BE(headers.length, 4);
      bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
      bytes.set(headers, 12);
      bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
      expect(faultOf(bytes)).not.toBe('no fault');
    }),
  );
  const lengths = (total: number, headers: number) => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32BE(total, 0);
    bytes.writeUInt32BE(headers, 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    return bytes;
  };
  expect(faultOf(lengths(0, 0))).toBe('SerializationException');
  expect(faultOf(lengths(64, 49))).toBe('SerializationException');
  expect(faultOf(lengths(0xffff_ffff, 0))).toBe('SerializationException');
  expect(faultOf(lengths(16_000_000, 200_000))).toBe('SerializationException');
});
