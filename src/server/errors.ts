/**
 * Faults as answers. Requests that are no call of this API are answered in the words of the layer of AWS that turns
 * them away, XML-looking bodies included. Observed at the service; recorded by the test suite of mhart/kinesalite.
 */
import { Fault } from '../model/fault.ts';
import { BODY_BYTES_MAX } from '../model/limits.ts';
import { string } from '../wire/shape.ts';
import { CODECS, parseJson } from './codec.ts';
import type { Reply } from './reply.ts';
import type { Wire } from './route.ts';

/** What comes too late to be coded as asked: no JSON, no CBOR. */
export const APPLICATION_JSON = 'application/json';

const ERROR_MEMBERS = { __type: string(), message: string(), Message: string() };

/** The answer that carries a fault; only SerializationException spells its text's name with a capital, and not in RPC v2. */
export function faultReply(fault: Fault, wire: Wire): Reply {
  const name = fault.code === 'SerializationException' && wire !== 'rpc' ? 'Message' : 'message';
  const __type = CODECS[wire].namespace + fault.code;
  return errorReply({ status: fault.status, __type, [name]: fault.message || undefined }, wire);
}

function errorReply({ status, ...fields }: { status: number } & Record<string, unknown>, wire: Wire): Reply {
  const { contentType, headers, encode } = CODECS[wire];
  return { status, contentType, headers, body: encode(ERROR_MEMBERS, fields) };
}

/** Larger than any request of the API can be. */
export const tooLargeReply: Reply = errorReply(
  {
    status: 413,
    __type: 'RequestEntityTooLargeException',
    message: `Request bodies may have up to ${BODY_BYTES_MAX} bytes.`,
  },
  'json',
);

/** A web page of another machine. */
export function foreignOriginReply(origin: string): Reply {
  const message = `Origin ${origin} is not allowed. The daemon answers web pages of other machines with --cors.`;
  return errorReply({ status: 403, __type: 'AccessDeniedException', message }, 'json');
}

/** No POST, or no telling what it wants. */
export const noOperationReply: Reply = text(
  403,
  '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n',
);

/** A body in a coding that nobody knows, and a target that names something. */
export const unknownCodingReply: Reply = text(404, '<UnknownOperationException/>\n');

/** Plain JSON gets past parsing and no further. */
export function plainJsonReply(body: Uint8Array): Reply {
  try {
    parseJson(body);
    return coral(404, 'UnknownOperationException');
  } catch (error) {
    if (error instanceof Fault) return coral(400, error.code);
    throw error;
  }
}

function coral(status: number, code: string): Reply {
  const output = { Output: { __type: `com.amazon.coral.service#${code}` }, Version: '1.0' };
  return { status, contentType: APPLICATION_JSON, body: Buffer.from(JSON.stringify(output)) };
}

function text(status: number, body: string): Reply {
  return { status, body: Buffer.from(body) };
}
