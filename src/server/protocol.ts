/** What the port knows of a protocol: it takes a connection over, and it can be asked to come to an end. */
import type { Socket } from 'node:net';
import {
  CONNECTIONS_MAX,
  HEADER_BYTES_MAX,
  HEADERS_WAIT_MS,
  HTTP2_STREAMS_MAX,
  IDLE_MS,
  IN_FLIGHT_BYTES_MAX,
  REQUEST_WAIT_MS,
  ROOMLESS_BODY_BYTES_MAX,
} from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Handle } from './exchange.ts';

export interface Protocol {
  /** Serves the connection, which is paused and whose first bytes may have been pushed back. */
  accept(socket: Socket): void;
  /** Lets requests under way finish and takes no more on the connections there are. */
  drain(): void;
}

export interface ListenLimits {
  readonly connectionsMax: number;
  readonly headersWaitMs: number;
  readonly requestWaitMs: number;
  readonly idleMs: number;
  readonly headerBytesMax: number;
  readonly streamsMax: number;
  readonly inFlightBytesMax: number;
  readonly roomlessBodyBytesMax: number;
}

export const LISTEN_LIMITS: ListenLimits = {
  connectionsMax: CONNECTIONS_MAX,
  headersWaitMs: HEADERS_WAIT_MS,
  requestWaitMs: REQUEST_WAIT_MS,
  idleMs: IDLE_MS,
  headerBytesMax: HEADER_BYTES_MAX,
  streamsMax: HTTP2_STREAMS_MAX,
  inFlightBytesMax: IN_FLIGHT_BYTES_MAX,
  roomlessBodyBytesMax: ROOMLESS_BODY_BYTES_MAX,
};

export interface ProtocolOptions {
  readonly handle: Handle;
  readonly clock: Clock;
  readonly bodies: ByteBudget;
  readonly answers: ByteBudget;
  readonly limits: ListenLimits;
  /** Fires when answers without an end are to come to one. */
  readonly draining: AbortSignal;
}
