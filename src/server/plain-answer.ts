/** An answer as bytes of HTTP/1.1. */
import { STATUS_CODES } from 'node:http';
import type { Writable } from 'node:stream';
import { SECOND_MS } from '../model/time.ts';
import { httpDate } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import { pooledAlloc } from '../wire/native-buffer.ts';
import type { HttpResponse, Pieces } from './exchange.ts';

/** Up to this length head and body are copied together and go out in one piece. */
const JOINED_BYTES_MAX = 16_384;
const CLOSE = 'Connection: close\r\n\r\n';
const NO_BYTES = new Uint8Array(0);
/** Room for the piece of a short page, and for any other but that of one huge record. */
const SCRATCH_SIZES = [278_528, 1_064_960];
/** So many sockets may each hold a piece of a size whose memory is used again afterwards. */
const SCRATCHES_MAX = 4;

export class PlainAnswers {
  readonly #clock: Clock;
  readonly #keepAlive: string;
  readonly #statusLines = new Map<number, string>();
  #second = -1;
  #date = '';
  /** Pieces are made in the last of them, whoever they are for: that memory is in the processor's cache. */
  readonly #scratches = new Map<number, Uint8Array[]>(SCRATCH_SIZES.map((bytes) => [bytes, []]));

  constructor(clock: Clock, idleMs: number) {
    this.#clock = clock;
    this.#keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(idleMs / SECOND_MS)}\r\n\r\n`;
  }

  /**
   * Writes the answer; false when the client is slow to take it: `goOn` is then to be called at each 'drain' until it says
   * that this was all. The headers hold no line ends: they are ours.
   */
  write(out: Writable, response: HttpResponse, isLast: boolean): boolean {
    const { status, headers, body, rest = NO_BYTES, pieces } = response;
    let head = this.#statusLine(status);
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    head += this.#dateNow() + (isLast ? CLOSE : this.#keepAlive);
    if (pieces !== undefined) {
      this.#writePiece(out, pieces, head);
      return this.goOn(out, response);
    }
    if (head.length + body.length + rest.length > JOINED_BYTES_MAX) {
      out.cork();
      out.write(head, 'latin1');
      let isTaken = out.write(body);
      if (rest.length > 0) isTaken = out.write(rest);
      out.uncork();
      return isTaken;
    }
    const bytes = pooledAlloc(head.length + body.length + rest.length);
    bytes.latin1Write(head, 0);
    bytes.set(body, head.length);
    bytes.set(rest, head.length + body.length);
    return out.write(bytes);
  }

  /**
   * Writes what the client takes now of what is left to write; true when it has taken all. A short piece may wait in the
   * socket without a 'drain' to come: only what makes it full brings one.
   */
  goOn(out: Writable, { pieces }: HttpResponse): boolean {
    let isMore = pieces !== undefined;
    while (isMore && (out.writableLength === 0 || !out.writableNeedDrain)) isMore = this.#writePiece(out, pieces!);
    return !isMore && !out.writableNeedDrain;
  }

  /** Returns whether there was one. `before`: what goes out ahead of it, with the first. */
  #writePiece(out: Writable, pieces: Pieces, before = ''): boolean {
    let memory: Uint8Array = NO_BYTES;
    const piece = pieces.next((bytes) => {
      memory = this.#take(before.length + bytes);
      return memory.subarray(before.length);
    });
    if (piece === undefined) return false;
    const bytes = Buffer.from(memory.buffer, memory.byteOffset, before.length + piece.length);
    bytes.write(before, 'latin1');
    let isGiven = false;
    out.write(bytes, (error) => {
      if (!isGiven && !error) this.#give(memory);
    });
    // With the kernel already, as most are: the callback of such a write comes too late for the next piece.
    isGiven = out.writableLength === 0;
    if (isGiven) this.#give(memory);
    return true;
  }

  #take(bytes: number): Uint8Array {
    const size = SCRATCH_SIZES.find((scratchBytes) => bytes <= scratchBytes) ?? bytes;
    return this.#scratches.get(size)?.pop() ?? new Uint8Array(size);
  }

  #give(memory: Uint8Array): void {
    const spare = this.#scratches.get(memory.length);
    if (spare !== undefined && spare.length < SCRATCHES_MAX) spare.push(memory);
  }

  #statusLine(status: number): string {
    let line = this.#statusLines.get(status);
    if (line === undefined) {
      line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
      this.#statusLines.set(status, line);
    }
    return line;
  }

  /** The header, as long as its second lasts. */
  #dateNow(): string {
    const second = Math.floor(this.#clock.now() / SECOND_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = `Date: ${httpDate(second * SECOND_MS)}\r\n`;
    }
    return this.#date;
  }
}
