/**
 * The hot paths in JSON against the plain ones, on random and damaged bodies: what the scanners read is what parsing,
 * checking and encoding read; what the renderers write is what JSON.stringify writes.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { ReadPage } from '../../src/model/delivery.ts';
import { encodeBatch, type RecordInput } from '../../src/model/record-batch.ts';
import type { Offset } from '../../src/model/shard-key.ts';
import { getRecords } from '../../src/operations/kinesis/get-records.ts';
import { putRecord } from '../../src/operations/kinesis/put-record.ts';
import { putRecords } from '../../src/operations/kinesis/put-records.ts';
import type { Random } from '../../src/runtime/random.ts';
import { CODECS } from '../../src/server/codec.ts';
import { inOnePiece } from '../../src/server/exchange.ts';
import { recordAnswers } from '../../src/server/handlers/record-answers.ts';
import { PiecewisePage } from '../../src/wire/get-records-pieces.ts';
import { renderPageEndJson, renderRecordsJson } from '../../src/wire/get-records-render.ts';
import { renderPutRecordsJson } from '../../src/wire/put-records-render.ts';
import { scanPutRecord, scanPutRecords } from '../../src/wire/put-records-scan.ts';
import {
  again,
  arrivalOf,
  LETTERS,
  offsetOf,
  plainOutcome,
  plainRecord,
  plainRecords,
  randomOutcome,
  recordMembers,
  recordsText,
  scannedShare,
  shardOf,
  shuffled,
  streamMembers,
  textOfSome,
} from './put-bodies.ts';
import { randomMembers } from './random-input.ts';
import { below, damaged, oneIn, pick } from './run.ts';

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

test('what the scanner takes of PutRecords is what the plain path makes of it', () => {
  const body = (random: Random) =>
    oneIn(random, 10) ? shapedBody(random, putRecords) : bodyOf(random, recordsText(random));
  // Else nothing was compared.
  expect(scannedShare(body, { scan: scanPutRecords, plain: plainRecords, wire: 'json' })).toBeGreaterThan(0.1);
});

test('what the scanner takes of PutRecord is what the plain path makes of it', () => {
  const text = (random: Random) => {
    const members = { ...recordMembers(random), ...streamMembers(random) };
    return bodyOf(random, shuffled(random, members, ['Data', 'PartitionKey', 'StreamName']));
  };
  const body = (random: Random) => (oneIn(random, 10) ? shapedBody(random, putRecord) : text(random));
  expect(scannedShare(body, { scan: scanPutRecord, plain: plainRecord, wire: 'json' })).toBeGreaterThan(0.1);
});

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
    const pieces = inOnePiece({ status: 200, headers: [], body: rendered, pieces: new PiecewisePage(page) }).body;
    if (page.blocks.length > 0 && !rendered.equals(pieces))
      return `in pieces otherwise: ${Buffer.from(pieces).toString()}`;
    const isSame = isDeepStrictEqual(read(rendered), read(CODECS.json.encode(getRecords.output, plain)));
    return isSame ? undefined : `rendered otherwise: ${Buffer.from(rendered).toString()}`;
  });
});

test('what the renderer writes of PutRecords is what the plain path writes', () => {
  again((random) => {
    const outcome = randomOutcome(random);
    const rendered = renderPutRecordsJson(outcome);
    const plain = CODECS.json.encode(putRecords.output, plainOutcome(outcome));
    return isDeepStrictEqual(read(rendered), read(plain)) ? undefined : `rendered otherwise: ${Buffer.from(rendered)}`;
  });
});
