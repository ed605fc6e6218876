/**
 * Which protocol does a connection speak? Reads its first bytes, however few come at a time, until they are the
 * preface of HTTP/2 or can no longer become it, pushes them back and hands the socket on. Where TLS is served, a
 * connection that begins with a handshake comes back decrypted; others are for programs on this machine.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../runtime/clock.ts';
import { isLoopbackAddress } from './loopback.ts';
import type { Protocol } from './protocol.ts';
import { TLS_HANDSHAKE } from './tls.ts';

/** RFC 9113 section 3.4. POST, PUT and PATCH part from it at the second byte. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export interface PeekOptions {
  readonly clock: Clock;
  /** How long a connection may stay undecided: one wait at least, two at most. */
  readonly waitMs: number;
  readonly http1: Protocol;
  readonly http2: Protocol;
}

export class Peek {
  readonly #options: PeekOptions;
  /** Undecided sockets, those of the last sweep and those since. */
  #old = new Set<Socket>();
  #young = new Set<Socket>();
  readonly #closing = new AbortController();
  #tls: Protocol | undefined;

  constructor(options: PeekOptions) {
    this.#options = options;
    void this.#sweep();
  }

  /** From now on handshakes are passed to `tls`, which gives the socket back to `accept`. */
  serveTls(tls: Protocol): void {
    this.#tls = tls;
  }

  accept(socket: Socket): void {
    if (this.#closing.signal.aborted) return void socket.destroy();
    this.#young.add(socket);
    let seen: Buffer = Buffer.alloc(0);
    const decide = (protocol: Protocol | undefined) => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      this.#young.delete(socket);
      this.#old.delete(socket);
      if (protocol === undefined) return void socket.destroy();
      socket.pause();
      socket.unshift(seen);
      protocol.accept(socket);
    };
    const onEnd = () => decide(undefined);
    const isSecure = socket instanceof TLSSocket;
    const isPlainTaken = this.#tls === undefined || isSecure || isLoopbackAddress(socket.remoteAddress ?? '');
    const onData = (chunk: Buffer) => {
      if (this.#tls !== undefined && !isSecure && seen.length === 0 && chunk[0] === TLS_HANDSHAKE) {
        seen = chunk;
        return decide(this.#tls);
      }
      if (!isPlainTaken) return decide(undefined);
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const length = Math.min(seen.length, PREFACE.length);
      if (seen.compare(PREFACE, 0, length, 0, length) !== 0) decide(this.#options.http1);
      else if (length === PREFACE.length) decide(this.#options.http2);
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd);
  }

  /** Ends every connection that has not said what it speaks. */
  close(): void {
    this.#closing.abort();
    for (const socket of [...this.#old, ...this.#young]) socket.destroy();
  }

  async #sweep(): Promise<void> {
    const { clock, waitMs } = this.#options;
    try {
      for (;;) {
        await clock.sleep(waitMs, this.#closing.signal);
        for (const socket of this.#old) socket.destroy();
        this.#old = this.#young;
        this.#young = new Set();
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    }
  }
}
