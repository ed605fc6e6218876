/**
 * Calls for those who make few. To a server without TLS they go over bare sockets: these start sooner than node:http, and
 * that sooner than the pool. No proxies, no answers piece by piece.
 */
import { connect, type Socket } from 'node:net';
import { CLIENT_IDLE_MS } from '../model/limits.ts';
import { limitSilence } from '../runtime/silence.ts';
import { AnswerReader } from './answer-reader.ts';
import { UnreachableError } from './client-error.ts';
import { type Carrier, failureCode, type HttpAnswer, type HttpRequest, hungUp, silence } from './http.ts';

/** Keeps at most `connections` to the endpoint, an origin. */
export async function openPlainCalls(endpoint: string, connections: number): Promise<Carrier> {
  if (endpoint.startsWith('http:')) return new PlainCalls(endpoint, connections);
  return (await import('./secure-calls.ts')).openSecureCalls(endpoint, connections);
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
  readonly #connections: number;
  readonly #open = new Set<Connection>();
  readonly #waiting = new Set<Call>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** Whatever comes is read into it and taken from it at once. */
  readonly #memory = new Uint8Array(READ_BYTES);

  constructor(endpoint: string, connections: number) {
    this.#endpoint = endpoint;
    this.#connections = connections;
  }

  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    const { body, timeoutMs, signal } = request;
    signal?.throwIfAborted();
    const head = headOf(this.#endpoint, request);
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
    await Promise.allSettled(this.#underWay);
    for (const connection of this.#open) connection.close();
  }

  /** Gives calls that wait a connection, while there may be one. */
  #next(): void {
    for (const call of this.#waiting) {
      const connection = [...this.#open].find(({ isFree }) => isFree) ?? this.#connect();
      if (connection === undefined) return;
      this.#waiting.delete(call);
      connection.carry(call);
    }
  }

  #connect(): Connection | undefined {
    if (this.#open.size === this.#connections) return undefined;
    const connection = new Connection(this.#endpoint, this.#memory, {
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

interface ConnectionEvents {
  /** It can carry another call. */
  readonly onFree: () => void;
  readonly onClose: () => void;
}

/** Carries one call after the other. At rest it keeps no process alive. */
class Connection {
  readonly #endpoint: string;
  readonly #events: ConnectionEvents;
  readonly #socket: Socket;
  #reader = new AnswerReader();
  #isConnected = false;
  call: Call | undefined;

  constructor(endpoint: string, memory: Uint8Array, events: ConnectionEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    const { hostname, port } = new URL(endpoint);
    this.#socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 80,
      noDelay: true,
      onread: { buffer: memory, callback: (bytes) => this.#take(memory.subarray(0, bytes)) },
    });
    this.#socket.on('connect', () => {
      this.#isConnected = true;
    });
    this.#socket.on('end', () => this.#read(() => this.#reader.end()));
    this.#socket.on('timeout', () => this.#fail(silence()));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => {
      this.#fail(hungUp());
      events.onClose();
    });
  }

  get isFree(): boolean {
    return this.call === undefined && this.#socket.writable;
  }

  carry(call: Call): void {
    this.call = call;
    this.#reader = new AnswerReader();
    const socket = this.#socket;
    limitSilence(socket, call.timeoutMs);
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
    if (idleMsMax === undefined || this.#socket.writableLength > 0) this.close();
    else {
      limitSilence(this.#socket, Math.min(CLIENT_IDLE_MS, idleMsMax));
      this.#socket.unref();
      this.#events.onFree();
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
function headOf(endpoint: string, { method, path = '/', headers, body }: HttpRequest): string {
  const { host, pathname, search } = new URL(path, endpoint);
  const all = { host, connection: 'keep-alive', 'content-length': String(body?.length ?? 0) };
  const lines = Object.entries({ ...all, ...lowerCase(headers) }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method ?? 'POST'} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => {
    if (/[^\t -~\x80-\xff]/.test(value)) {
      const text = `Invalid character in header content ["${name}"]`;
      throw Object.assign(new TypeError(text), { code: 'ERR_INVALID_CHAR' });
    }
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(entries);
}
