/**
 * AWS JSON 1.1: parsed JSON into the code's values and back. Blobs are base64 with padding, timestamps epoch seconds
 * with up to three decimals. Pure. Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import { Buffer } from 'node:buffer';
import { SECOND_MS } from '../model/time.ts';
import { coerceMembers, type Forms, javaClass, unfit } from './coerce.ts';
import { plainMembers } from './plain.ts';
import type { Members } from './shape.ts';

const FORMS: Forms = {
  blobFrom: blobFromBase64,
  timestampFrom: (seconds) => seconds * SECOND_MS,
  blobTo: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  timestampTo: (epochMs) => epochMs / SECOND_MS,
};

/**
 * What JSON.parse gave, as the code's value of `members`; constraints are for the check.
 * @throws {Fault} SerializationException.
 */
export function coerceJson(members: Members, parsed: unknown): Record<string, unknown> {
  return coerceMembers(members, parsed, FORMS);
}

/** The JSON text, in UTF-8, members in the order of their declaration, without those that are undefined. */
export function encodeJson(members: Members, value: object): Uint8Array {
  return Buffer.from(JSON.stringify(plainMembers(members, value as Record<string, unknown>, FORMS)));
}

function blobFromBase64(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw unfit(`${javaClass(value)} can not be converted to a Blob`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) {
    throw unfit(`'${value}' can not be converted to a Blob: ${base64Fault(value)}`);
  }
  return bytes;
}

function base64Fault(text: string): string {
  if (text.length % 4 !== 0) {
    return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
  }
  const wrong = /[^a-zA-Z0-9+/=]|=[^=]/.exec(text);
  if (wrong !== null) return `Invalid Base64 character: '${wrong[0][0]}'`;
  // The misspelling is the service's.
  return 'Invalid last non-pad Base64 character dectected';
}
