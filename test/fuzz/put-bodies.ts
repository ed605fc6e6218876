/**
 * For the fuzz of the hot paths: requests of PutRecords and PutRecord, what the plain path makes of their bodies, and
 * outcomes to be answered. Goes on for its seconds or, with SLUICE_FUZZ_BODIES, until so many bodies were compared.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { PutOutcome, PutRun } from '../../src/model/delivery.ts';
import { encodeBatch, offsetIn, type RecordBatch, type RecordInput } from '../../src/model/record-batch.ts';
import { sequenceNumber } from '../../src/model/sequence-number.ts';
import { type Shard, shardId } from '../../src/model/shard.ts';
import type { Offset, ShardKey } from '../../src/model/shard-key.ts';
import { putRecord } from '../../src/operations/kinesis/put-record.ts';
import { putRecords } from '../../src/operations/kinesis/put-records.ts';
import type { Input } from '../../src/operations/operation.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import { CODECS } from '../../src/server/codec.ts';
import { explicitHashOf } from '../../src/server/handlers/explicit-hash-key.ts';
import type { Wire } from '../../src/server/route.ts';
import { check } from '../../src/wire/check.ts';
import type { PutRecordsScan } from '../../src/wire/put-records-fill.ts';
import { below, oneIn, pick, SECONDS, SEED } from './run.ts';

/** Of the hot paths, in whatever file: they share the time of one. */
const TESTS = 7;

const BODIES = process.env['SLUICE_FUZZ_BODIES'];

/** Compares again and again, says how often, and what was compared when it fails. */
export function again(compare: (random: Random) => string | undefined): number {
  console.log(`SLUICE_FUZZ_SEED=${SEED} SLUICE_FUZZ_SECONDS=${SECONDS} SLUICE_FUZZ_BODIES=${BODIES ?? ''}`);
  const random = seededRandom(SEED);
  const end = performance.now() + (SECONDS / TESTS) * 1_000;
  let bodies = 0;
  for (; BODIES === undefined ? performance.now() < end : bodies < Number(BODIES); bodies++) {
    const difference = compare(random);
    if (difference !== undefined) expect.fail(`body ${bodies} of seed ${SEED}: ${difference}`);
  }
  console.log(`${bodies} bodies`);
  return bodies;
}

const NAMES = ['s', 'stream-1', 'a_b.c', '', 'a b', 'x'.repeat(128), 'x'.repeat(129)];
const ARNS = [
  'arn:aws:kinesis:us-east-1:000000000000:stream/s',
  'arn:aws:kinesis:::stream/s',
  'arn:aws-cn:kinesis:a:1:stream/',
];
const BASE64 = [...'ABQZabgwz049+/=-_ \\'];
const KEYS = ['k', 'ü', '"', '\\', '\n', '\u007f', '\ud800', '€'.repeat(86), 'k'.repeat(256), 'k'.repeat(257), ''];

export function textOfSome(random: Random, letters: readonly string[], max: number): string {
  return Array.from({ length: below(random, max) }, () => pick(random, letters)).join('');
}

/** Mostly right; else with other letters at the end, where padding and the bits under it stand. */
function dataText(random: Random): string {
  const text = Buffer.from(random.bytes(below(random, oneIn(random, 500) ? 3_000 : 40))).toString('base64');
  if (!oneIn(random, 10)) return text;
  const cut = text.length - 1 - below(random, 4);
  return text.slice(0, Math.max(0, cut)) + pick(random, BASE64) + text.slice(cut + 1);
}

function hashText(random: Random): string {
  const text = String(BigInt(`0x${Buffer.from(random.bytes(1 + below(random, 16))).toString('hex')}`));
  if (oneIn(random, 20))
    return pick(random, ['', '0', '00', '-1', '1e5', String(1n << 128n), String((1n << 128n) - 1n)]);
  return text;
}

/** Members in random order, some away, seldom a value that is not text. */
export function shuffled(random: Random, members: Record<string, () => unknown>, required: readonly string[]): object {
  const names = Object.keys(members).filter((name) =>
    required.includes(name) ? !oneIn(random, 60) : oneIn(random, 2),
  );
  names.sort(() => random.fraction() - 0.5);
  return Object.fromEntries(
    names.map((name) => [name, oneIn(random, 200) ? pick(random, [null, 1, {}, [], true]) : members[name]!()]),
  );
}

/** Members of a record, data in base64. */
export const recordMembers = (random: Random) => ({
  Data: () => dataText(random),
  PartitionKey: () => (oneIn(random, 15) ? pick(random, KEYS) : textOfSome(random, [...'abc-9 /:{}[],'], 20) || 'k'),
  ExplicitHashKey: () => hashText(random),
});

export const streamMembers = (random: Random) => ({
  StreamName: () => (oneIn(random, 15) ? pick(random, NAMES) : 's'),
  StreamARN: () => pick(random, ARNS),
});

/** A request of PutRecords, data in base64. */
export function recordsText(random: Random): object {
  const count = oneIn(random, 2_000) ? 499 + below(random, 4) : below(random, 5);
  const required = oneIn(random, 2) ? ['Data', 'PartitionKey'] : ['Data'];
  const Records = () => Array.from({ length: count }, () => shuffled(random, recordMembers(random), required));
  return shuffled(random, { Records, ...streamMembers(random) }, ['Records', 'StreamName']);
}

type Plain = (body: Uint8Array, wire: Wire) => PutRecordsScan | undefined;

/** undefined when something is wrong with the body, or more is asked than to put. */
export const plainRecords: Plain = (body, wire) =>
  plainly(() => {
    const input = CODECS[wire].decode(putRecords.input, body);
    check(putRecords.input, input);
    const { Records, StreamName, StreamARN, DryRun } = input as Input<typeof putRecords>;
    return DryRun
      ? undefined
      : { streamName: StreamName, streamArn: StreamARN, batch: encodeBatch(Records.map(recordOf)) };
  });

/** The same for PutRecord. */
export const plainRecord: Plain = (body, wire) =>
  plainly(() => {
    const input = CODECS[wire].decode(putRecord.input, body);
    check(putRecord.input, input);
    const { StreamName, StreamARN, DryRun, SequenceNumberForOrdering, ...record } = input as Input<typeof putRecord>;
    if (DryRun || SequenceNumberForOrdering !== undefined) return undefined;
    return { streamName: StreamName, streamArn: StreamARN, batch: encodeBatch([recordOf(record)]) };
  });

function plainly(read: () => PutRecordsScan | undefined): PutRecordsScan | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function recordOf(record: Input<typeof putRecords>['Records'][number]): RecordInput {
  const { Data: data, PartitionKey: partitionKey, ExplicitHashKey } = record;
  return { data, partitionKey, explicitHash: explicitHashOf(ExplicitHashKey) };
}

function same(a: RecordBatch, b: RecordBatch): boolean {
  const bytes = (batch: RecordBatch) => batch.arena.subarray(0, batch.starts[batch.count]!);
  return (
    a.count === b.count && Buffer.compare(bytes(a), bytes(b)) === 0 && isDeepStrictEqual([...a.starts], [...b.starts])
  );
}

export interface ScanPair {
  readonly scan: (body: Uint8Array) => PutRecordsScan | undefined;
  readonly plain: Plain;
  readonly wire: Wire;
}

/** Compares what two readers make of random bodies, and says which part of them the scanner took. */
export function scannedShare(bodyOf: (random: Random) => Uint8Array, { scan, plain, wire }: ScanPair): number {
  let scanned = 0;
  const bodies = again((random) => {
    const body = bodyOf(random);
    const found = scan(body);
    if (found === undefined) return undefined;
    scanned++;
    const expected = plain(body, wire);
    const isSame =
      expected !== undefined &&
      found.streamName === expected.streamName &&
      found.streamArn === expected.streamArn &&
      same(found.batch, expected.batch);
    return isSame ? undefined : `scanned otherwise: ${Buffer.from(body).toString(wire === 'json' ? 'latin1' : 'hex')}`;
  });
  return scanned / bodies;
}

export const shardOf = (random: Random): Shard => ({
  key: 1 as ShardKey,
  creationSeconds: 1_500_000_000 + below(random, 2 ** 30),
  index: oneIn(random, 3) ? below(random, 2 ** 31 - 1) : below(random, 20),
  range: { start: 0n, end: (1n << 128n) - 1n },
  parents: oneIn(random, 2) ? [] : [0, 1],
  openedMs: 1_700_000_000_000,
  horizonMs: 0,
});

export const arrivalOf = (random: Random) => 1_700_000_000_000 + below(random, 2 ** 31);
export const offsetOf = (random: Random) =>
  Math.floor(random.fraction() * 2 ** pick(random, [4, 31, 33, 52])) as Offset;
export const LETTERS = ['a', 'Z', '/', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'ü', '\u2028', '€', '😀'];

/** Every record of the request in one run or another. */
export function randomOutcome(random: Random): PutOutcome {
  const count = 1 + below(random, 12);
  const places = Array.from({ length: 1 + below(random, 4) }, (): number[] => []);
  for (let i = 0; i < count; i++) pick(random, places).push(i);
  const runs = places
    .filter((place) => place.length > 0)
    .map((place): PutRun => {
      const shard = shardOf(random);
      const picks = Uint32Array.from(place);
      const message = textOfSome(random, LETTERS, 9);
      if (oneIn(random, 5))
        return { shard, picks, result: { code: 'ProvisionedThroughputExceededException', message } };
      return { shard, picks, result: { first: offsetOf(random), arrivalMs: arrivalOf(random) } };
    });
  return { count, runs, encrypted: oneIn(random, 3) };
}

/** As the plain path has it for its codec. */
export function plainOutcome({ count, runs, encrypted }: PutOutcome): object {
  const records: object[] = new Array(count);
  let failed = 0;
  for (const { shard, picks, result } of runs) {
    for (const [i, pick] of picks.entries()) {
      if ('code' in result) records[pick] = { ErrorCode: result.code, ErrorMessage: result.message };
      else {
        const number = sequenceNumber(shard, offsetIn(result.first, i), result.arrivalMs);
        records[pick] = { SequenceNumber: number, ShardId: shardId(shard.index) };
      }
    }
    if ('code' in result) failed += picks.length;
  }
  return { FailedRecordCount: failed, Records: records, EncryptionType: encrypted ? 'KMS' : undefined };
}
