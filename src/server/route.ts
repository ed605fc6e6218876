/** How an operation is served: its declaration joined to the service. */
import type { Scope } from '../model/stream.ts';
import type { Input, Operation, Output } from '../operations/operation.ts';
import type { ReaderIdentity } from '../service/events.ts';
import type { StreamService } from '../service/service.ts';
import type { HttpResponse } from './exchange.ts';
import type { SharedPages } from './shared-pages.ts';

/** What a handler knows of the request beside its input. */
export interface Call {
  readonly service: StreamService;
  readonly scope: Scope;
  readonly requestId: string;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
  /** Who calls, as far as it can be told without credentials. */
  readonly reader: ReaderIdentity;
  readonly pages: SharedPages;
}

/** AWS JSON 1.1, AWS CBOR 1.1, Smithy RPC v2 CBOR. */
export type Wire = 'json' | 'cbor' | 'rpc';

/** What a handler gives when the answer is an event stream. */
export interface EventSource {
  /** Taken one after the other, as fast as the client takes them. The same event may be another client's too. */
  readonly events: AsyncIterable<object>;
  /** Asks the events to come to an end. */
  readonly stop: () => void;
  /** Of one of `events`. */
  payload(event: object, wire: Wire): Uint8Array;
}

/** As in HttpResponse. */
export type DirectAnswer = Pick<HttpResponse, 'body' | 'rest' | 'pieces'>;

export type Answer<O extends Operation> = O extends { readonly event: object } ? EventSource : Output<O>;

export type Handler<O extends Operation> = (input: Input<O>, call: Call) => Promise<Answer<O>>;

export interface Route<O extends Operation = Operation> {
  readonly operation: O;
  readonly handle: Handler<O>;
  /**
   * The hot path: reads the body and writes the answer by itself. Returns undefined, having done nothing, when the
   * body is not of the plain form it knows; the body then goes through parsing, checking and `handle`.
   */
  readonly direct?: (body: Uint8Array, wire: Wire, call: Call) => Promise<Uint8Array | DirectAnswer> | undefined;
}

/** Keeps the operation's type while it goes into the table of routes. */
export function route<const O extends Operation>(entry: Route<O>): Route {
  return entry as unknown as Route;
}
