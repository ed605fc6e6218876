/** Sequence numbers: samples of AWS's documentation and constants seen in production, the order, and the fast form. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closingSequenceNumber,
  parseSequenceNumber,
  SequenceRun,
  sequenceNumber,
  startingSequenceNumber,
} from '../../../src/model/sequence-number.ts';
import type { Offset } from '../../../src/model/shard-key.ts';

const identity = (creationSeconds: number, index: number) => ({ creationSeconds, index });
const hexNumber = (hex: string) => BigInt(`0x${hex}`).toString();

test('the sample of the documentation reads as its parts and is written from them', () => {
  const text = '49590338271490256608559692538361571095921575989136588898';
  expect(parseSequenceNumber(text)).toEqual({
    version: 2,
    creationSeconds: 1542776258,
    shardIndex: 6,
    index: 1734642199n,
    timeSeconds: 1545084650,
  });
  expect(sequenceNumber(identity(1542776258, 6), 1734642198 as Offset, 1545084650987)).toBe(text);
});

test('starting and closing numbers are the known ones, and neighbours differ by the known constant', () => {
  const starting = startingSequenceNumber(identity(1700000000, 0));
  expect(starting).toBe('49646437577108476416916876405825929425585429676275269634');
  expect(BigInt(startingSequenceNumber(identity(1700000000, 1))) - BigInt(starting)).toBe(
    22300745198530623141535718272648361505980432n,
  );
  expect(closingSequenceNumber(identity(1700000000, 0), 1700000100_999)).toBe(
    '49646437577119626789516141717395488358902146099801227266',
  );
});

const body = `${'0'.repeat(9)}0${'0'.repeat(16)}00${'0'.repeat(9)}${'0'.repeat(8)}`;

test.each([
  ['version 3', hexNumber(`2${body}3`)],
  ['version 4', hexNumber(`2${body}4`)],
  ['version 0 with the size of a new one', hexNumber(`2${body}0`)],
  ['a leading 3', hexNumber(`3${body}2`)],
  ['a leading 1', hexNumber(`1${body}2`)],
  ['all ones', hexNumber('f'.repeat(47))],
  ['an index of 2^63', hexNumber(`2${'0'.repeat(10)}8${'0'.repeat(34)}2`)],
  ['a creation second too late', hexNumber(`2${(16_025_175_000).toString(16)}${'0'.repeat(36)}2`)],
  ['a leading zero', '05'],
  ['no digits', 'abc'],
  ['nothing', ''],
])('%s is no sequence number', (_, text) => {
  expect(parseSequenceNumber(text)).toBeUndefined();
});

test('older versions read as far as they go', () => {
  expect(parseSequenceNumber('5')).toMatchObject({ version: 0, shardIndex: 5, creationSeconds: 0 });
  expect(parseSequenceNumber(hexNumber(`2${body}1`))).toMatchObject({ version: 1, shardIndex: 0 });
  expect(parseSequenceNumber(hexNumber(`2${body}2`))).toMatchObject({ version: 2, shardIndex: 0 });
});

test('a set sign bit makes the shard index negative', () => {
  const hex = `2${'0'.repeat(37)}800000002`;
  expect(parseSequenceNumber(hexNumber(hex))?.shardIndex).toBe(-2147483648);
});

const seconds = fc.integer({ min: 1_000_000_000, max: 16_025_174_999 });
const offset = fc.nat(Number.MAX_SAFE_INTEGER - 20_000).map((n) => n as Offset);

test('numbers sort as creation second, then offset, and have 56 digits', () => {
  const number = fc.record({ creation: seconds, offset, arrivalMs: fc.integer({ min: 0, max: 4e12 }) });
  const property = fc.property(fc.nat(9_999), number, number, (index, a, b) => {
    const [first, second] = [a, b].map((n) => sequenceNumber(identity(n.creation, index), n.offset, n.arrivalMs));
    expect([first!.length, second!.length]).toEqual([56, 56]);
    const expected = a.creation - b.creation || a.offset - b.offset;
    if (expected !== 0) expect(Math.sign(Number(BigInt(first!) - BigInt(second!)))).toBe(Math.sign(expected));
  });
  fc.assert(property);
});

test('every record of a shard lies between its starting and its closing number', () => {
  const property = fc.property(seconds, fc.nat(9_999), offset, (creation, index, at) => {
    const own = identity(creation, index);
    const number = BigInt(sequenceNumber(own, at, creation * 1000));
    expect(number > BigInt(startingSequenceNumber(own))).toBe(true);
    expect(number < BigInt(closingSequenceNumber(own, creation * 1000))).toBe(true);
  });
  fc.assert(property);
});

test('a number gives its parts back', () => {
  const property = fc.property(seconds, fc.nat(2 ** 31 - 1), offset, seconds, (creation, index, at, arrival) => {
    expect(parseSequenceNumber(sequenceNumber(identity(creation, index), at, arrival * 1000 + 999))).toEqual({
      version: 2,
      creationSeconds: creation,
      shardIndex: index,
      index: BigInt(at) + 1n,
      timeSeconds: arrival,
    });
  });
  fc.assert(property);
});

test('a run gives the same numbers as the formula, as text and as bytes, and touches nothing beside them', () => {
  const property = fc.property(seconds, fc.nat(2 ** 31 - 1), offset, fc.nat(19_999), (creation, index, first, i) => {
    const own = identity(creation, index);
    const expected = sequenceNumber(own, (first + i) as Offset, 1_700_000_000_000);
    const run = new SequenceRun(own, first, 1_600_000_000_000);
    run.restart(own, first, 1_700_000_000_000);
    expect(run.at(i)).toBe(expected);
    const elder = identity(creation - 1, index);
    const ofElder = sequenceNumber(elder, (first + i) as Offset, 1_700_000_000_000);
    expect(new SequenceRun(elder, first, 1_700_000_000_000).at(i)).toBe(ofElder);
    const into = new Uint8Array(60).fill(46);
    expect(run.writeAt(i, into, 2)).toBe(58);
    expect(new TextDecoder().decode(into)).toBe(`..${expected}..`);
    run.writeAt(0, into, 2);
    expect(run.writeOver(i, into, 2)).toBe(58);
    expect(new TextDecoder().decode(into)).toBe(`..${expected}..`);
  });
  fc.assert(property, { numRuns: 500 });
});
