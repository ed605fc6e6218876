/**
 * A stream of Kinesis that takes requests in CBOR, as AWS's SDKs for Java write them (application/x-amz-cbor-1.1): a quarter
 * fewer bytes to write, sign and send than in JSON, and no base64 on either side. And the same for a server of which nobody
 * knows whether it takes them.
 */
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Random } from '../runtime/random.ts';
import { CborBodies } from './cbor-bodies.ts';
import type { Client } from './client.ts';
import { ClientError, UnreachableError } from './client-error.ts';
import { errorOf, noneFailed, type PutTarget } from './put-target.ts';
import type { StreamRef } from './stream-ref.ts';

/** Puts in CBOR; `random` makes the keys of lines that have none. */
export function cborTarget(client: Client, stream: StreamRef, random: Random): PutTarget {
  const bodies = new CborBodies(stream, random);
  return {
    async put(records, signal) {
      const body = bodies.write(records);
      const answer = await client.send(putRecords.name, body, { signal, attemptsMax: 1, isCbor: true });
      if (saysAllWritten(answer)) {
        bodies.giveBack(body);
        return noneFailed(records);
      }
      const { cborPutRecordsAnswer } = await import('./cbor-answer.ts');
      const { Records } = cborPutRecordsAnswer(answer);
      return records.map((_, i) => errorOf(Records?.[i], Records?.[i]?.SequenceNumber));
    },
  };
}

/** `FailedRecordCount`, a text of 17 characters, and 0. */
const ALL_WRITTEN = Uint8Array.of(0x71, ...new TextEncoder().encode('FailedRecordCount'), 0);

/** True when that is what the answer begins with; one that says it further on is read. */
function saysAllWritten(answer: Uint8Array): boolean {
  return ALL_WRITTEN.every((byte, i) => answer[i + 1] === byte);
}

export interface EitherOptions {
  readonly cbor: PutTarget;
  readonly json: PutTarget;
  /** The server is known to take CBOR. */
  readonly isKnown: boolean;
  /** Called once, when CBOR was tried in vain and JSON was not. */
  readonly onJson: () => void;
}

/**
 * Puts in CBOR until the server shows that it takes JSON only: it did not answer in CBOR, and then took the same records in
 * JSON. From then on it gets JSON.
 */
export function eitherTarget({ cbor, json, isKnown, onJson }: EitherOptions): PutTarget {
  let takesCbor = isKnown;
  let isJsonOnly = false;
  return {
    async put(records, signal) {
      if (isJsonOnly) return await json.put(records, signal);
      try {
        const errors = await cbor.put(records, signal);
        takesCbor = true;
        return errors;
      } catch (error) {
        if (isCborError(error) && !refusesForm(error)) takesCbor = true;
        const isDoubtful = !takesCbor && mayHaveBeenSeen(error);
        if (signal?.aborted || !(refusesForm(error) || isDoubtful)) throw error;
      }
      const errors = await json.put(records, signal);
      if (!isJsonOnly) onJson();
      isJsonOnly = true;
      return errors;
    },
  };
}

function isCborError(error: unknown): boolean {
  return error instanceof ClientError && error.isCbor;
}

/** What services that know other forms say to one they do not know. */
function refusesForm(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  return error.status === 415 || error.code === 'SerializationException' || error.code === 'UnknownOperationException';
}

/** False where there was no connection, or no keys to sign with. */
function mayHaveBeenSeen(error: unknown): boolean {
  return error instanceof ClientError || (error instanceof UnreachableError && error.sent);
}
