/**
 * HTTP/1.1 as SDKs speak it, read straight off the socket: a POST with a Content-Length, one request at a time. A
 * connection on which anything else turns up (another method, chunks, Expect, an event stream) goes to node:http with
 * all bytes that belong to it, and stays there.
 */
import type { Socket } from 'node:net';
import { BODY_BYTES_MAX } from '../model/limits.ts';
import { BufferPool } from './buffer-pool.ts';
import { PlainAnswers } from './plain-answer.ts';
import { PlainConnection, type PlainLane } from './plain-connection.ts';
import type { PlainHead } from './plain-head.ts';
import type { Protocol, ProtocolOptions } from './protocol.ts';

/** What is answered by a push, named in the target's header or, with or without a query behind it, in the path. */
const PUSHED = 'SubscribeToShard';

export interface PlainOptions extends ProtocolOptions {
  /** Takes over what is not plain. */
  readonly http1: Protocol;
}

/** Serves what is plain and hands on the rest. */
export function plainHttp1Protocol(options: PlainOptions): Protocol {
  const { clock, http1, limits } = options;
  const connections = new Set<PlainConnection>();
  const lane: PlainLane = {
    ...{ handle: options.handle, bodies: options.bodies, answersHeld: options.answers, limits, clock },
    ...{ pool: new BufferPool(), answers: new PlainAnswers(clock, limits.idleMs) },
    isPlain,
    leave: (connection) => void connections.delete(connection),
    handOn: (socket) => http1.accept(socket),
  };
  void endTheSlow(connections, options);
  return {
    accept(socket: Socket) {
      connections.add(new PlainConnection(lane, socket));
      socket.resume();
    },
    drain() {
      for (const connection of connections) connection.drain();
      http1.drain();
    },
  };
}

function isPlain({ path, headers, bodyBytes }: PlainHead): boolean {
  const isKnown = path === '/' || path.startsWith('/service/');
  const isPushed = path.includes(PUSHED) || headers['x-amz-target']?.includes(PUSHED);
  return isKnown && !isPushed && bodyBytes <= BODY_BYTES_MAX;
}

/** Who takes too long over a head or a body is told so and cut off; who has been idle too long is cut off. */
async function endTheSlow(connections: Iterable<PlainConnection>, options: PlainOptions): Promise<void> {
  const { clock, limits, draining } = options;
  try {
    for (;;) {
      await clock.sleep(Math.ceil(Math.min(limits.headersWaitMs, limits.idleMs) / 4), draining);
      const nowMs = clock.monotonic();
      for (const connection of connections) connection.endIfSlow(nowMs);
    }
  } catch (error) {
    if (!draining.aborted) throw error;
  }
}
