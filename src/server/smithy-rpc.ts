/**
 * Smithy's RPC v2 CBOR: the operation stands in the path, and everything else is CBOR 1.1 but for timestamps and errors.
 * Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
import { type HttpRequest, headerOf } from './exchange.ts';

const PROTOCOL = 'rpc-v2-cbor';
/** Must stand in every answer, or clients take it for no answer at all. */
export const RPC_HEADERS: readonly string[] = ['smithy-protocol', PROTOCOL];
/** Errors are named in full. */
export const RPC_NAMESPACE = 'com.amazonaws.kinesis#';

/** `service.Operation`, as other protocols name it in x-amz-target; '' for another path, undefined for another protocol. */
export function rpcTarget({ headers, path }: Pick<HttpRequest, 'headers' | 'path'>): string | undefined {
  if (headerOf(headers, 'smithy-protocol') !== PROTOCOL) return undefined;
  const match = /\/service\/([^/?]+)\/operation\/([^/?]+)(?:\?|$)/.exec(path);
  return match === null ? '' : `${match[1]}.${match[2]}`;
}
