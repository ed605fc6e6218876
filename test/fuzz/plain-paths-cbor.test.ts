/**
 * The hot paths in CBOR against the plain ones, on random and damaged bodies in the forms of one client or another: what
 * the scanners read is what decoding, checking and encoding read; the renderer's bytes are the encoder's.
 */
import { expect, test } from 'vitest';
import { putRecord } from '../../src/operations/kinesis/put-record.ts';
import { putRecords } from '../../src/operations/kinesis/put-records.ts';
import type { Random } from '../../src/runtime/random.ts';
import { CODECS } from '../../src/server/codec.ts';
import { scanPutRecordCbor, scanPutRecordsCbor } from '../../src/wire/put-records-cbor.ts';
import { renderPutRecordsCbor } from '../../src/wire/put-records-render.ts';
import {
  again,
  plainOutcome,
  plainRecord,
  plainRecords,
  randomOutcome,
  recordMembers,
  recordsText,
  scannedShare,
  shuffled,
  streamMembers,
} from './put-bodies.ts';
import { randomMembers } from './random-input.ts';
import { damaged, oneIn, pick } from './run.ts';

const MAJOR = { number: 0, bytes: 2, text: 3, list: 4, map: 5, tag: 6 } as const;
const OPEN = 31;
const BREAK = Buffer.of(0xff);

/** How a client writes: whether it counts what maps and lists hold, and how seldom it does what nobody does. */
interface Style {
  readonly random: Random;
  readonly isCounted: boolean;
  readonly oddEach: number;
}

/** A head of its shortest form or, seldom, of a longer one. */
function head({ random, oddEach }: Style, major: number, length: number): Buffer {
  const sizes = [0, 1, 2, 4, 8];
  const least = length < 24 ? 0 : length < 256 ? 1 : length < 65_536 ? 2 : 3;
  const bytes =
    sizes[
      oneIn(random, oddEach)
        ? pick(
            random,
            [least, 1, 2, 3, 4].filter((at) => at >= least),
          )
        : least
    ]!;
  if (bytes === 0) return Buffer.of((major << 5) | length);
  const result = Buffer.alloc(1 + bytes);
  result[0] = (major << 5) | (24 + Math.log2(bytes));
  result.writeUIntBE(length, 1 + Math.max(0, bytes - 4), Math.min(bytes, 4));
  return result;
}

function textBytes(style: Style, text: Buffer, major: number): Buffer {
  if (!oneIn(style.random, style.oddEach)) return Buffer.concat([head(style, major, text.length), text]);
  const pieces = [text.subarray(0, 3), text.subarray(3)];
  const open = Buffer.of((major << 5) | OPEN);
  return Buffer.concat([open, ...pieces.flatMap((piece) => [head(style, major, piece.length), piece]), BREAK]);
}

function around(style: Style, major: number, items: readonly Buffer[]): Buffer {
  if (style.isCounted !== oneIn(style.random, style.oddEach)) {
    return Buffer.concat([head(style, major, major === MAJOR.map ? items.length / 2 : items.length), ...items]);
  }
  return Buffer.concat([Buffer.of((major << 5) | OPEN), ...items, BREAK]);
}

function written(style: Style, value: unknown): Buffer {
  const { random, oddEach } = style;
  if (oneIn(random, oddEach * 4)) {
    return Buffer.concat([head(style, MAJOR.tag, 1), written({ ...style, oddEach: Number.MAX_SAFE_INTEGER }, value)]);
  }
  if (typeof value === 'string') return textBytes(style, Buffer.from(value), MAJOR.text);
  if (value instanceof Uint8Array) return textBytes(style, Buffer.from(value), MAJOR.bytes);
  if (typeof value === 'number') return head(style, MAJOR.number, Math.trunc(Math.abs(value)) % 2 ** 32);
  if (Array.isArray(value))
    return around(
      style,
      MAJOR.list,
      value.map((item) => written(style, item)),
    );
  if (typeof value !== 'object' || value === null)
    return Buffer.of(value === true ? 0xf5 : value === false ? 0xf4 : 0xf6);
  const members = Object.entries(value);
  if (members.length > 0 && oneIn(random, oddEach)) members.push(pick(random, members));
  return around(
    style,
    MAJOR.map,
    members.flatMap(([name, item]) => [written(style, name), written(style, item)]),
  );
}

/** Data of base64 as bytes, where they are data. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const bytesOf = (name: string, item: unknown) =>
    name === 'Data' && typeof item === 'string' ? Buffer.from(item, 'base64') : withBytes(item);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, bytesOf(name, item)]));
}

function bodyOf(random: Random, value: object): Uint8Array {
  const style = { random, isCounted: oneIn(random, 2), oddEach: pick(random, [20, 1_000, 100_000]) };
  const body = written(style, withBytes(value));
  return oneIn(random, 3) ? damaged(random, body) : body;
}

/** A request from its shape: strange values in any place, but none that CBOR has no form for. */
function shapedBody(random: Random, { input }: typeof putRecords | typeof putRecord): Uint8Array {
  const style = { random, isCounted: oneIn(random, 2), oddEach: 100 };
  return written(style, shallow(randomMembers(random, input, []), 6));
}

/** Strange values lie deeper than a call can follow. */
function shallow(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => shallow(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shallow(item, depth - 1)]));
}

test('what the scanner takes of PutRecords is what the plain path makes of it', () => {
  const body = (random: Random) =>
    oneIn(random, 10) ? shapedBody(random, putRecords) : bodyOf(random, recordsText(random));
  // Else nothing was compared.
  expect(scannedShare(body, { scan: scanPutRecordsCbor, plain: plainRecords, wire: 'cbor' })).toBeGreaterThan(0.1);
});

test('what the scanner takes of PutRecord is what the plain path makes of it', () => {
  const request = (random: Random) => {
    const members = { ...recordMembers(random), ...streamMembers(random) };
    return shuffled(random, members, ['Data', 'PartitionKey', 'StreamName']);
  };
  const body = (random: Random) =>
    oneIn(random, 10) ? shapedBody(random, putRecord) : bodyOf(random, request(random));
  expect(scannedShare(body, { scan: scanPutRecordCbor, plain: plainRecord, wire: 'rpc' })).toBeGreaterThan(0.1);
});

test('what the renderer writes of PutRecords is what the encoder writes', () => {
  again((random) => {
    const outcome = randomOutcome(random);
    const rendered = renderPutRecordsCbor(outcome);
    const plain = CODECS.cbor.encode(putRecords.output, plainOutcome(outcome));
    return Buffer.compare(rendered, plain) === 0
      ? undefined
      : `rendered otherwise: ${Buffer.from(rendered).toString('hex')}`;
  });
});
