/** The answer of PutRecords in JSON and in CBOR, straight into one buffer of exact size: no object per record. Pure. */
import { Buffer } from 'node:buffer';
import { cbor } from '@smithy/core/cbor';
import type { PutOutcome, PutRun } from '../model/delivery.ts';
import { SEQUENCE_NUMBER_CHARS, SequenceRun } from '../model/sequence-number.ts';
import { shardId } from '../model/shard.ts';
import type { Offset } from '../model/shard-key.ts';

type Refusal = Extract<PutRun['result'], { readonly code: unknown }>;

/** What is around the records, and what stands for one, in a coding. */
interface Form {
  head(failed: number, count: number, encrypted: boolean): Uint8Array;
  tail(encrypted: boolean): Uint8Array;
  /** With what stands between it and the next. */
  record(members: Readonly<Record<string, string>>): Uint8Array;
  readonly separatorBytes: number;
}

const JSON_FORM: Form = {
  head: (failed) => Buffer.from(`{"FailedRecordCount":${failed},"Records":[`),
  tail: (encrypted) => Buffer.from(encrypted ? '],"EncryptionType":"KMS"}' : ']}'),
  record: (members) => Buffer.from(`${JSON.stringify(members)},`),
  separatorBytes: 1,
};

const LIST = 4;
const MAP = 5;

const CBOR_FORM: Form = {
  head: (failed, count, encrypted) =>
    Buffer.concat([
      cborHead(MAP, encrypted ? 3 : 2),
      ...['FailedRecordCount', failed, 'Records'].map((item) => cbor.serialize(item)),
      cborHead(LIST, count),
    ]),
  tail: (encrypted) => Buffer.concat((encrypted ? ['EncryptionType', 'KMS'] : []).map((item) => cbor.serialize(item))),
  record: (members) => cbor.serialize(members),
  separatorBytes: 0,
};

/** What a map or a list of so many begins with (RFC 8949, 3.1): PutRecords has no more than 16 bits of records. */
function cborHead(major: number, count: number): Uint8Array {
  if (count < 24) return Uint8Array.of((major << 5) | count);
  return count < 256
    ? Uint8Array.of((major << 5) | 24, count)
    : Uint8Array.of((major << 5) | 25, count >> 8, count & 0xff);
}

/** A record that went well, its number and its shard's to be filled in. */
interface Blank {
  readonly bytes: Uint8Array;
  /** As long; where the first record of a run is put together. Nothing waits meanwhile. */
  readonly scratch: Uint8Array;
  readonly numberAt: number;
  /** Behind the last digit of the shard's id. */
  readonly shardEnd: number;
}

const BLANK_NUMBER = ' '.repeat(SEQUENCE_NUMBER_CHARS);
const FIRST_SHARD = shardId(0);

function blankOf(form: Form): Blank {
  const bytes = Buffer.from(form.record({ SequenceNumber: BLANK_NUMBER, ShardId: FIRST_SHARD }));
  return {
    bytes,
    scratch: new Uint8Array(bytes.length),
    numberAt: bytes.indexOf(BLANK_NUMBER),
    shardEnd: bytes.indexOf(FIRST_SHARD) + FIRST_SHARD.length,
  };
}

const JSON_BLANK = blankOf(JSON_FORM);
const CBOR_BLANK = blankOf(CBOR_FORM);

/** The body, its records in the order of the request. */
export function renderPutRecordsJson(outcome: PutOutcome): Uint8Array {
  return render(outcome, JSON_FORM, JSON_BLANK);
}

/** The same in CBOR. */
export function renderPutRecordsCbor(outcome: PutOutcome): Uint8Array {
  return render(outcome, CBOR_FORM, CBOR_BLANK);
}

/** The answer of PutRecord: its texts hold nothing that JSON escapes. */
export function renderPutRecordJson(answer: {
  readonly ShardId: string;
  readonly SequenceNumber: string;
  readonly EncryptionType?: string | undefined;
}): Uint8Array {
  const { ShardId, SequenceNumber, EncryptionType } = answer;
  const tail = EncryptionType === undefined ? '"}' : `","EncryptionType":"${EncryptionType}"}`;
  return Buffer.from(`{"ShardId":"${ShardId}","SequenceNumber":"${SequenceNumber}${tail}`, 'latin1');
}

function render({ count, runs, encrypted }: PutOutcome, form: Form, blank: Blank): Uint8Array {
  const places = new Uint32Array(count + 1).fill(blank.bytes.length);
  let failed = 0;
  for (const { picks, result } of runs) {
    if (!('code' in result)) continue;
    failed += picks.length;
    const { length } = errorOf(result, form);
    for (const pick of picks) places[pick + 1] = length;
  }
  const head = form.head(failed, count, encrypted);
  const tail = form.tail(encrypted);
  places[0] = head.length;
  for (let i = 0; i < count; i++) places[i + 1]! += places[i]!;
  const end = places[count]! - form.separatorBytes;
  const out = Buffer.allocUnsafe(end + tail.length);
  out.set(head);
  for (const run of runs) writeRun(out, places, { run, form, blank });
  out.set(tail, end);
  return out;
}

interface Writing {
  readonly run: PutRun;
  readonly form: Form;
  readonly blank: Blank;
}

/** Those of the run that is written now; nothing in here waits. */
const numbers = new SequenceRun({ creationSeconds: 0, index: 0 }, 0 as Offset, 0);

/** `places`: for each record of the request where it begins. */
function writeRun(out: Buffer, places: Uint32Array, { run, form, blank }: Writing): void {
  const { shard, picks, result } = run;
  if ('code' in result) {
    const error = errorOf(result, form);
    for (const pick of picks) out.set(error, places[pick]);
    return;
  }
  const { bytes, scratch, numberAt, shardEnd } = blank;
  scratch.set(bytes);
  numbers.restart(shard, result.first, result.arrivalMs);
  numbers.writeAt(0, scratch, numberAt);
  writeDigits(shard.index, scratch, shardEnd);
  for (let i = 0; i < picks.length; i++) {
    const at = places[picks[i]!]!;
    out.set(scratch, at);
    if (i > 0) numbers.writeOver(i, out, at + numberAt);
  }
}

function errorOf({ code, message }: Refusal, form: Form): Uint8Array {
  return form.record({ ErrorCode: code, ErrorMessage: message });
}

/** Over zeros. */
function writeDigits(index: number, into: Uint8Array, end: number): void {
  for (let rest = index, at = end - 1; rest > 0; at--) {
    const next = Math.floor(rest / 10);
    into[at] = 0x30 + rest - next * 10;
    rest = next;
  }
}
