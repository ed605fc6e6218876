/**
 * Bodies in content coding aws-chunked: chunks that may each carry a signature, then trailers that may carry a checksum
 * and a signature of their own. Pure. Source:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Fault } from '../model/fault.ts';

/** What stands in x-amz-content-sha256 for a body in this coding. */
const SIGNED_CHUNKS = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
export const SIGNED_CHUNKS_AND_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
export const UNSIGNED_CHUNKS = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const FORMS = new Set([SIGNED_CHUNKS, SIGNED_CHUNKS_AND_TRAILER, UNSIGNED_CHUNKS]);

/** Does a value of x-amz-content-sha256 say that the body is in this coding? */
export function isChunkedForm(value: string): boolean {
  return FORMS.has(value);
}

/** Judges signatures in the order in which they come; each builds on the one before. */
export interface ChunkJudge {
  /** The last chunk has no data. @throws {Fault} when the signature is wrong. */
  chunk(data: Uint8Array, signature: string): void;
  /** `lines`: each trailer as name:value and a line feed. @throws {Fault} when the signature is wrong. */
  trailer(lines: string, signature: string): void;
}

export interface ChunkedForm {
  /** Absent: chunks without signatures. */
  readonly judge?: ChunkJudge | undefined;
  /** A signed trailer must come. */
  readonly hasSignedTrailer?: boolean;
}

const CHUNK_HEAD = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/;
const LINE_BYTES_MAX = 8_192;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/** The data of the chunks in one piece. @throws {Fault} SerializationException for a broken coding; what the judge throws. */
export function decodeChunked(body: Uint8Array, form: ChunkedForm): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const { line, next } = lineAt(bytes, at);
    const head = CHUNK_HEAD.exec(line);
    if (head === null) throw broken('a chunk begins with its length');
    const end = next + Number.parseInt(head[1]!, 16);
    if (end > bytes.length) throw broken('a chunk ends before its length');
    const data = bytes.subarray(next, end);
    form.judge?.chunk(data, head[2] ?? '');
    at = end;
    if (data.length === 0) break;
    if (lineAt(bytes, end).line !== '') throw broken('a chunk is longer than its length');
    at = end + 2;
    chunks.push(data);
  }
  const decoded = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  checkTrailers(trailersAt(bytes, at), decoded, form);
  return decoded;
}

/** Up to the empty line, which ends the body. */
function trailersAt(bytes: Buffer, start: number): ReadonlyMap<string, string> {
  const trailers = new Map<string, string>();
  let at = start;
  while (at < bytes.length) {
    const { line, next } = lineAt(bytes, at);
    at = next;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) throw broken('a trailer is name:value');
    trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  if (at !== bytes.length) throw broken('bytes follow the last chunk');
  return trailers;
}

function checkTrailers(trailers: ReadonlyMap<string, string>, data: Uint8Array, form: ChunkedForm): void {
  let lines = '';
  for (const [name, value] of trailers) {
    if (name === TRAILER_SIGNATURE) continue;
    lines += `${name}:${value}\n`;
    const expected = checksum(name, data);
    if (expected !== undefined && expected !== value) throw broken(`the data do not have the ${name} of the trailer`);
  }
  if (form.hasSignedTrailer) form.judge?.trailer(lines, trailers.get(TRAILER_SIGNATURE) ?? '');
}

/** undefined for what is no checksum, or one of a kind that Node cannot compute. */
function checksum(name: string, data: Uint8Array): string | undefined {
  switch (name) {
    case 'x-amz-checksum-crc32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc32(data));
      return bytes.toString('base64');
    }
    case 'x-amz-checksum-sha1':
      return createHash('sha1').update(data).digest('base64');
    case 'x-amz-checksum-sha256':
      return createHash('sha256').update(data).digest('base64');
    default:
      return undefined;
  }
}

function lineAt(bytes: Buffer, at: number): { readonly line: string; readonly next: number } {
  const end = bytes.subarray(at, at + LINE_BYTES_MAX).indexOf('\r\n');
  if (end < 0) throw broken('a line does not end');
  return { line: bytes.toString('latin1', at, at + end), next: at + end + 2 };
}

function broken(what: string): Fault {
  return new Fault('SerializationException', `The body is not in coding aws-chunked: ${what}.`);
}
