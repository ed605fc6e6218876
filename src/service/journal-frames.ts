/**
 * The bytes of the journal's files: texts in frames, one after the other. Pure.
 *
 *   0        4       8
 *   length u32 | crc u32 | JSON, UTF-8, `length` bytes        (little endian; the crc covers length and JSON)
 *
 * The first frame of a file is its header: {"format":"sluice-journal","major":1,"minor":0,"kind":"log","number":7}
 */
import { crc32 } from 'node:zlib';

export const JOURNAL_FORMAT = { format: 'sluice-journal', major: 1, minor: 0 } as const;
const FRAME_HEADER_BYTES = 8;

export interface JournalHeader {
  readonly format: string;
  readonly major: number;
  readonly minor: number;
  readonly kind: 'log' | 'snapshot';
  readonly number: number;
}

/** What a file holds up to the first byte that is not sound. */
export interface FrameScan {
  readonly texts: readonly string[];
  /** Where each text's frame begins. */
  readonly starts: readonly number[];
  /** Behind the last sound frame. */
  readonly end: number;
  /** Where a sound frame follows unsound bytes: then these bytes were not torn off, they are damaged. */
  readonly soundAgainAt?: number;
}

/** A text in its frame. */
export function encodeFrame(text: string): Uint8Array {
  const json = Buffer.from(text);
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + json.length);
  frame.writeUInt32LE(json.length, 0);
  frame.set(json, FRAME_HEADER_BYTES);
  frame.writeUInt32LE(frameCrc(frame, 0, json.length), 4);
  return frame;
}

/** The header frame of a new file. */
export function encodeHeader(kind: JournalHeader['kind'], number: number): Uint8Array {
  return encodeFrame(JSON.stringify({ ...JOURNAL_FORMAT, kind, number }));
}

/** Reads frames from the beginning for as long as they are sound. */
export function scanFrames(bytes: Uint8Array): FrameScan {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  const starts: number[] = [];
  let end = 0;
  for (let length = soundLength(file, end); length > 0; length = soundLength(file, end)) {
    texts.push(file.toString('utf8', end + FRAME_HEADER_BYTES, end + FRAME_HEADER_BYTES + length));
    starts.push(end);
    end += FRAME_HEADER_BYTES + length;
  }
  for (let at = end + 1; at < file.length; at++) {
    if (soundLength(file, at) > 0) return { texts, starts, end, soundAgainAt: at };
  }
  return { texts, starts, end };
}

/** Length of the text of a sound frame at `at`, else 0. No frame is empty, so zeros are never sound. */
function soundLength(file: Buffer, at: number): number {
  if (at + FRAME_HEADER_BYTES > file.length) return 0;
  const length = file.readUInt32LE(at);
  if (length > file.length - at - FRAME_HEADER_BYTES) return 0;
  return file.readUInt32LE(at + 4) === frameCrc(file, at, length) ? length : 0;
}

function frameCrc(file: Buffer, at: number, length: number): number {
  const start = at + FRAME_HEADER_BYTES;
  return crc32(file.subarray(start, start + length), crc32(file.subarray(at, at + 4)));
}
