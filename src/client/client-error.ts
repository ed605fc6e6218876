/** Why a call failed, as a caller can tell it: the server's answer, or no answer at all. Nothing matches on the text. */

export interface ClientErrorOptions {
  readonly status: number;
  readonly requestId?: string | undefined;
  readonly serverMs?: number | undefined;
}

/** The server answered with an error. `code` is the API's name of it. */
export class ClientError extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** When the server answered, by its own clock; to the second. */
  readonly serverMs: number | undefined;
  constructor(code: string, message: string, options: ClientErrorOptions) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.status = options.status;
    this.requestId = options.requestId;
    this.serverMs = options.serverMs;
  }
}

/** No answer came: refused, reset, timed out, no such host. `code` is Node's or undici's, such as ECONNREFUSED. */
export class UnreachableError extends Error {
  readonly code: string;
  readonly endpoint: string;
  /** False when the request cannot have reached the server. */
  readonly sent: boolean;
  constructor(code: string, endpoint: string, options: { readonly sent: boolean; readonly cause: unknown }) {
    super(`${endpoint} does not answer (${code})`, { cause: options.cause });
    this.name = 'UnreachableError';
    this.code = code;
    this.endpoint = endpoint;
    this.sent = options.sent;
  }
}
