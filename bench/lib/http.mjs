/** A load generator that costs little: prebuilt requests over raw sockets, answers scanned rather than parsed. */
import { connect } from 'node:net';

/** Credentials that any daemon without keys of its own takes. */
export const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0';

/** The bytes of one request in JSON. */
export function request(operation, body) {
  return post(operation, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), 'json');
}

/** The bytes of one request in CBOR; Uint8Arrays in it become byte strings. */
export function cborRequest(operation, body) {
  return post(operation, cbor(body), 'cbor');
}

/** One that `bare-http` answers with so many bytes. */
export function bareRequest(payload, answerBytes) {
  return post('PutRecords', payload, 'json', `/${answerBytes}`);
}

function post(operation, payload, encoding, path = '/') {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Content-Type: application/x-amz-${encoding}-1.1`,
    `X-Amz-Target: Kinesis_20131202.${operation}`,
    'X-Amz-Date: 20260101T000000Z',
    `Authorization: ${AUTHORIZATION}`,
    `Content-Length: ${payload.length}`,
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Strings, bytes, lists and maps are all that a put has. */
function cbor(value) {
  if (typeof value === 'string') return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([cborHead(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([cborHead(4, value.length), ...value.map(cbor)]);
  const entries = Object.entries(value);
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat().map(cbor)]);
}

function cborHead(kind, length) {
  if (length < 24) return Buffer.from([(kind << 5) | length]);
  return Buffer.from([(kind << 5) | 25, length >> 8, length & 0xff]);
}

/** One connection that sends a request and waits for its answer, again and again. */
export class Connection {
  constructor(port) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.chunks = [];
    this.bytes = 0;
    this.missing = -1;
    this.socket.on('data', (chunk) => this.#take(chunk));
    this.socket.on('error', (error) => this.reject?.(error));
    this.socket.on('close', () => this.reject?.(new Error('the server closed the connection')));
  }

  /** Resolves with { status, head, body } of the answer; the body is a Buffer. */
  send(bytes) {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.socket.write(bytes);
    });
  }

  close() {
    this.reject = undefined;
    this.socket.destroy();
  }

  #take(chunk) {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.missing < 0) this.#head();
    if (this.missing < 0 || this.bytes < this.missing) return;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    const answer = { status: this.status, body: all.subarray(this.headBytes) };
    this.chunks = [];
    this.bytes = 0;
    this.missing = -1;
    this.resolve(answer);
  }

  #head() {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    const end = this.chunks[0].indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.chunks[0].latin1Slice(0, end);
    this.status = Number(head.slice(9, 12));
    this.headBytes = end + 4;
    this.missing = this.headBytes + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  }
}

/** One call on a connection of its own; the body as text. */
export async function call(port, operation, input) {
  const connection = new Connection(port);
  try {
    const answer = await connection.send(request(operation, input));
    return { status: answer.status, body: answer.body.toString() };
  } finally {
    connection.close();
  }
}
