/**
 * The hot paths against the plain ones, on random and damaged bodies: what the scanners read is what parsing, checking and
 * encoding read; what the renderers write is what JSON.stringify writes. Goes on for its seconds or, with
 * SLUICE_FUZZ_BODIES, until so many bodies were compared.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { PutOutcome, PutRun, ReadPage } from '../../src/model/delivery.ts';
import { encodeBatch, offsetIn, type RecordBatch, type RecordInput } from '../../src/model/record-batch.ts';
import { sequenceNumber } from '../../src/model/sequence-number.ts';
import { type Shard, shardId } from '../../src/model/shard.ts';
import type { Offset, ShardKey } from '../../src/model/shard-key.ts';
import { getRecords } from '../../src/operations/kinesis/get-records.ts';
import { putRecord } from '../../src/operations/kinesis/put-record.ts';
import { putRecords } from '../../src/operations/kinesis/put-records.ts';
import type { Input } from '../../src/operations/operation.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import { CODECS } from '../../src/server/codec.ts';
import { explicitHashOf } from '../../src/server/handlers/explicit-hash-key.ts';
import { recordAnswers } from '../../src/server/handlers/record-answers.ts';
import { check } from '../../src/wire/check.ts';
import { renderPageEndJson, renderRecordsJson } from '../../src/wire/get-records-render.ts';
import { renderPutRecordsJson } from '../../src/wire/put-records-render.ts';
import { type PutRecordsScan, scanPutRecord, scanPutRecords } from '../../src/wire/put-records-scan.ts';
import { randomMembers } from './random-input.ts';
import { below, damaged, oneIn, pick, SECONDS, SEED } from './run.ts';

/** Of this file: they share its time. */
const TESTS = 4;

const BODIES = process.env['SLUICE_FUZZ_BODIES'];

/** Compares again and again, says how often, and what was compared when it fails. */
function again(compare: (random: Random) => string | undefined): number {
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

function textOfSome(random: Random, letters: readonly string[], max: number): string {
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
function shuffled(random: Random, members: Record<string, () => unknown>, required: readonly string[]): object {
  const names = Object.keys(members).filter((name) =>
    required.includes(name) ? !oneIn(random, 60) : oneIn(random, 2),
  );
  names.sort(() => random.fraction() - 0.5);
  return Object.fromEntries(
    names.map((name) => [name, oneIn(random, 200) ? pick(random, [null, 1, {}, [], true]) : members[name]!()]),
  );
}

const recordMembers = (random: Random) => ({
  Data: () => dataText(random),
  PartitionKey: () => (oneIn(random, 15) ? pick(random, KEYS) : textOfSome(random, [...'abc-9 /:{}[],'], 20) || 'k'),
  ExplicitHashKey: () => hashText(random),
});

const streamMembers = (random: Random) => ({
  StreamName: () => (oneIn(random, 15) ? pick(random, NAMES) : 's'),
  StreamARN: () => pick(random, ARNS),
});

function recordsText(random: Random): object {
  const count = oneIn(random, 2_000) ? 499 + below(random, 4) : below(random, 5);
  const required = oneIn(random, 2) ? ['Data', 'PartitionKey'] : ['Data'];
  const Records = () => Array.from({ length: count }, () => shuffled(random, recordMembers(random), required));
  return shuffled(random, { Records, ...streamMembers(random) }, ['Records', 'StreamName']);
}

/** JSON with the blanks of one client or another, at times damaged. */
function bodyOf(random: Random, value: object): Uint8Array {
  let text = JSON.stringify(value, undefined, pick(random, [undefined, undefined, 1, '\t']));
  if (oneIn(random, 3)) text = text.replaceAll('","', '", "').replaceAll('":', '": ');
  const body = Buffer.from(text);
  return oneIn(random, 3) ? damaged(random, body) : body;
}

/** A request from its shape: strange values in any place. */
function shapedBody(random: Random, { input }: typeof putRecords | typeof putRecord): Uint8Array {
  const text = JSON.stringify(inBase64(randomMembers(random, input, []), 3));
  return oneIn(random, 2) ? damaged(random, Buffer.from(text)) : Buffer.from(text);
}

/** Blobs as JSON has them, down to those of records: strange values lie deeper than a call can follow. */
function inBase64(value: unknown, depth: number): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => inBase64(member, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inBase64(member, depth - 1)]));
}

type Plain = (body: Uint8Array) => PutRecordsScan | undefined;

/** undefined when something is wrong with the body, or more is asked than to put. */
const plainRecords: Plain = (body) =>
  plainly(() => {
    const input = CODECS.json.decode(putRecords.input, body);
    check(putRecords.input, input);
    const { Records, StreamName, StreamARN, DryRun } = input as Input<typeof putRecords>;
    return DryRun
      ? undefined
      : { streamName: StreamName, streamArn: StreamARN, batch: encodeBatch(Records.map(recordOf)) };
  });

const plainRecord: Plain = (body) =>
  plainly(() => {
    const input = CODECS.json.decode(putRecord.input, body);
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

function differenceIn(body: Uint8Array, scan: Plain, plain: Plain): string | undefined {
  const found = scan(body);
  if (found === undefined) return undefined;
  scanned++;
  const expected = plain(body);
  const isSame =
    expected !== undefined &&
    found.streamName === expected.streamName &&
    found.streamArn === expected.streamArn &&
    same(found.batch, expected.batch);
  return isSame ? undefined : `scanned otherwise: ${Buffer.from(body).toString('latin1')}`;
}

let scanned = 0;

test('what the scanner takes of PutRecords is what the plain path makes of it', () => {
  scanned = 0;
  const bodies = again((random) => {
    const body = oneIn(random, 10) ? shapedBody(random, putRecords) : bodyOf(random, recordsText(random));
    return differenceIn(body, scanPutRecords, plainRecords);
  });
  // Else nothing was compared.
  expect(scanned / bodies).toBeGreaterThan(0.1);
});

test('what the scanner takes of PutRecord is what the plain path makes of it', () => {
  scanned = 0;
  const bodies = again((random) => {
    const members = { ...recordMembers(random), ...streamMembers(random) };
    const text = () => bodyOf(random, shuffled(random, members, ['Data', 'PartitionKey', 'StreamName']));
    return differenceIn(oneIn(random, 10) ? shapedBody(random, putRecord) : text(), scanPutRecord, plainRecord);
  });
  expect(scanned / bodies).toBeGreaterThan(0.1);
});

const shardOf = (random: Random): Shard => ({
  key: 1 as ShardKey,
  creationSeconds: 1_500_000_000 + below(random, 2 ** 30),
  index: oneIn(random, 3) ? below(random, 2 ** 31 - 1) : below(random, 20),
  range: { start: 0n, end: (1n << 128n) - 1n },
  parents: oneIn(random, 2) ? [] : [0, 1],
  openedMs: 1_700_000_000_000,
  horizonMs: 0,
});

const arrivalOf = (random: Random) => 1_700_000_000_000 + below(random, 2 ** 31);
const offsetOf = (random: Random) => Math.floor(random.fraction() * 2 ** pick(random, [4, 31, 33, 52])) as Offset;
const LETTERS = ['a', 'Z', '/', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'ü', '\u2028', '€', '😀'];

function storedRecord(random: Random): RecordInput & { encrypted: boolean } {
  const partitionKey = oneIn(random, 8)
    ? undefined
    : textOfSome(random, oneIn(random, 2) ? LETTERS : ['k', '1'], 30) || 'k';
  const explicitHash = oneIn(random, 4) ? BigInt(below(random, 2 ** 31)) : undefined;
  return { partitionKey, explicitHash, data: random.bytes(below(random, 60)), encrypted: oneIn(random, 6) };
}

function randomPage(random: Random): ReadPage {
  let first: number = offsetOf(random);
  const blocks = Array.from({ length: below(random, 4) }, () => {
    const batch = encodeBatch(Array.from({ length: 1 + below(random, 5) }, () => storedRecord(random)));
    const block = {
      ...batch,
      first: first as Offset,
      next: (first + batch.count) as Offset,
      arrivalMs: arrivalOf(random),
    };
    first = block.next + (oneIn(random, 4) ? 2 ** 32 : 0);
    return block;
  });
  const shard = shardOf(random);
  return { shard, blocks, lagMs: below(random, 10_000), nextIterator: oneIn(random, 4) ? undefined : 'AAA=' };
}

const read = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));

test('what the renderer writes of GetRecords is what the plain path writes', () => {
  again((random) => {
    const page = randomPage(random);
    const { nextIterator: NextShardIterator, lagMs: MillisBehindLatest } = page;
    const plain = { Records: recordAnswers(page), NextShardIterator, MillisBehindLatest };
    const rendered = Buffer.concat([renderRecordsJson(page), renderPageEndJson(page)]);
    const isSame = isDeepStrictEqual(read(rendered), read(CODECS.json.encode(getRecords.output, plain)));
    return isSame ? undefined : `rendered otherwise: ${Buffer.from(rendered).toString()}`;
  });
});

/** Every record of the request in one run or another. */
function randomOutcome(random: Random): PutOutcome {
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

function plainOutcome({ count, runs, encrypted }: PutOutcome): object {
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

test('what the renderer writes of PutRecords is what the plain path writes', () => {
  again((random) => {
    const outcome = randomOutcome(random);
    const rendered = renderPutRecordsJson(outcome);
    const plain = CODECS.json.encode(putRecords.output, plainOutcome(outcome));
    return isDeepStrictEqual(read(rendered), read(plain)) ? undefined : `rendered otherwise: ${Buffer.from(rendered)}`;
  });
});
