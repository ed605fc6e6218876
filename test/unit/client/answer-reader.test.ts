/** One answer of HTTP/1.1 from pieces: what is in it wherever they are cut, and what is none. Texts after RFC 9112. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerReader } from '../../../src/client/answer-reader.ts';
import { ANSWER_BYTES_MAX, ANSWER_HEAD_BYTES_MAX } from '../../../src/model/limits.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Reads a text cut at some places, over memory that is used again; `ended` says that the connection ends behind it. */
function read(text: string, { cuts = [], ended = false }: { cuts?: readonly number[]; ended?: boolean } = {}) {
  const reader = new AnswerReader();
  const places = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  for (const [i, from] of places.slice(0, -1).entries()) {
    const memory = Uint8Array.from(bytes(text.slice(from, places[i + 1])));
    reader.push(memory);
    memory.fill(0);
  }
  if (ended) reader.end();
  const { answer } = reader;
  const body = answer === undefined ? undefined : Buffer.from(answer.body).toString('latin1');
  return { status: answer?.status, headers: answer?.headers, body, idleMsMax: reader.idleMsMax };
}

const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'no error';
};

const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-One: two\r\n\r\n5\r\nhello\r\nA;why=not\r\n, you all!\r\n0\r\nX-Late: yes\r\n\r\n';
const SIZED =
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad Request\r\ncontent-length:5\r\nKeep-Alive: timeout=5\r\n\r\nwrong';

describe('wherever it is cut, an answer is the same', () => {
  const wholes = [
    [CHUNKED, { status: 200, body: 'hello, you all!', idleMsMax: Number.POSITIVE_INFINITY }],
    // The hint less a second for the way.
    [SIZED, { status: 400, body: 'wrong', idleMsMax: 4_000 }],
  ] as const;
  test.each(wholes)('%j', (text, whole) => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        expect(read(text, { cuts })).toMatchObject(whole);
      }),
    );
  });
});

test.each([1, 7, 4_096])(
  'a long body in chunks of %i bytes comes whole, in one piece of little more than its size',
  (size) => {
    const body = Array.from({ length: 60_000 }, (_, i) => String.fromCharCode(97 + (i % 23))).join('');
    const chunks: string[] = [];
    for (let at = 0; at < body.length; at += size) {
      const chunk = body.slice(at, at + size);
      chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    }
    const reader = new AnswerReader();
    reader.push(bytes(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`));
    const { answer } = reader;
    expect(Buffer.from(answer!.body).toString()).toBe(body);
    expect(answer!.body.buffer.byteLength).toBeLessThan(2 * body.length);
  },
);

test('headers have lower-case names and no space around; those that come again are joined', () => {
  const { headers } = read(
    'HTTP/1.1 200 OK\r\nA: 1\r\nB:  two words \t\r\na: 2\r\n__proto__: x\r\nContent-Length: 0\r\n\r\n',
  );
  expect(Object.entries(headers!)).toEqual([
    ['a', '1, 2'],
    ['b', 'two words'],
    ['__proto__', 'x'],
    ['content-length', '0'],
  ]);
});

test.each([
  ['204 No Content', ''],
  ['304 Not Modified', 'content-length: 10\r\n'],
])('%s has no body, whatever its headers say', (status, header) => {
  expect(read(`HTTP/1.1 ${status}\r\n${header}\r\n`)).toMatchObject({ body: '' });
});

test('a body without a length goes on to the end of the connection', () => {
  const text = 'HTTP/1.1 200 OK\r\n\r\nall of it';
  expect(read(text).status).toBeUndefined();
  expect(read(text, { ended: true })).toMatchObject({ body: 'all of it', idleMsMax: undefined });
});

test.each([
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: Close\r\n\r\n'],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nKeep-Alive: timeout=1\r\n\r\n'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n'],
])('the connection takes no other call after %j', (text) => {
  expect(read(text)).toMatchObject({ status: 200, idleMsMax: undefined });
});

test('one of HTTP/1.0 that says so takes another', () => {
  const text = 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n';
  expect(read(text).idleMsMax).toBe(Number.POSITIVE_INFINITY);
});

test('a connection that ends within an answer is lost', () => {
  for (let end = 0; end < CHUNKED.length; end++) {
    expect(codeOf(() => read(CHUNKED.slice(0, end), { ended: true }))).toBe('ECONNRESET');
  }
});

test.each([
  ['SSH-2.0-OpenSSH_9.2p1\r\n\r\n', 'HPE_INVALID_CONSTANT'],
  ['HTTP/2 200\r\n\r\n', 'HPE_INVALID_CONSTANT'],
  ['HTTP/1.1 20 OK\r\n\r\n', 'HPE_INVALID_CONSTANT'],
  ['HTTP/1.1 200 OK\r\nno colon\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
  ['HTTP/1.1 200 OK\r\nname : x\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
  ['HTTP/1.1 200 OK\r\na: b\r\n folded\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
  ['HTTP/1.1 200 OK\r\na: b\nc: d\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\n', 'HPE_INVALID_CONTENT_LENGTH'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 'HPE_INVALID_CONTENT_LENGTH'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 'HPE_UNEXPECTED_CONTENT_LENGTH'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n', 'HPE_INVALID_TRANSFER_ENCODING'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n', 'HPE_INVALID_CHUNK_SIZE'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n', 'HPE_STRICT'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\n', 'HPE_STRICT'],
  [`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(9_000)}`, 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
  [`HTTP/1.1 200 OK\r\na: ${'x'.repeat(ANSWER_HEAD_BYTES_MAX)}`, 'HPE_HEADER_OVERFLOW'],
  [`HTTP/1.1 200 OK\r\ncontent-length: ${ANSWER_BYTES_MAX + 1}\r\n\r\n`, 'EMSGSIZE'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n', 'EMSGSIZE'],
])('%j is no answer', (text, code) => {
  expect(codeOf(() => read(text.slice(0, 40_000)))).toBe(code);
});

test('of bytes at random nothing comes but an answer, a wait or an error with a code', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...CHUNKED, ...SIZED)), (letters) => {
      expect(codeOf(() => read(letters.join(''), { ended: true }))).not.toBeUndefined();
    }),
  );
});
