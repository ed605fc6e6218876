/** A request and its answer as plain values, so that everything behind the sockets can be called without one. */

import type { Writable } from 'node:stream';

/** Names in lower case; HTTP/2's pseudo headers among them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: RequestHeaders;
  /** undefined: longer than BODY_BYTES_MAX, and not read to its end. */
  readonly body: Uint8Array | undefined;
  /** There was no room for it in time: its body, if it was large, was thrown away and is empty here. */
  readonly isThrottled?: boolean;
  /** The client's IP address. */
  readonly peer: string;
  /** Fires when the client has gone before it had its answer. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  /** With a push: its beginning, sent at once. */
  readonly body: Uint8Array;
  /** Follows the body, of which others have their answers too; never with a push. */
  readonly rest?: Uint8Array | undefined;
  /** A long body that is made while it is sent; `body` is empty then, and there is no rest. */
  readonly pieces?: Pieces | undefined;
  /** Present when the body goes on as things happen. */
  readonly push?: Push | undefined;
}

/** Writes to a body that has begun, and resolves when it is to end; never rejects. The signal asks it to come to an end. */
export type Push = (out: Writable, signal: AbortSignal) => Promise<void>;

/** Answers a request; never rejects. */
export type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** A body piece by piece; `bytes` are those of all of it. */
export interface Pieces {
  readonly bytes: number;
  /** The next piece, in memory that `take` gives (at least so many bytes); undefined at the end. */
  next(take: (bytes: number) => Uint8Array): Uint8Array | undefined;
}

/** Of everything that makes up the body. */
export function contentLength({ body, rest, pieces }: Pick<HttpResponse, 'body' | 'rest' | 'pieces'>): number {
  return body.length + (rest?.length ?? 0) + (pieces?.bytes ?? 0);
}

/** The same answer with a body in one piece, for who cannot send it otherwise. */
export function inOnePiece(response: HttpResponse): HttpResponse {
  const { pieces, ...others } = response;
  if (pieces === undefined) return response;
  const body = new Uint8Array(pieces.bytes);
  let at = 0;
  const take = (bytes: number) => new Uint8Array(bytes);
  for (let piece = pieces.next(take); piece !== undefined; piece = pieces.next(take)) {
    body.set(piece, at);
    at += piece.length;
  }
  return { ...others, body };
}

/** One header's value; '' when it is absent. */
export function headerOf(headers: RequestHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** What the client calls this server: the Host header, or its HTTP/2 counterpart. */
export function hostOf(headers: RequestHeaders): string {
  return headerOf(headers, ':authority') || headerOf(headers, 'host');
}
