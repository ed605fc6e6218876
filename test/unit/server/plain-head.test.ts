/** Which heads the plain lane reads, and which it leaves to node:http. */
import { expect, test } from 'vitest';
import { parsePlainHead } from '../../../src/server/plain-head.ts';

const LINES = ['POST / HTTP/1.1', 'Host: a:4567', 'Content-Length: 2'];
const head = (...lines: readonly string[]) => parsePlainHead(lines.join('\r\n'));

test('a head as SDKs write it is read: names in lower case, values without the blanks around them', () => {
  expect(head(...LINES, 'X-Amz-Target:  Kinesis_20131202.PutRecord  ', 'connection: Keep-Alive', 'x-empty:')).toEqual({
    method: 'POST',
    path: '/',
    headers: {
      host: 'a:4567',
      'content-length': '2',
      'x-amz-target': 'Kinesis_20131202.PutRecord',
      connection: 'Keep-Alive',
      'x-empty': '',
    },
    bodyBytes: 2,
  });
});

test('names that objects are born with are names like others', () => {
  const { headers } = head(...LINES, '__proto__: x', 'constructor: y')!;
  expect(Object.entries(headers).slice(2)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test.each([
  ['another method', ['GET / HTTP/1.1', ...LINES.slice(1)]],
  ['another version', ['POST / HTTP/1.0', ...LINES.slice(1)]],
  ['a whole URL', ['POST http://a/ HTTP/1.1', ...LINES.slice(1)]],
  ['a path with a blank', ['POST /a b HTTP/1.1', ...LINES.slice(1)]],
  ['a path beyond ASCII', ['POST /\u00e9 HTTP/1.1', ...LINES.slice(1)]],
  ['no Host', [LINES[0]!, LINES[2]!]],
  ['an empty Host', [LINES[0]!, 'Host:', LINES[2]!]],
  ['no Content-Length', LINES.slice(0, 2)],
  ['two of them', [...LINES, 'content-length: 2']],
  ['a signed one', [LINES[0]!, LINES[1]!, 'Content-Length: +2']],
  ['a hexadecimal one', [LINES[0]!, LINES[1]!, 'Content-Length: 0x2']],
  ['a list of them', [LINES[0]!, LINES[1]!, 'Content-Length: 2, 2']],
  ['an endless one', [LINES[0]!, LINES[1]!, 'Content-Length: 9999999999']],
  ['a transfer coding', [...LINES, 'Transfer-Encoding: identity']],
  ['Expect', [...LINES, 'Expect: 100-continue']],
  ['Upgrade', [...LINES, 'Upgrade: h2c']],
  ['Connection: close', [...LINES, 'Connection: close']],
  ['a header twice', [...LINES, 'x-a: 1', 'X-A: 1']],
  ['a blank before the colon', [...LINES, 'x-a : 1']],
  ['a tab before a value', [...LINES, 'x-a:\t1']],
  ['a tab behind a value', [LINES[0]!, LINES[1]!, 'Content-Length: 2\t']],
  ['a folded line', [...LINES, 'x-a: 1', ' 2']],
  ['a line without a colon', [...LINES, 'x-a']],
  ['an empty line', [...LINES, '']],
  ['a bare line feed', [...LINES, 'x-a: 1\nx-b: 2']],
  ['a bare carriage return', [...LINES, 'x-a: 1\rx-b: 2']],
  ['a NUL', [...LINES, 'x-a: 1\u0000']],
  ['a letter beyond ASCII', [...LINES, 'x-a: \u00e9']],
])('%s is for node:http to judge', (_, lines) => {
  expect(head(...lines)).toBeUndefined();
});
