/** A call to the daemon's own path, for which node:http starts faster than the client. */
import { request } from 'node:http';
import { UnreachableError } from '../client/client-error.ts';
import { ANSWER_BYTES_MAX } from '../model/limits.ts';

const TIMEOUT_MS = 5_000;

/** The JSON answered. @throws {UnreachableError} without one. */
export function adminCall(url: string, method: 'GET' | 'POST', name: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
      reject(new UnreachableError(code, url, { sent: true, cause }));
    };
    const call = request(new URL(`/_sluice/${name}`, url), { method, timeout: TIMEOUT_MS, agent: false }, (answer) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Uint8Array) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) call.destroy(Object.assign(new Error('too long'), { code: 'EMSGSIZE' }));
      });
      answer.on('error', fail);
      answer.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
        } catch (error) {
          fail(error);
        }
      });
    });
    call.on('error', fail);
    call.on('timeout', () => call.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    call.end();
  });
}
