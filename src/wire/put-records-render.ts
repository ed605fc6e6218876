/** The answer of PutRecords in JSON, straight into one buffer of exact size: no object per record. Pure. */
import { Buffer } from 'node:buffer';
import type { PutOutcome, PutRun } from '../model/delivery.ts';
import { SEQUENCE_NUMBER_CHARS, SequenceRun } from '../model/sequence-number.ts';
import { shardId } from '../model/shard.ts';

const NUMBER_AT = '{"SequenceNumber":"'.length;
const COMMA = 0x2c;

/** What all records of a run are answered with, but for the sequence number. */
interface RunTemplate {
  readonly bytes: Uint8Array;
  /** undefined: the records failed, and there is no number to fill in. */
  readonly numbers: SequenceRun | undefined;
}

/** The body, its records in the order of the request. */
export function renderPutRecordsJson(outcome: PutOutcome): Uint8Array {
  const { count, runs, encrypted } = outcome;
  const templates = runs.map(templateOf);
  const failed = runs.reduce((sum, run) => sum + ('code' in run.result ? run.picks.length : 0), 0);
  const head = `{"FailedRecordCount":${failed},"Records":[`;
  const tail = encrypted ? '],"EncryptionType":"KMS"}' : ']}';
  const records = templates.reduce((sum, { bytes }, run) => sum + (bytes.length + 1) * runs[run]!.picks.length, 0);
  const out = Buffer.allocUnsafe(head.length + records + tail.length);
  let at = out.write(head, 'latin1');
  const { runOf, placeOf } = places(outcome);
  for (let i = 0; i < count; i++) {
    const { bytes, numbers } = templates[runOf[i]!]!;
    if (i > 0) out[at++] = COMMA;
    out.set(bytes, at);
    numbers?.writeAt(placeOf[i]!, out, at + NUMBER_AT);
    at += bytes.length;
  }
  at += out.write(tail, at, 'latin1');
  return out.subarray(0, at);
}

function templateOf({ shard, result }: PutRun): RunTemplate {
  if ('code' in result) {
    const text = JSON.stringify({ ErrorCode: result.code, ErrorMessage: result.message });
    return { bytes: Buffer.from(text), numbers: undefined };
  }
  const blank = ' '.repeat(SEQUENCE_NUMBER_CHARS);
  return {
    bytes: Buffer.from(`{"SequenceNumber":"${blank}","ShardId":"${shardId(shard.index)}"}`),
    numbers: new SequenceRun(shard, result.first, result.arrivalMs),
  };
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
