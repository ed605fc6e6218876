/**
 * Sequence numbers, layout version 2: 47 hex digits printed in decimal, always 56 digits for the dates a service can live in.
 *
 *   digit 0    1-9               10                  11-26   27-28  29-37           38-45         46
 *         2 |  creation seconds | low digit of index | index | 00 | record seconds | shard index | 2
 *
 * The index of a record is its offset + 1, so a shard's starting number (index 0) is below all of its records. Derived,
 * never stored. Pure. Layout observed in the public samples of the Kinesis documentation.
 */
import { Buffer } from 'node:buffer';
import type { ShardIdentity } from './shard.ts';
import type { Offset } from './shard-key.ts';
import { type EpochMs, SECOND_MS } from './time.ts';

/** The one version in use; 0 and 1 are history that AWS still parses. */
export type SequenceVersion = 0 | 1 | 2;

export interface SequenceNumber {
  readonly version: SequenceVersion;
  readonly creationSeconds: number;
  /** Negative in malformed numbers of others only. */
  readonly shardIndex: number;
  /** 0 in a starting number, 2^63 - 1 in a closing one. */
  readonly index: bigint;
  readonly timeSeconds: number;
}

/** Decimal digits of every number of version 2. */
export const SEQUENCE_NUMBER_CHARS = 56;

const INDEX_MAX = 0x7fff_ffff_ffff_ffffn;
const VERSION_0_BIT = 1n << 124n;
const LOWEST = 1n << 185n;
const HIGHEST = 3n << 184n;
/** AWS refuses later creation seconds (year 2477). */
const CREATION_SECONDS_END = 16_025_175_000;

function encode(identity: ShardIdentity, index: bigint, timeSeconds: number): bigint {
  return (
    (2n << 184n) |
    (BigInt(identity.creationSeconds) << 148n) |
    (BigInt(identity.index & 0xf) << 144n) |
    (index << 80n) |
    (BigInt(timeSeconds) << 36n) |
    (BigInt(identity.index) << 4n) |
    2n
  );
}

/** The number of the record at `offset`. For runs of records take a SequenceRun. */
export function sequenceNumber(identity: ShardIdentity, offset: Offset, arrivalMs: EpochMs): string {
  return encode(identity, BigInt(offset) + 1n, Math.floor(arrivalMs / SECOND_MS)).toString();
}

/** A number after which reading begins at `offset`, as it does after the record before it. No record need bear it. */
export function sequenceNumberBefore(identity: ShardIdentity, offset: Offset, nowMs: EpochMs): string {
  if (offset === 0) return startingSequenceNumber(identity);
  return encode(identity, BigInt(offset), Math.floor(nowMs / SECOND_MS)).toString();
}

/** The lowest number of a shard: no record bears it, and reading at or after it begins at the first record. */
export function startingSequenceNumber(identity: ShardIdentity): string {
  return encode(identity, 0n, identity.creationSeconds).toString();
}

/** The highest number of a shard that closed at `closedMs`; no record bears it. */
export function closingSequenceNumber(identity: ShardIdentity, closedMs: EpochMs): string {
  return encode(identity, INDEX_MAX, Math.floor(closedMs / SECOND_MS)).toString();
}

/** Reads any version; undefined when the text is no sequence number. */
export function parseSequenceNumber(text: string): SequenceNumber | undefined {
  if (!/^(0|[1-9]\d{0,128})$/.test(text)) return undefined;
  const given = BigInt(text);
  if (given < VERSION_0_BIT) return parseVersion0((given + VERSION_0_BIT).toString(16));
  if (given < LOWEST || given >= HIGHEST) return undefined;
  const hex = given.toString(16);
  const creationSeconds = Number.parseInt(hex.slice(1, 10), 16);
  const shardIndex = Number.parseInt(hex.slice(38, 46), 16) | 0;
  if (creationSeconds >= CREATION_SECONDS_END) return undefined;
  if (hex[46] === '1') {
    const index = BigInt(`0x${hex.slice(36, 38)}`);
    return { version: 1, creationSeconds, shardIndex, index, timeSeconds: Number.parseInt(hex.slice(13, 22), 16) };
  }
  const index = BigInt(`0x${hex.slice(11, 27)}`);
  if (hex[46] !== '2' || index > INDEX_MAX) return undefined;
  return { version: 2, creationSeconds, shardIndex, index, timeSeconds: Number.parseInt(hex.slice(29, 38), 16) };
}

function parseVersion0(hex: string): SequenceNumber | undefined {
  const creationSeconds = Number.parseInt(hex.slice(1, 10), 16);
  if (creationSeconds >= CREATION_SECONDS_END) return undefined;
  return {
    version: 0,
    creationSeconds,
    shardIndex: Number.parseInt(hex.slice(28, 32), 16),
    index: 0n,
    timeSeconds: creationSeconds,
  };
}

/** A number in base 10^8 has seven limbs, and one record more adds 2^80, which has four. */
const LIMBS = 7;
const LIMB_CHARS = 8;
const LIMB = 100_000_000;
/** The version and all else that does not change. */
const FRAME = limbsOf((2n << 184n) | 2n);
/** A limb times a number of so many bits is one that a double holds exactly, with a carry to spare. */
const PART_BITS = 26;
const PART = 2 ** PART_BITS;
/** What the parts of a field count for, the lowest first. */
const FIELDS = {
  creationSeconds: weightsAt(148),
  lowDigit: weightsAt(144),
  index: weightsAt(80),
  seconds: weightsAt(36),
  shardIndex: weightsAt(4),
} as const;
const STEP = limbsOf(1n << 80n).subarray(0, 4);
const TWO_DIGITS = Uint8Array.from({ length: 200 }, (_, i) => 48 + (i % 2 ? (i >> 1) % 10 : Math.floor(i / 20)));

/** Least significant first. */
function limbsOf(value: bigint): Float64Array {
  const limbs = new Float64Array(LIMBS);
  for (let i = 0, rest = value; i < LIMBS; i++, rest /= BigInt(LIMB)) limbs[i] = Number(rest % BigInt(LIMB));
  return limbs;
}

function weightsAt(bit: number): readonly Float64Array[] {
  return [0, 1, 2].map((part) => {
    const limbs = limbsOf(1n << BigInt(bit + part * PART_BITS));
    return limbs.subarray(0, limbs.findLastIndex((limb) => limb > 0) + 1);
  });
}

function addField(limbs: Float64Array, weights: readonly Float64Array[], value: number): void {
  for (let part = 0, rest = value; rest > 0; part++) {
    const above = Math.floor(rest / PART);
    addTimes(limbs, weights[part]!, rest - above * PART);
    rest = above;
  }
}

function addTimes(limbs: Float64Array, weight: Float64Array, times: number): void {
  let carry = 0;
  for (let limb = 0; limb < weight.length || carry > 0; limb++) {
    const sum = limbs[limb]! + carry + (limb < weight.length ? weight[limb]! * times : 0);
    carry = Math.floor(sum / LIMB);
    limbs[limb] = sum - carry * LIMB;
  }
}

/** What shards that opened in the same second have in common for all that arrives in another: the last that was asked for. */
const common = { creationSeconds: -1, seconds: -1, limbs: FRAME.slice() };

function commonLimbs(creationSeconds: number, seconds: number): Float64Array {
  const { limbs } = common;
  if (common.creationSeconds === creationSeconds && common.seconds === seconds) return limbs;
  limbs.set(FRAME);
  addField(limbs, FIELDS.creationSeconds, creationSeconds);
  addField(limbs, FIELDS.seconds, seconds);
  common.creationSeconds = creationSeconds;
  common.seconds = seconds;
  return limbs;
}

/** A number on its way to a string; nothing in here waits. */
const text = Buffer.allocUnsafe(SEQUENCE_NUMBER_CHARS);

/** The numbers of records with consecutive offsets and one arrival: decimal addition, with no BigInt per record. */
export class SequenceRun {
  readonly #limbs = new Float64Array(LIMBS);

  /** `first` and `arrivalMs` as the store gave them for record 0. */
  constructor(identity: ShardIdentity, first: Offset, arrivalMs: EpochMs) {
    this.restart(identity, first, arrivalMs);
  }

  /** Makes it that of other records: many short runs then share one object. */
  restart({ creationSeconds, index }: ShardIdentity, first: Offset, arrivalMs: EpochMs): void {
    const limbs = this.#limbs;
    const shared = commonLimbs(creationSeconds, Math.floor(arrivalMs / SECOND_MS));
    for (let limb = 0; limb < LIMBS; limb++) limbs[limb] = shared[limb]!;
    addField(limbs, FIELDS.lowDigit, index & 0xf);
    addField(limbs, FIELDS.index, first + 1);
    addField(limbs, FIELDS.shardIndex, index);
  }

  /** The number of record `i`, in decimal. */
  at(i: number): string {
    this.writeAt(i, text, 0);
    return text.toString('latin1');
  }

  /** Writes the number of record `i` as ASCII digits to `into[at..]`; returns the position behind the last digit. */
  writeAt(i: number, into: Uint8Array, at: number): number {
    for (let limb = STEP.length; limb < LIMBS; limb++) {
      writeLimb(this.#limbs[limb]!, into, at + SEQUENCE_NUMBER_CHARS - limb * LIMB_CHARS);
    }
    return this.writeOver(i, into, at);
  }

  /** The same over the number of record 0: only the digits that differ are written. */
  writeOver(i: number, into: Uint8Array, at: number): number {
    const limbs = this.#limbs;
    const end = at + SEQUENCE_NUMBER_CHARS;
    let carry = 0;
    for (let limb = 0; limb < LIMBS && (limb < STEP.length || carry > 0); limb++) {
      const sum = limbs[limb]! + carry + (limb < STEP.length ? STEP[limb]! * i : 0);
      carry = Math.floor(sum / LIMB);
      writeLimb(sum - carry * LIMB, into, end - limb * LIMB_CHARS);
    }
    return end;
  }
}

function writeLimb(limb: number, into: Uint8Array, end: number): void {
  const value = limb | 0;
  const upper = (value / 10_000) | 0;
  writeFour(upper, into, end - LIMB_CHARS);
  writeFour(value - upper * 10_000, into, end - LIMB_CHARS / 2);
}

function writeFour(digits: number, into: Uint8Array, at: number): void {
  const upper = (digits / 100) | 0;
  const lower = digits - upper * 100;
  into[at] = TWO_DIGITS[upper * 2]!;
  into[at + 1] = TWO_DIGITS[upper * 2 + 1]!;
  into[at + 2] = TWO_DIGITS[lower * 2]!;
  into[at + 3] = TWO_DIGITS[lower * 2 + 1]!;
}
