/**
 * AWS event stream messages, the body of SubscribeToShard's answer. Big endian, CRC-32 (IEEE) of all that stands before it:
 *
 *   total u32 | headers u32 | crc u32 | headers | payload | crc u32      header: name length u8 | name | type u8 | value
 *
 * Pure. Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { Fault } from '../model/fault.ts';
import { EVENT_HEADER_BYTES_MAX, EVENT_MESSAGE_BYTES_MAX } from '../model/limits.ts';

export interface EventMessage {
  /** Headers with a text, by name: `:message-type`, `:event-type`, `:content-type`, ... */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const FRAME_BYTES = PRELUDE_BYTES + CRC_BYTES;
const NAME_BYTES_MAX = 255;
const TEXT_BYTES_MAX = 32_767;
/** Values by their type; Java's client asks every header for a text, so no other is ever sent. */
const TYPE_BYTES = 6;
const TYPE_TEXT = 7;
/** Bytes of a value of types true, false, byte, short, int, long, bytes, text, timestamp, UUID; -1: as long as the u16 before it says. */
const VALUE_BYTES: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One message. Names have up to 255 bytes and texts up to 32,767: both are the caller's own, so longer ones are a bug. */
export function encodeEventMessage({ headers, payload }: EventMessage): Uint8Array {
  const fields = Object.entries(headers).map(([name, text]) => headerBytes(Buffer.from(name), Buffer.from(text)));
  const headersLength = fields.reduce((sum, field) => sum + field.length, 0);
  const message = Buffer.allocUnsafe(FRAME_BYTES + headersLength + payload.length);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headersLength, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  let at = PRELUDE_BYTES;
  for (const field of fields) at += field.copy(message, at);
  message.set(payload, at);
  message.writeUInt32BE(crc32(message.subarray(0, -CRC_BYTES)), message.length - CRC_BYTES);
  return message;
}

function headerBytes(name: Buffer, text: Buffer): Buffer {
  if (name.length === 0 || name.length > NAME_BYTES_MAX || text.length > TEXT_BYTES_MAX) {
    throw new RangeError('A header of an event is too long');
  }
  const length = Buffer.from([TYPE_TEXT, text.length >> 8, text.length & 0xff]);
  return Buffer.concat([Buffer.from([name.length]), name, length, text]);
}

/** A message and how many bytes it took. */
export interface TakenMessage {
  readonly message: EventMessage;
  readonly length: number;
}

/**
 * The first message in `bytes`, its payload a view of them; undefined while they are only a part of one. Headers that
 * hold no text are passed over.
 * @throws {Fault} SerializationException, when a checksum, a length or a header is wrong.
 */
export function takeEventMessage(bytes: Uint8Array): TakenMessage | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.readUInt32BE(0);
  const headersLength = view.readUInt32BE(4);
  if (view.readUInt32BE(8) !== crc32(view.subarray(0, 8))) throw broken('the checksum of its lengths is wrong');
  if (length > EVENT_MESSAGE_BYTES_MAX || headersLength > EVENT_HEADER_BYTES_MAX) throw broken('it is too long');
  if (headersLength + FRAME_BYTES > length) throw broken('its headers do not fit');
  if (view.length < length) return undefined;
  const end = length - CRC_BYTES;
  if (view.readUInt32BE(end) !== crc32(view.subarray(0, end))) throw broken('its checksum is wrong');
  const payloadAt = PRELUDE_BYTES + headersLength;
  const headers = headersIn(view.subarray(PRELUDE_BYTES, payloadAt));
  return { message: { headers, payload: view.subarray(payloadAt, end) }, length };
}

function headersIn(bytes: Buffer): Readonly<Record<string, string>> {
  const headers: [string, string][] = [];
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!;
    if (nameEnd === at + 1 || nameEnd >= bytes.length) throw broken('a header has no name or no value');
    const type = bytes[nameEnd]!;
    let valueAt = nameEnd + 1;
    let valueLength = VALUE_BYTES[type];
    if (valueLength === undefined) throw broken(`a header is of type ${type}`);
    if (type === TYPE_TEXT || type === TYPE_BYTES) {
      if (valueAt + 2 > bytes.length) throw broken('a header has no value');
      valueLength = bytes.readUInt16BE(valueAt);
      valueAt += 2;
    }
    const end = valueAt + valueLength;
    if (end > bytes.length) throw broken('a header is longer than all headers');
    if (type === TYPE_TEXT) headers.push([text(bytes.subarray(at + 1, nameEnd)), text(bytes.subarray(valueAt, end))]);
    at = end;
  }
  return Object.fromEntries(headers);
}

function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw broken('a header is not UTF-8', cause);
  }
}

function broken(what: string, cause?: unknown): Fault {
  return new Fault('SerializationException', `A message of the event stream is broken: ${what}.`, { cause });
}
