/**
 * Reads one HTTP/1.1 answer from the pieces a connection gives. Strict: what the RFC forbids ends the call, as what it
 * leaves open may be another answer. Pure. Source: RFC 9112.
 */
import { ANSWER_BYTES_MAX, ANSWER_HEAD_BYTES_MAX } from '../model/limits.ts';
import { SECOND_MS } from '../model/time.ts';
import { type HttpAnswer, hungUp, tooLong } from './http.ts';

/** What is read next, or that nothing is. */
type Part = 'head' | 'body' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'rest' | 'done';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
/** A chunk's size in hexadecimal with what may stand behind it, and a line of a trailer. */
const LINE_BYTES_MAX = 8_192;
const NO_BYTES = new Uint8Array(0);
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

export class AnswerReader {
  #part: Part = 'head';
  /** The start of a head or a line whose end has not come. */
  #held: Uint8Array = NO_BYTES;
  #status = 0;
  #headers: Record<string, string> = {};
  /** The first `#length` bytes are the body so far, whatever pieces it comes in; the others are room. */
  #body = NO_BYTES;
  #length = 0;
  /** Of the body and, in chunks, of what stands around it. */
  #bytes = 0;
  /** Of the body or the chunk that is read. */
  #left = 0;

  /** How long the connection may rest before its next call, by what the server says; undefined for one that ends with this answer. */
  idleMsMax: number | undefined;

  /** The whole answer, once it is there. */
  get answer(): HttpAnswer | undefined {
    if (this.#part !== 'done') return undefined;
    return { status: this.#status, headers: this.#headers, body: this.#body.subarray(0, this.#length) };
  }

  /** Takes what came; the caller may use its memory again. @throws {Error} with a code for what is no such answer. */
  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      // More than was asked for: the connection cannot be trusted with another call.
      if (this.#part === 'done') {
        this.idleMsMax = undefined;
        return;
      }
      at = this.#take(piece, at);
    }
  }

  /** The connection ended. @throws {Error} ECONNRESET when that is not the end of the answer. */
  end(): void {
    this.idleMsMax = undefined;
    if (this.#part === 'rest') this.#part = 'done';
    if (this.#part !== 'done') throw hungUp();
  }

  /** Takes some bytes from `at` on; gives where the others start. */
  #take(piece: Uint8Array, at: number): number {
    switch (this.#part) {
      case 'head':
        return this.#takeHead(piece, at);
      case 'body':
      case 'chunk':
        return this.#takeBody(piece, at);
      case 'rest':
        this.#keep(piece, at, piece.length);
        return piece.length;
      default:
        return this.#takeLine(piece, at);
    }
  }

  #takeHead(piece: Uint8Array, at: number): number {
    const before = this.#held.length;
    const bytes = joined(this.#held, piece.subarray(at));
    const end = endOfHead(bytes);
    if ((end < 0 ? bytes.length : end) > ANSWER_HEAD_BYTES_MAX) throw notHttp('HPE_HEADER_OVERFLOW', 'a longer head');
    this.#held = end < 0 ? copyOf(bytes) : NO_BYTES;
    if (end < 0) return piece.length;
    this.#readHead(latin1(bytes, end - 4));
    return at + end - before;
  }

  #readHead(text: string): void {
    const [first, ...lines] = text.split('\r\n');
    const [, minor, status] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?$/.exec(first!) ?? [];
    if (status === undefined) throw notHttp('HPE_INVALID_CONSTANT', 'no status of HTTP/1.1');
    this.#status = Number(status);
    this.#headers = headersOf(lines);
    // What the server says before its answer, as that it has begun.
    if (this.#status >= 100 && this.#status < 200 && this.#status !== 101) return;
    this.#beginBody(minor === '1');
  }

  #beginBody(isNewer: boolean): void {
    const { 'transfer-encoding': coding, 'content-length': length, connection, 'keep-alive': hint } = this.#headers;
    const words = (connection ?? '').toLowerCase().split(/[\s,]+/);
    const seconds = /(?:^|[\s,])timeout=(\d+)/i.exec(hint ?? '')?.[1];
    if (isNewer ? !words.includes('close') : words.includes('keep-alive')) {
      // The server closes sooner than it says by what the way takes.
      const restMs = seconds === undefined ? Number.POSITIVE_INFINITY : (Number(seconds) - 1) * SECOND_MS;
      if (restMs > 0) this.idleMsMax = restMs;
    }
    if (this.#status === 204 || this.#status === 304) this.#part = 'done';
    else if (coding !== undefined) this.#beginChunks(coding, length);
    else if (length !== undefined) this.#expect('body', lengthOf(length));
    else {
      this.idleMsMax = undefined;
      this.#part = 'rest';
    }
  }

  /** With a length beside it, two readers could take two ends of the answer. */
  #beginChunks(coding: string, length: string | undefined): void {
    if (length !== undefined) throw notHttp('HPE_UNEXPECTED_CONTENT_LENGTH', 'chunks with a length');
    if (coding.toLowerCase() !== 'chunked') throw notHttp('HPE_INVALID_TRANSFER_ENCODING', 'an unknown encoding');
    this.#part = 'chunk size';
  }

  #expect(part: 'body' | 'chunk', bytes: number): void {
    if (this.#bytes + bytes > ANSWER_BYTES_MAX) throw tooLong();
    this.#makeRoom(this.#length + bytes);
    this.#left = bytes;
    this.#part = bytes > 0 ? part : 'done';
  }

  #takeBody(piece: Uint8Array, at: number): number {
    const end = Math.min(piece.length, at + this.#left);
    this.#left -= end - at;
    this.#keep(piece, at, end);
    if (this.#left === 0) this.#part = this.#part === 'chunk' ? 'chunk end' : 'done';
    return end;
  }

  #keep(piece: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    this.#count(to - from);
    this.#makeRoom(length);
    this.#body.set(piece.subarray(from, to), this.#length);
    this.#length = length;
  }

  /** As much as was announced, and at least twice what there was: a body in many pieces is not moved at each. */
  #makeRoom(bytes: number): void {
    if (bytes <= this.#body.length) return;
    const larger = new Uint8Array(Math.max(bytes, 2 * this.#body.length));
    larger.set(this.#body.subarray(0, this.#length));
    this.#body = larger;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > ANSWER_BYTES_MAX) throw tooLong();
  }

  #takeLine(piece: Uint8Array, at: number): number {
    const end = piece.indexOf(LINE_FEED, at);
    const bytes = joined(this.#held, piece.subarray(at, end < 0 ? piece.length : end));
    if (bytes.length > LINE_BYTES_MAX) throw notHttp('HPE_CHUNK_EXTENSIONS_OVERFLOW', 'a longer line');
    this.#held = end < 0 ? copyOf(bytes) : NO_BYTES;
    if (end < 0) return piece.length;
    if (bytes.at(-1) !== RETURN) throw notHttp('HPE_STRICT', 'a line that ends in the middle');
    this.#count(bytes.length);
    this.#readLine(latin1(bytes, bytes.length - 1));
    return end + 1;
  }

  #readLine(line: string): void {
    if (this.#part === 'chunk size') {
      const size = /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw notHttp('HPE_INVALID_CHUNK_SIZE', 'a chunk without a size');
      const bytes = Number.parseInt(size, 16);
      this.#expect('chunk', bytes);
      if (bytes === 0) this.#part = 'trailer';
    } else if (this.#part === 'chunk end') {
      if (line !== '') throw notHttp('HPE_STRICT', 'a chunk longer than its size');
      this.#part = 'chunk size';
    } else if (line === '') this.#part = 'done';
  }
}

/** The bytes of one behind those of the other. */
function joined(held: Uint8Array, piece: Uint8Array): Uint8Array {
  return held.length === 0 ? piece : Buffer.concat([held, piece]);
}

/** In memory of its own; a Buffer's `slice` would share it. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function latin1(bytes: Uint8Array, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
}

/** Where the bytes behind the empty line start, below 0 while there is none. */
function endOfHead(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}

/** By lower-case names, those that come again joined. */
function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!TOKEN.test(name)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'a header without a name');
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (/[\0\r\n]/.test(value)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'a header over two lines');
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

/** The same length may be said twice. */
function lengthOf(text: string): number {
  const [length, ...others] = text.split(/, ?/);
  if (!/^\d{1,15}$/.test(length!) || others.some((other) => other !== length)) {
    throw notHttp('HPE_INVALID_CONTENT_LENGTH', 'no length');
  }
  return Number(length);
}

/** By the codes that Node's own reader gives. */
function notHttp(code: string, what: string): Error {
  return Object.assign(new Error(`the answer is no HTTP/1.1: ${what}`), { code });
}
