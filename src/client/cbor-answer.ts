/** Answers in CBOR that hold more than "all is well"; loaded when the first one comes. Pure. */
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Output } from '../operations/operation.ts';
import { decodeCbor } from '../wire/cbor.ts';
import { ClientError } from './client-error.ts';

const ERROR = { __type: { kind: 'string' }, message: { kind: 'string' }, Message: { kind: 'string' } } as const;

/** The members of an error's body as far as they are there. @throws {Fault} when it is no CBOR. */
export function cborErrorMembers(body: Uint8Array): Record<string, unknown> {
  return decodeCbor(ERROR, body);
}

/** @throws {ClientError} UnreadableAnswer. */
export function cborPutRecordsAnswer(body: Uint8Array): Partial<Output<typeof putRecords>> {
  try {
    return decodeCbor(putRecords.output, body);
  } catch {
    throw new ClientError('UnreadableAnswer', 'The server answered with a body that is no CBOR.', { status: 200 });
  }
}
