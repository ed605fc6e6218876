/** An answer before it has its request ids and the headers for browsers. */
import type { Pieces, Push } from './exchange.ts';

export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  /** Others, name and value by turns. */
  readonly headers?: readonly string[];
  readonly body: Uint8Array;
  /** All as in HttpResponse. */
  readonly rest?: Uint8Array | undefined;
  readonly pieces?: Pieces | undefined;
  readonly push?: Push | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** An answer without a body. */
export function emptyReply(status: number, contentType?: string): Reply {
  return contentType === undefined ? { status, body: NO_BYTES } : { status, contentType, body: NO_BYTES };
}
