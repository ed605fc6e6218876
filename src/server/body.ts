/** Reading the body of a request: as few copies as there can be, never more than the bound. */
import type { Readable } from 'node:stream';
import { BODY_BYTES_MAX, RECORDS_ANSWER_BYTES } from '../model/limits.ts';
import { headerOf, type RequestHeaders } from './exchange.ts';

/** The operation whose answers are long. */
const RECORDS = 'GetRecords';

/** Bytes the client says the body has; undefined when it does not say. */
export function declaredBytes(headers: RequestHeaders): number | undefined {
  const text = headerOf(headers, 'content-length');
  return text === '' ? undefined : Number(text);
}

/** What to set aside before the body is read; nothing for one of up to `roomlessMax` bytes. */
export function bytesToReserve(headers: RequestHeaders, roomlessMax: number): number {
  if (headerOf(headers, 'content-length') === '' && headerOf(headers, 'transfer-encoding') === '') {
    return headers[':method'] === undefined ? 0 : BODY_BYTES_MAX;
  }
  const bytes = declaredBytes(headers) ?? BODY_BYTES_MAX;
  return bytes <= roomlessMax ? 0 : Math.min(bytes, BODY_BYTES_MAX);
}

/** What to set aside before an answer is made: something where it may be long. */
export function answerBytesToReserve(headers: RequestHeaders, path: string): number {
  const hasRecords = headerOf(headers, 'x-amz-target').endsWith(RECORDS) || path.includes(RECORDS);
  return hasRecords ? RECORDS_ANSWER_BYTES : 0;
}

export interface BodyOptions {
  /** Told of each piece. */
  readonly onBytes: (bytes: number) => void;
  /** False: what comes is thrown away, and the body is empty. */
  readonly isKept: boolean;
}

/**
 * The whole body; undefined, with the readable paused, once it is longer than BODY_BYTES_MAX. A body that came in
 * one piece is not copied. Rejects when the client goes away in the middle.
 */
export function readBody(readable: Readable, { onBytes, isKept }: BodyOptions): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    readable.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
    function onData(chunk: Uint8Array): void {
      if (isKept) chunks.push(chunk);
      bytes += chunk.length;
      onBytes(chunk.length);
      if (bytes <= BODY_BYTES_MAX) return;
      readable.off('data', onData).off('end', onEnd).off('close', onClose);
      readable.pause();
      resolve(undefined);
    }
    function onEnd(): void {
      // It closes after its end too, and an error costs its stack.
      readable.off('close', onClose);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    }
    function onClose(): void {
      reject(new Error('The client went away in the middle of its request'));
    }
  });
}
