/** Reading the body of a request: as few copies as there can be, never more than the bound. */
import type { Readable } from 'node:stream';
import { BODY_BYTES_MAX, PROVEN_BODY_BYTES, RECORDS_ANSWER_BYTES } from '../model/limits.ts';
import { headerOf, type RequestHeaders } from './exchange.ts';

/** The operation whose answers are long. */
const RECORDS = 'GetRecords';

/** Bytes the client says the body has; undefined when it does not say. */
export function declaredBytes(headers: RequestHeaders): number | undefined {
  const text = headerOf(headers, 'content-length');
  return text === '' ? undefined : Number(text);
}

/** Room that a body needs, to be taken once so much of it has come: who announces much and sends little gets none. */
export interface BodyRoom {
  readonly bytes: number;
  readonly afterBytes: number;
}

/** undefined for a body of up to `roomlessMax` bytes. One of unknown length may turn out to be one. */
export function roomFor(headers: RequestHeaders, roomlessMax: number): BodyRoom | undefined {
  const bytes = declaredBytes(headers);
  if (bytes === undefined) return { bytes: BODY_BYTES_MAX, afterBytes: roomlessMax + 1 };
  if (bytes <= roomlessMax) return undefined;
  return { bytes: Math.min(bytes, BODY_BYTES_MAX), afterBytes: Math.min(bytes, PROVEN_BODY_BYTES) };
}

/** What to set aside before an answer is made: something where it may be long. */
export function answerBytesToReserve(headers: RequestHeaders, path: string): number {
  const hasRecords = headerOf(headers, 'x-amz-target').endsWith(RECORDS) || path.includes(RECORDS);
  return hasRecords ? RECORDS_ANSWER_BYTES : 0;
}

export interface BodyOptions {
  /** Told of each piece. */
  readonly onBytes: (bytes: number) => void;
  /** Of the body, what comes before room is taken. */
  readonly roomlessBytes: number;
  /** Called once, when more comes; a promise is waited for, unread. With false the body is thrown away. */
  readonly takeRoom: () => Promise<boolean> | undefined;
}

/**
 * The whole body, empty when it was thrown away; undefined, with the readable paused, once it is longer than
 * BODY_BYTES_MAX. A body that came in one piece is not copied. Rejects when the client goes away in the middle.
 */
export function readBody(readable: Readable, options: BodyOptions): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Uint8Array[] = [];
    let bytes = 0;
    let isAsked = false;
    let isKept = true;
    /** What is waited for. */
    let waiting: Promise<void> | undefined;
    readable.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
    function onData(chunk: Uint8Array): void {
      if (isKept) chunks.push(chunk);
      bytes += chunk.length;
      options.onBytes(chunk.length);
      if (bytes > BODY_BYTES_MAX) {
        readable.off('data', onData).off('end', onEnd).off('close', onClose);
        readable.pause();
        resolve(undefined);
      } else if (bytes >= options.roomlessBytes && !isAsked) ask();
    }
    function ask(): void {
      isAsked = true;
      const room = options.takeRoom();
      if (room === undefined) return;
      readable.pause();
      waiting = room.then((isTaken) => {
        isKept = isTaken;
        if (!isKept) chunks = [];
        readable.resume();
      });
    }
    function onEnd(): void {
      // It closes after its end too, and an error costs its stack.
      readable.off('close', onClose);
      // node:http2 ends a stream that is paused, when nothing more is to come.
      if (waiting === undefined) finish();
      else void waiting.then(finish);
    }
    function finish(): void {
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    }
    function onClose(): void {
      reject(new Error('The client went away in the middle of its request'));
    }
  });
}
