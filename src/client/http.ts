/** What an HTTP exchange is, and one over a connection pool, the answer's body in one piece. */
import type { Dispatcher } from 'undici';
import { ANSWER_BYTES_MAX } from '../model/limits.ts';
import { UnreachableError } from './client-error.ts';

export interface HttpRequest {
  /** POST unless said otherwise. */
  readonly method?: 'GET' | 'PUT' | undefined;
  /** `/` unless said otherwise. */
  readonly path?: string | undefined;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | undefined;
  /** How long the server may keep silent. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Gets the body of an answer with status 200 as it comes, which is then empty; nothing more while a promise is open. */
  readonly onData?: ((piece: Uint8Array) => Promise<void> | undefined) | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What takes calls to one server. */
export interface Carrier {
  /** @throws {UnreachableError} when no whole answer came; the signal's reason when it fired. */
  exchange(request: HttpRequest): Promise<HttpAnswer>;
  /** Waits for calls under way, then closes the connections. */
  close(): Promise<void>;
}

/** Carries over a pool; closing closes the pool. */
export function carrierOver(pool: Dispatcher, endpoint: string): Carrier {
  return { exchange: (request) => exchange(pool, endpoint, request), close: () => pool.close() };
}

/**
 * Asks `endpoint`, an origin.
 * @throws {UnreachableError} when no whole answer came; the signal's reason when it fired.
 */
export function exchange(pool: Dispatcher, endpoint: string, request: HttpRequest): Promise<HttpAnswer> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    let status = 0;
    let headers: HttpAnswer['headers'] = {};
    let started = false;
    let control: Dispatcher.DispatchController | undefined;
    const onAbort = () => {
      reject(signal?.reason);
      control?.abort(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const { method = 'POST', path = '/', headers: sent, body, timeoutMs, onData } = request;
    const patience = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    pool.dispatch(
      { origin: endpoint, path, method, headers: sent, body: body ?? null, ...patience },
      {
        onRequestStart(controller) {
          started = true;
          control = controller;
          if (signal?.aborted) controller.abort(signal.reason);
        },
        onResponseStart(_, statusCode, answerHeaders) {
          status = statusCode;
          headers = answerHeaders;
        },
        onResponseData(controller, chunk) {
          if (onData !== undefined && status === 200) return hold(controller, onData, chunk);
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) controller.abort(tooLong());
        },
        onResponseEnd() {
          signal?.removeEventListener('abort', onAbort);
          resolve({ status, headers, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
        },
        onResponseError(_, error) {
          signal?.removeEventListener('abort', onAbort);
          reject(new UnreachableError(failureCode(error), endpoint, { sent: started, cause: error }));
        },
      },
    );
  });
}

/** Hands a piece on; the connection rests until it has been taken. */
function hold(
  controller: Dispatcher.DispatchController,
  onData: NonNullable<HttpRequest['onData']>,
  piece: Uint8Array,
): void {
  const taken = onData(piece);
  if (taken === undefined) return;
  controller.pause();
  taken.then(
    () => controller.resume(),
    (error) => controller.abort(error),
  );
}

/** The server does not come to an end. */
export function tooLong(): Error {
  return Object.assign(new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`), { code: 'EMSGSIZE' });
}

/** The server says nothing for as long as it may. */
export function silence(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

/** The connection is gone before the answer was whole. */
export function hungUp(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** Node's code; of several addresses tried at once, the first one's. */
export function failureCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return failureCode(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
