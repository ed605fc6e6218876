/**
 * Calls to a server without TLS, over bare sockets: these start sooner than node:http, that sooner than undici's pool, and
 * each call costs less than over either. With TLS over node:https, for those who make few. No proxies, no answers piece by piece.
 */
import { connect, type Socket } from 'node:net';
import { CLIENT_IDLE_MS } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import { afterTurn } from '../runtime/loop-turn.ts';
import { limitSilence } from '../runtime/silence.ts';
import { AnswerReader } from './answer-reader.ts';
import { UnreachableError } from './client-error.ts';
import { type Carrier, failureCode, type HttpAnswer, type HttpRequest, hungUp, silence } from './http.ts';

/** How the connections to a server without TLS are. */
export interface Connecting {
  /** At most so many. */
  readonly connections: number;
  /** How long making one may take; as long as an answer may unless given. */
  readonly connectMs?: number | undefined;
  /** How old one gets, by `clock`; as old as the server lets it unless given. */
  readonly lifetime?: { readonly ms: number; readonly clock: Clock } | undefined;
  /** Whether the system asks a silent server now and then if it is still there; not unless given. */
  readonly keepAlive?: boolean | undefined;
}

/** Keeps at most `connections` to the endpoint, an origin. */
export async function openCalls(endpoint: string, connections: number): Promise<Carrier> {
  if (endpoint.startsWith('http:')) return openPlainCalls(endpoint, { connections });
  return (await import('./secure-calls.ts')).openSecureCalls(endpoint, connections);
}

/** Calls to an origin without TLS. */
export function openPlainCalls(endpoint: string, connecting: Connecting): Carrier {
  return new PlainCalls(endpoint, connecting);
}

/** A request that waits for a connection or is under way. */
interface Call {
  readonly head: string;
  readonly body: Uint8Array | undefined;
  readonly timeoutMs: number;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

const READ_BYTES = 65_536;

class PlainCalls implements Carrier {
  readonly #endpoint: string;
  readonly #host: string;
  readonly #connecting: Connecting;
  readonly #open = new Set<Connection>();
  readonly #waiting = new Set<Call>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** Whatever comes is read into it and taken from it at once. */
  readonly #memory = new Uint8Array(READ_BYTES);

  constructor(endpoint: string, connecting: Connecting) {
    this.#endpoint = endpoint;
    this.#host = new URL(endpoint).host;
    this.#connecting = connecting;
  }

  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    const { body, timeoutMs, signal } = request;
    signal?.throwIfAborted();
    const head = headOf(this.#host, request);
    let onAbort = () => {};
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      const call = { head, body, timeoutMs, resolve, reject };
      onAbort = () => {
        reject(signal?.reason);
        this.#waiting.delete(call);
        for (const connection of this.#open) if (connection.call === call) connection.close();
      };
      this.#waiting.add(call);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    const done = answer.finally(() => {
      signal?.removeEventListener('abort', onAbort);
      this.#underWay.delete(done);
    });
    this.#underWay.add(done);
    this.#next();
    return done;
  }

  async close(): Promise<void> {
    // Whose call ended may have made the next one by now.
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    for (const connection of this.#open) connection.close();
  }

  /** Gives calls that wait a connection, while there may be one. */
  #next(): void {
    let soonFree = 0;
    for (const { isSettling } of this.#open) if (isSettling) soonFree += 1;
    for (const call of this.#waiting) {
      const free = this.#free();
      if (free === undefined && soonFree-- > 0) continue;
      const connection = free ?? this.#connect();
      if (connection === undefined) return;
      this.#waiting.delete(call);
      connection.carry(call);
    }
  }

  #free(): Connection | undefined {
    for (const connection of this.#open) {
      if (!connection.isFree) continue;
      if (!connection.isOld) return connection;
      connection.close();
    }
    return undefined;
  }

  #connect(): Connection | undefined {
    if (this.#open.size === this.#connecting.connections) return undefined;
    const connection = new Connection(this.#endpoint, {
      memory: this.#memory,
      connecting: this.#connecting,
      onFree: () => this.#next(),
      onClose: () => {
        this.#open.delete(connection);
        this.#next();
      },
    });
    this.#open.add(connection);
    return connection;
  }
}

interface ConnectionOptions {
  readonly memory: Uint8Array;
  readonly connecting: Connecting;
  /** It can carry another call. */
  readonly onFree: () => void;
  readonly onClose: () => void;
}

/** Carries one call after the other. At rest it keeps no process alive. */
class Connection {
  readonly #endpoint: string;
  readonly #options: ConnectionOptions;
  /** By the clock of its lifetime. */
  readonly #oldAtMs: number;
  readonly #socket: Socket;
  #reader = new AnswerReader();
  #isConnected = false;
  /** It had an answer just now: whether the server ends it behind that, though it did not say so, is known in a moment. */
  isSettling = false;
  call: Call | undefined;

  constructor(endpoint: string, options: ConnectionOptions) {
    const { memory, connecting } = options;
    this.#endpoint = endpoint;
    this.#options = options;
    const { lifetime, keepAlive = false } = connecting;
    this.#oldAtMs = lifetime === undefined ? Infinity : lifetime.clock.monotonic() + lifetime.ms;
    const { hostname, port } = new URL(endpoint);
    this.#socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 80,
      noDelay: true,
      keepAlive,
      onread: { buffer: memory, callback: (bytes) => this.#take(memory.subarray(0, bytes)) },
    });
    this.#socket.on('connect', () => {
      this.#isConnected = true;
      if (this.call !== undefined) limitSilence(this.#socket, this.call.timeoutMs);
    });
    this.#socket.on('end', () => {
      this.#read(() => this.#reader.end());
      this.close();
    });
    this.#socket.on('timeout', () => this.#fail(silence()));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => {
      this.#fail(hungUp());
      options.onClose();
    });
  }

  get isFree(): boolean {
    return this.call === undefined && !this.isSettling && this.#socket.writable;
  }

  get isOld(): boolean {
    const { lifetime } = this.#options.connecting;
    return lifetime !== undefined && lifetime.clock.monotonic() >= this.#oldAtMs;
  }

  carry(call: Call): void {
    this.call = call;
    this.#reader = new AnswerReader();
    const socket = this.#socket;
    const { connectMs = call.timeoutMs } = this.#options.connecting;
    limitSilence(socket, this.#isConnected ? call.timeoutMs : connectMs);
    socket.ref();
    socket.cork();
    socket.write(call.head, 'latin1');
    if (call.body !== undefined) socket.write(call.body);
    socket.uncork();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Node goes on reading. */
  #take(piece: Uint8Array): true {
    // Nothing was asked.
    if (this.call === undefined) this.close();
    else this.#read(() => this.#reader.push(piece));
    return true;
  }

  #read(take: () => void): void {
    if (this.call === undefined) return;
    try {
      take();
      const { answer } = this.#reader;
      if (answer !== undefined) this.#rest(this.call, answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Hands the answer over. A server that answered before it had the whole request may not take another. */
  #rest({ resolve }: Call, answer: HttpAnswer): void {
    this.call = undefined;
    resolve(answer);
    const { idleMsMax } = this.#reader;
    if (idleMsMax === undefined || this.isOld || this.#socket.writableLength > 0) this.close();
    else {
      limitSilence(this.#socket, Math.min(CLIENT_IDLE_MS, idleMsMax));
      this.#socket.unref();
      this.isSettling = true;
      afterTurn(() => {
        this.isSettling = false;
        this.#options.onFree();
      });
    }
  }

  #fail(cause: unknown): void {
    const { call } = this;
    this.call = undefined;
    call?.reject(new UnreachableError(failureCode(cause), this.#endpoint, { sent: this.#isConnected, cause }));
    this.close();
  }
}

/** The request up to its body. @throws {TypeError} for a header that would be more than one. */
function headOf(host: string, { method, path = '/', headers, body }: HttpRequest): string {
  const all: Record<string, string> = { host, connection: 'keep-alive', 'content-length': String(body?.length ?? 0) };
  for (const name in headers) {
    const value = headers[name]!;
    if (/[^\t -~\x80-\xff]/.test(value)) {
      const text = `Invalid character in header content ["${name}"]`;
      throw Object.assign(new TypeError(text), { code: 'ERR_INVALID_CHAR' });
    }
    all[name.toLowerCase()] = value;
  }
  let head = `${method ?? 'POST'} ${targetOf(path)} HTTP/1.1\r\n`;
  for (const name in all) head += `${name}: ${all[name]}\r\n`;
  return `${head}\r\n`;
}

/** A path with its query as it may stand in a request. */
function targetOf(path: string): string {
  if (path === '/') return path;
  const { pathname, search } = new URL(path, 'http://any');
  return pathname + search;
}
