/** A request that came over a socket. */
import type { HttpRequest, RequestHeaders } from './exchange.ts';

export interface IncomingFields {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly peer: string;
}

/** The signal is made only for who asks for it: most requests are answered before anyone could. */
export class Incoming implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly peer: string;
  body: Uint8Array | undefined;
  isThrottled = false;
  #gone = false;
  #controller: AbortController | undefined;

  constructor(fields: IncomingFields) {
    this.method = fields.method;
    this.path = fields.path;
    this.headers = fields.headers;
    this.peer = fields.peer;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#gone) this.#controller.abort();
    return this.#controller.signal;
  }

  /** The connection or stream is closed, whether it was answered or not. */
  leave(): void {
    this.#gone = true;
    this.#controller?.abort();
  }
}
