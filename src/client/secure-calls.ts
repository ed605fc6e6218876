/**
 * Calls over node:https, for those who make few: it starts at a sixth of what the pool costs, though each call costs
 * more. No proxies, no answers piece by piece.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { ANSWER_BYTES_MAX, CLIENT_IDLE_MS } from '../model/limits.ts';
import { TIMER_MS_MAX } from '../runtime/clock.ts';
import { UnreachableError } from './client-error.ts';
import { type Carrier, failureCode, type HttpAnswer, type HttpRequest, silence, tooLong } from './http.ts';

/** Keeps at most `connections` to the endpoint, an origin. */
export function openSecureCalls(endpoint: string, connections: number): Carrier {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: CLIENT_IDLE_MS });
  const underWay = new Set<Promise<unknown>>();
  return {
    async exchange(asked) {
      const { method = 'POST', path = '/', headers, timeoutMs, signal } = asked;
      signal?.throwIfAborted();
      const timeout = Math.min(timeoutMs, TIMER_MS_MAX);
      const call = request(new URL(path, endpoint), { agent, method, headers, timeout });
      const answer = answerTo(call, { ...asked, endpoint });
      underWay.add(answer);
      return answer.finally(() => underWay.delete(answer));
    },
    async close() {
      await Promise.allSettled(underWay);
      agent.destroy();
    },
  };
}

interface Asked extends HttpRequest {
  readonly endpoint: string;
}

function answerTo(call: ClientRequest, { endpoint, body, signal }: Asked): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let sent = false;
    const fail = (cause: unknown) => reject(new UnreachableError(failureCode(cause), endpoint, { sent, cause }));
    const onAbort = () => {
      // A call that waits for a connection says so only when it gets one.
      reject(signal?.reason);
      call.destroy();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    call.on('close', () => signal?.removeEventListener('abort', onAbort));
    call.on('socket', (socket: Socket) => {
      // A socket that was used before is open, whether it lay idle or is handed on by the call before.
      if (call.reusedSocket || !socket.connecting) sent = true;
      else
        socket.once('secureConnect', () => {
          sent = true;
        });
    });
    call.on('timeout', () => call.destroy(silence()));
    call.on('error', fail);
    call.on('response', (answer) => readWhole(call, answer).then(resolve, fail));
    call.end(body);
  });
}

function readWhole(call: ClientRequest, answer: IncomingMessage): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) call.destroy(tooLong());
    });
    answer.on('error', reject);
    answer.on('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      resolve({ status: answer.statusCode!, headers: answer.headers, body });
    });
  });
}
