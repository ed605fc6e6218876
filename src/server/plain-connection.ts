/** One connection of the plain lane: gathers a request, has it answered, writes the answer, then looks at the next. */
import type { Socket } from 'node:net';
import { PROVEN_BODY_BYTES } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import { answerBytesToReserve } from './body.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { ByteBudget, Holder } from './byte-budget.ts';
import { contentLength, type Handle, type HttpResponse } from './exchange.ts';
import { Incoming } from './incoming.ts';
import type { PlainAnswers } from './plain-answer.ts';
import { type PlainHead, parsePlainHead } from './plain-head.ts';
import type { ListenLimits } from './protocol.ts';

/** What connections of the lane share. */
export interface PlainLane {
  readonly handle: Handle;
  readonly bodies: ByteBudget;
  readonly answersHeld: ByteBudget;
  readonly limits: ListenLimits;
  readonly clock: Clock;
  readonly pool: BufferPool;
  readonly answers: PlainAnswers;
  /** Whether the lane answers such a request itself. */
  isPlain(head: PlainHead): boolean;
  leave(connection: PlainConnection): void;
  /** The socket is paused, and what was not used of its bytes is pushed back. */
  handOn(socket: Socket): void;
}

const METHOD = Buffer.from('POST ');
const HEAD_END = Buffer.from('\r\n\r\n');
const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';
/** Bytes taken in beyond the request under way before the socket is paused. */
const AHEAD_BYTES_MAX = 65_536;

const NOTHING = Buffer.alloc(0);

/** A request whose body is being gathered. */
interface Gathering {
  readonly head: PlainHead;
  /** Absent: there was no room in time, and the body is thrown away. */
  readonly into: Buffer | undefined;
  readonly holder: Holder;
  filled: number;
}

export class PlainConnection {
  readonly #lane: PlainLane;
  readonly #socket: Socket;
  readonly #peer: string;
  /** Bytes that belong to no request yet. */
  #ahead: Buffer | undefined;
  #gathering: Gathering | undefined;
  /** Of a large body of which little has come yet: what there is of it is in `#ahead`, and it has no room. */
  #unproven: PlainHead | undefined;
  /** Being answered, or waiting for room in the budget. */
  #request: Incoming | undefined;
  /** Of the room for bodies, by the request being gathered or answered. */
  #reserved = 0;
  #isBusy = false;
  #isEnded = false;
  #isDraining = false;
  /** When the bytes of the next request began to come, or, while there are none, when there was nothing more to do. */
  #sinceMs: number;

  constructor(lane: PlainLane, socket: Socket) {
    this.#lane = lane;
    this.#socket = socket;
    this.#peer = socket.remoteAddress ?? '';
    this.#sinceMs = lane.clock.monotonic();
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  /** Answers what is under way, then ends. */
  drain(): void {
    this.#isDraining = true;
    if (this.#isIdle()) this.#socket.end();
  }

  /** Ends a connection that has been idle, or at one request, for too long. */
  endIfSlow(nowMs: number): void {
    if (this.#isBusy) return;
    const { idleMs, headersWaitMs, requestWaitMs } = this.#lane.limits;
    const waitMs = this.#isIdle() ? idleMs : (this.#gathering ?? this.#unproven) ? requestWaitMs : headersWaitMs;
    if (nowMs - this.#sinceMs < waitMs) return;
    if (!this.#isIdle()) this.#socket.write(TOO_SLOW);
    this.#socket.destroySoon();
  }

  #cut = (): void => {
    if (!this.#isBusy) this.#socket.write(TOO_SLOW);
    this.#socket.destroySoon();
  };

  #isIdle(): boolean {
    return !this.#isBusy && this.#gathering === undefined && this.#ahead === undefined;
  }

  #onData = (chunk: Buffer): void => {
    const gathering = this.#gathering;
    if (gathering !== undefined && !this.#isBusy) {
      const rest = this.#fill(gathering, chunk);
      if (rest === undefined) return;
      this.#ahead = rest;
    } else {
      const wasIdle = this.#isIdle();
      this.#ahead = this.#ahead === undefined ? chunk : Buffer.concat([this.#ahead, chunk]);
      if (this.#isBusy && this.#ahead.length > AHEAD_BYTES_MAX) this.#socket.pause();
      if (!this.#isBusy) this.#read();
      // A request that came as a whole has waited for nothing.
      if (wasIdle && !this.#isBusy) this.#sinceMs = this.#lane.clock.monotonic();
      return;
    }
    if (!this.#isBusy) this.#read();
  };

  #onEnd = (): void => {
    this.#isEnded = true;
    // Gone, or done with sending: it is not told apart, and whoever still listens has its answer.
    this.#request?.leave();
    if (!this.#isBusy) this.#socket.end();
  };

  #onClose = (): void => {
    this.#lane.leave(this);
    this.#request?.leave();
    const gathering = this.#gathering;
    if (gathering === undefined || this.#isBusy) return;
    if (gathering.into !== undefined) this.#lane.pool.give(gathering.into);
    this.#lane.bodies.holders.delete(gathering.holder);
    this.#lane.bodies.give(this.#reserved);
    this.#gathering = undefined;
  };

  /** What is left of the chunk once the body is complete; undefined while it is not. */
  #fill(gathering: Gathering, chunk: Buffer): Buffer | undefined {
    const missing = gathering.head.bodyBytes - gathering.filled;
    if (gathering.into !== undefined) chunk.copy(gathering.into, gathering.filled, 0, missing);
    gathering.filled += Math.min(missing, chunk.length);
    return chunk.length < missing ? undefined : chunk.subarray(missing);
  }

  /** Goes on with the bytes there are. */
  #read(): void {
    const gathering = this.#gathering;
    if (gathering !== undefined) {
      if (gathering.filled < gathering.head.bodyBytes) return;
      const { head, into, holder } = gathering;
      this.#lane.bodies.holders.delete(holder);
      return void this.#answer(head, into?.subarray(0, head.bodyBytes), into);
    }
    const bytes = this.#ahead;
    if (this.#unproven !== undefined) return void this.#begin(this.#unproven, bytes ?? NOTHING);
    if (bytes === undefined || bytes.length === 0) {
      this.#ahead = undefined;
      return;
    }
    const known = Math.min(METHOD.length, bytes.length);
    const isPost = METHOD.compare(bytes, 0, known, 0, known) === 0;
    const headBytes = bytes.indexOf(HEAD_END);
    const { headerBytesMax } = this.#lane.limits;
    if (isPost && headBytes < 0 && bytes.length <= headerBytesMax) return;
    const isShort = isPost && headBytes >= 0 && headBytes <= headerBytesMax;
    const head = isShort ? parsePlainHead(bytes.toString('latin1', 0, headBytes)) : undefined;
    if (head === undefined || !this.#lane.isPlain(head)) this.#handOn();
    else this.#begin(head, bytes.subarray(headBytes + HEAD_END.length));
  }

  /** The head is read: `rest` is what came behind it. */
  #begin(head: PlainHead, rest: Buffer): void {
    const { bodies, clock, limits } = this.#lane;
    const reserved = head.bodyBytes <= limits.roomlessBodyBytesMax ? 0 : head.bodyBytes;
    const isProven = rest.length >= Math.min(reserved, PROVEN_BODY_BYTES);
    this.#unproven = isProven ? undefined : head;
    this.#ahead = isProven ? undefined : rest;
    if (!isProven) return;
    this.#reserved = reserved;
    if (reserved === 0 || bodies.tryTake(reserved)) {
      this.#gather(head, rest, true);
      return;
    }
    this.#isBusy = true;
    this.#ahead = rest;
    this.#socket.pause();
    void bodies.take(reserved, clock.monotonic()).then((isTaken) => {
      this.#isBusy = false;
      if (!isTaken) this.#reserved = 0;
      if (this.#socket.destroyed) {
        bodies.give(this.#reserved);
        return;
      }
      const ahead = this.#ahead ?? rest;
      this.#ahead = undefined;
      this.#sinceMs = clock.monotonic();
      this.#socket.resume();
      this.#gather(head, ahead, isTaken);
    });
  }

  #gather(head: PlainHead, rest: Buffer, hasRoom: boolean): void {
    const { bodyBytes } = head;
    if (rest.length >= bodyBytes) {
      this.#ahead = rest.length > bodyBytes ? rest.subarray(bodyBytes) : undefined;
      return void this.#answer(head, hasRoom ? rest.subarray(0, bodyBytes) : undefined);
    }
    const { bodies, clock, pool } = this.#lane;
    const holder: Holder = { sinceMs: clock.monotonic(), moved: () => gathering.filled, cut: this.#cut };
    const gathering: Gathering = { head, into: hasRoom ? pool.take(bodyBytes) : undefined, filled: 0, holder };
    this.#gathering = gathering;
    if (this.#reserved > 0) bodies.holders.add(holder);
    this.#fill(gathering, rest);
    if (this.#isEnded) this.#socket.end();
  }

  /** `body` absent: there was no room for it in time. */
  async #answer({ method, path, headers }: PlainHead, body: Buffer | undefined, pooled?: Buffer): Promise<void> {
    const { bodies, answersHeld, clock, handle, pool } = this.#lane;
    const socket = this.#socket;
    this.#isBusy = true;
    this.#gathering = undefined;
    const request = new Incoming({ method, path, headers, peer: this.#peer });
    request.body = body ?? NOTHING;
    request.isThrottled = body === undefined;
    this.#request = request;
    const reserved = this.#reserved;
    let answerBytes = answerBytesToReserve(headers, path);
    const isFree = answerBytes === 0 && !answersHeld.isFlooded;
    if (!isFree && !request.isThrottled && !answersHeld.tryTake(answerBytes)) {
      request.isThrottled = !(await answersHeld.take(answerBytes, clock.monotonic()));
    }
    if (request.isThrottled) answerBytes = 0;
    try {
      const response = await handle(request);
      if (pooled !== undefined) pool.give(pooled);
      answersHeld.add(contentLength(response));
      answersHeld.give(answerBytes);
      answerBytes = contentLength(response);
      const sending = this.#send(response);
      if (sending !== undefined) await sending;
    } catch {
      socket.destroy();
    }
    bodies.give(reserved);
    answersHeld.give(answerBytes);
    this.#request = undefined;
    this.#isBusy = false;
    this.#sinceMs = this.#lane.clock.monotonic();
    if (socket.destroyed) return;
    if (this.#isDraining) return void socket.end();
    if (socket.isPaused()) socket.resume();
    this.#read();
    // What a request still lacks will not come.
    if (this.#isEnded && !this.#isBusy) socket.end();
  }

  /** Returns nothing when the client took the answer at once. */
  #send(response: HttpResponse): Promise<void> | undefined {
    if (response.push !== undefined) throw new Error('a push on the plain lane');
    const socket = this.#socket;
    if (socket.destroyed || this.#lane.answers.write(socket, response, this.#isDraining)) return undefined;
    const { answersHeld, clock } = this.#lane;
    const holder: Holder = {
      sinceMs: clock.monotonic(),
      moved: () => contentLength(response),
      cut: () => socket.destroy(),
    };
    answersHeld.holders.add(holder);
    return new Promise((resolve) => {
      const onTaken = () => {
        if (!socket.destroyed && !this.#lane.answers.goOn(socket, response)) return;
        answersHeld.holders.delete(holder);
        socket.off('drain', onTaken).off('close', onTaken);
        resolve();
      };
      socket.on('drain', onTaken).on('close', onTaken);
    });
  }

  #handOn(): void {
    const socket = this.#socket;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.#lane.leave(this);
    if (this.#isEnded || this.#isDraining) return void socket.end();
    socket.pause();
    socket.unshift(this.#ahead!);
    this.#lane.handOn(socket);
  }
}
