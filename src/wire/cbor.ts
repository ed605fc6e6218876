/**
 * AWS CBOR 1.1, what the Java SDKs speak: the code's values from CBOR bytes and back. Blobs are byte strings, timestamps
 * integer milliseconds (Java tags them 1, although tag 1 means seconds elsewhere). Pure.
 * Smithy's RPC v2 CBOR (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html) differs in the timestamps only.
 */
import { cbor, tag, tagSymbol } from '@smithy/core/cbor';
import { Fault } from '../model/fault.ts';
import { SECOND_MS } from '../model/time.ts';
import { isOneCborItem } from './cbor-bounds.ts';
import { coerceMembers, type Forms, javaClass, unfit } from './coerce.ts';
import { plainMembers } from './plain.ts';
import type { Members } from './shape.ts';

/** How timestamps travel: whole milliseconds, untagged (AWS CBOR 1.1), or tagged seconds (RPC v2 CBOR). */
export type CborTimestamps = 'milliseconds' | 'taggedSeconds';

const FORMS: Readonly<Record<CborTimestamps, Forms>> = {
  milliseconds: {
    blobFrom: blobFromBytes,
    timestampFrom: (epochMs) => epochMs,
    blobTo: (bytes) => bytes,
    timestampTo: (epochMs) => Math.round(epochMs),
  },
  taggedSeconds: {
    blobFrom: blobFromBytes,
    timestampFrom: (seconds) => seconds * SECOND_MS,
    blobTo: (bytes) => bytes,
    timestampTo: (epochMs) => tag({ tag: 1, value: epochMs / SECOND_MS }),
  },
};

/**
 * Bytes as the code's value of `members`; constraints are for the check. Blobs are views of `bytes`.
 * @throws {Fault} SerializationException, without a text when the bytes are no CBOR map.
 */
export function decodeCbor(
  members: Members,
  bytes: Uint8Array,
  timestamps: CborTimestamps = 'milliseconds',
): Record<string, unknown> {
  return coerceMembers(members, decodedMap(bytes), FORMS[timestamps]);
}

/** The CBOR bytes, members in the order of their declaration, without those that are undefined. */
export function encodeCbor(members: Members, value: object, timestamps: CborTimestamps = 'milliseconds'): Uint8Array {
  return cbor.serialize(plainMembers(members, value as Record<string, unknown>, FORMS[timestamps]));
}

function decodedMap(bytes: Uint8Array): Record<string, unknown> {
  if (!isOneCborItem(bytes)) throw new Fault('SerializationException');
  let decoded: unknown;
  try {
    decoded = untagged(cbor.deserialize(bytes));
  } catch (cause) {
    throw new Fault('SerializationException', '', { cause });
  }
  if (typeof decoded !== 'object' || decoded === null) throw new Fault('SerializationException');
  if (Array.isArray(decoded) || decoded instanceof Uint8Array) throw new Fault('SerializationException');
  return decoded as Record<string, unknown>;
}

/** The decoded value without its tags, which say nothing that the shapes do not say. */
function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(untagged);
  if (isTagged(value)) return untagged(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untagged(item)]));
}

function isTagged(value: object): value is { readonly value: unknown } {
  return tagSymbol in value;
}

function blobFromBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw unfit(`${javaClass(value)} can not be converted to a Blob`);
  return value;
}
