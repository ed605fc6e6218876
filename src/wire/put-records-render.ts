/** The answer of PutRecords in JSON and in CBOR, straight into one buffer of exact size: no object per record. Pure. */
import { Buffer } from 'node:buffer';
import { cbor } from '@smithy/core/cbor';
import type { PutOutcome, PutRun } from '../model/delivery.ts';
import { SEQUENCE_NUMBER_CHARS, SequenceRun } from '../model/sequence-number.ts';
import { shardId } from '../model/shard.ts';

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

function render(outcome: PutOutcome, form: Form, blank: Blank): Uint8Array {
  const { count, runs, encrypted } = outcome;
  const answers = runs.map((run) => answerTo(run, form));
  let failed = 0;
  let length = -form.separatorBytes;
  for (const { picks, error } of answers) {
    if (error !== undefined) failed += picks.length;
    length += (error ?? blank.bytes).length * picks.length;
  }
  const head = form.head(failed, count, encrypted);
  const tail = form.tail(encrypted);
  const out = Buffer.allocUnsafe(head.length + length + tail.length);
  out.set(head);
  let at = head.length;
  const { runOf, placeOf } = places(outcome);
  for (let i = 0; i < count; i++) {
    const { error, numbers, shard } = answers[runOf[i]!]!;
    const bytes = error ?? blank.bytes;
    out.set(bytes, at);
    numbers?.writeAt(placeOf[i]!, out, at + blank.numberAt);
    if (numbers !== undefined) writeDigits(shard.index, out, at + blank.shardEnd);
    at += bytes.length;
  }
  out.set(tail, at - form.separatorBytes);
  return out;
}

/** Over zeros. */
function writeDigits(index: number, into: Uint8Array, end: number): void {
  for (let rest = index, at = end - 1; rest > 0; at--) {
    const next = Math.floor(rest / 10);
    into[at] = 0x30 + rest - next * 10;
    rest = next;
  }
}

/** What the records of a run are answered with: numbers of their own, or all the same. */
interface RunAnswer extends Pick<PutRun, 'shard' | 'picks'> {
  readonly numbers: SequenceRun | undefined;
  readonly error: Uint8Array | undefined;
}

function answerTo({ shard, picks, result }: PutRun, form: Form): RunAnswer {
  if (!('code' in result)) {
    return { shard, picks, numbers: new SequenceRun(shard, result.first, result.arrivalMs), error: undefined };
  }
  const error = form.record({ ErrorCode: result.code, ErrorMessage: result.message });
  return { shard, picks, numbers: undefined, error };
}

/** For each record of the request its run and its place therein. */
function places({ count, runs }: PutOutcome): { readonly runOf: Uint32Array; readonly placeOf: Uint32Array } {
  const runOf = new Uint32Array(count);
  const placeOf = new Uint32Array(count);
  for (let run = 0; run < runs.length; run++) {
    const { picks } = runs[run]!;
    for (let place = 0; place < picks.length; place++) {
      runOf[picks[place]!] = run;
      placeOf[picks[place]!] = place;
    }
  }
  return { runOf, placeOf };
}
