/** The codings of bodies behind one face. */
import { Fault } from '../model/fault.ts';
import { decodeCbor, encodeCbor } from '../wire/cbor.ts';
import { coerceJson, encodeJson } from '../wire/json.ts';
import type { Members } from '../wire/shape.ts';
import type { Wire } from './route.ts';
import { RPC_HEADERS, RPC_NAMESPACE } from './smithy-rpc.ts';

export interface Codec {
  readonly contentType: string;
  /** Headers of every answer, name and value by turns. */
  readonly headers: readonly string[];
  /** Stands before the code of a fault. */
  readonly namespace: string;
  /** Passes when the body is a map at all. @throws {Fault} SerializationException. */
  probe(body: Uint8Array): void;
  /** The members, coerced but not checked. @throws {Fault} SerializationException. */
  decode(members: Members, body: Uint8Array): Record<string, unknown>;
  encode(members: Members, value: object): Uint8Array;
}

const utf8 = new TextDecoder();

export const CODECS: Readonly<Record<Wire, Codec>> = {
  json: {
    contentType: 'application/x-amz-json-1.1',
    ...{ headers: [], namespace: '' },
    probe: (body) => void parseJson(body),
    decode: (members, body) => coerceJson(members, parseJson(body)),
    encode: encodeJson,
  },
  cbor: {
    contentType: 'application/x-amz-cbor-1.1',
    ...{ headers: [], namespace: '' },
    probe: (body) => void decodeCbor({}, body),
    decode: decodeCbor,
    encode: encodeCbor,
  },
  rpc: {
    contentType: 'application/cbor',
    ...{ headers: RPC_HEADERS, namespace: RPC_NAMESPACE },
    probe: (body) => void decodeCbor({}, body),
    decode: (members, body) => decodeCbor(members, body, 'taggedSeconds'),
    encode: (members, value) => encodeCbor(members, value, 'taggedSeconds'),
  },
};

/** Which coding a content type asks for, unless the request says that it is RPC v2. */
export function wireOf(contentType: string): Wire | undefined {
  if (contentType === CODECS.json.contentType) return 'json';
  return contentType === CODECS.cbor.contentType ? 'cbor' : undefined;
}

/** A map or a list. @throws {Fault} SerializationException, without a text, as AWS. */
export function parseJson(body: Uint8Array): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new Fault('SerializationException', '', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null) throw new Fault('SerializationException');
  return parsed;
}
