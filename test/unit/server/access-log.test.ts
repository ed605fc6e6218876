/** The access log: one line a request, that no caller can bend, with nothing that opens a door. */
import { expect, test } from 'vitest';
import { lineLogger } from '../../../src/runtime/logger.ts';
import { withAccessLog } from '../../../src/server/access-log.ts';
import type { HttpRequest, HttpResponse } from '../../../src/server/exchange.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

const ANSWER: HttpResponse = {
  status: 200,
  headers: ['x-amzn-RequestId', 'id-1', 'Content-Type', 'text/plain'],
  body: new Uint8Array(3),
  rest: new Uint8Array(4),
};

const CALL: HttpRequest = {
  method: 'POST',
  path: '/',
  headers: { 'x-amz-target': 'Kinesis_20131202.PutRecord', 'user-agent': 'aws-cli/2' },
  body: new TextEncoder().encode('{"Data":"aGlkZGVu"}'),
  peer: '127.0.0.1',
  signal: new AbortController().signal,
};

async function linesOf(request: Partial<HttpRequest>, format: 'text' | 'json' = 'text', answer = ANSWER) {
  const lines: string[] = [];
  const clock = new SimClock();
  const logger = lineLogger({ write: (line) => lines.push(line), level: 'info', format, now: () => 0 });
  const handle = withAccessLog(
    async () => {
      await clock.advance(12);
      return answer;
    },
    { logger, clock },
  );
  expect(await handle({ ...CALL, ...request })).toBe(answer);
  return lines;
}

test('a call is one line: its operation, what came of it, how long it took and who made it', async () => {
  expect(await linesOf({})).toEqual([
    '1970-01-01T00:00:00.000Z info request operation=PutRecord status=200 inBytes=19 outBytes=7 ms=12 peer=127.0.0.1 requestId=id-1 agent=aws-cli/2\n',
  ]);
});

test('as JSON it is the same members', async () => {
  const [line] = await linesOf({}, 'json');
  expect(JSON.parse(line!)).toMatchObject({ operation: 'PutRecord', status: 200, inBytes: 19, outBytes: 7, ms: 12 });
});

test('RPC v2 names its operation in the path', async () => {
  const headers = { 'smithy-protocol': 'rpc-v2-cbor' };
  const [line] = await linesOf({ path: '/service/Kinesis_20131202/operation/GetRecords', headers });
  expect(line).toContain(' operation=GetRecords ');
});

test('what is no call shows its path without the query, in which signatures travel', async () => {
  const [line] = await linesOf({ method: 'GET', path: '/_sluice/status?X-Amz-Signature=abc', headers: {} });
  expect(line).toContain(' method=GET path=/_sluice/status status=200 ');
  expect(line).not.toContain('abc');
});

test('neither the body nor the credentials of a call are told', async () => {
  const headers = { ...CALL.headers, authorization: 'AWS4-HMAC-SHA256 Credential=AKID, Signature=abc' };
  const [line] = await linesOf({ headers });
  expect(line).not.toMatch(/AKID|abc|aGlkZGVu/);
});

test('a caller can neither begin a line nor add a member nor drive a terminal, and says no more than 256 characters', async () => {
  const headers = { 'x-amz-target': 'a.b\u001b[2J\nc status=999', 'user-agent': 'x'.repeat(5_000) };
  const [line, ...others] = await linesOf({ headers });
  expect(others).toEqual([]);
  expect(line!.indexOf('\n')).toBe(line!.length - 1);
  expect(line).not.toContain('\u001b');
  expect(line).toMatch(/ operation="[^"]*status=999" status=200 /);
  expect(line).toMatch(/ agent=x{256}\n$/);
});

test('a body that was too long to be read has no length', async () => {
  const [line] = await linesOf({ body: undefined }, 'json');
  expect(JSON.parse(line!)).toMatchObject({ inBytes: null });
});
