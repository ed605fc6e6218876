/** Attacks on a running daemon, over real sockets: browsers, smuggled requests, floods, poisoned bodies. After each it still answers. */
import http2 from 'node:http2';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CBOR_11, headersFor, isForeign, kinesis, request } from './kinesis.ts';

const api = kinesis();
const port = () => Number(new URL(api.url).port);

afterEach(async () => {
  await api.call('ListStreams');
});

/** What comes back until the server closes, or until `enough` says so. */
function raw(text: string | Uint8Array, enough: (answer: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ port: port(), host: '127.0.0.1' });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (enough(answer)) socket.destroy();
    });
    socket.on('error', () => undefined).on('end', () => socket.end());
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}

const heads = (answer: string) => answer.match(/HTTP\/1\.1 \d{3}/g) ?? [];
const call = (operation: string, input: object, ...more: readonly string[]) => {
  const body = JSON.stringify(input);
  const headers = Object.entries(headersFor(operation)).map(([name, value]) => `${name}: ${value}`);
  return ['POST / HTTP/1.1', 'Host: localhost', ...headers, `Content-Length: ${body.length}`, ...more, '', body].join(
    '\r\n',
  );
};

describe.skipIf(isForeign)('a web page', () => {
  const simple = { 'Content-Type': 'text/plain' };
  test.each([
    ['of another site', { Origin: 'https://evil.example' }],
    ['without an origin of its own', { Origin: 'null' }],
    ['under a name that points here', { Origin: 'http://evil.example:4567', Host: 'evil.example:4567' }],
    ['of an extension', { Origin: 'chrome-extension://abcdef' }],
    ['of a name that looks like this machine', { Origin: 'http://localhost.evil.example' }],
    ['of an address that looks like this machine', { Origin: 'http://127.0.0.1.evil.example' }],
    ['with a user in its origin', { Origin: 'http://localhost@evil.example' }],
  ])('%s calls nothing and is told nothing', async (_, headers) => {
    const name = api.freshName();
    const create = request('CreateStream', { StreamName: name, ShardCount: 1 });
    const answers = [
      await api.send({ ...create, headers: { ...create.headers, ...headers } }),
      await api.send({ method: 'OPTIONS', headers: { ...headers, 'Access-Control-Request-Method': 'POST' } }),
      await api.send({ path: '/_sluice/stop', headers: { ...headers, ...simple }, body: '' }),
      await api.send({ method: 'GET', path: '/_sluice/metrics/stream', headers }),
      await api.send({ method: 'OPTIONS', path: '/_sluice/status', headers }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await api.fault('DescribeStreamSummary', { StreamName: name })).type).toBe('ResourceNotFoundException');
  });

  test.each(['/_sluice/status', '/_sluice/metrics', '/_sluice/metrics/stream', '/_sluice/metrics/frame'])(
    'cannot embed %s, nor read it under a name of its own',
    async (path) => {
      expect((await api.send({ method: 'GET', path, headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
      expect((await api.send({ method: 'GET', path, headers: { Host: 'evil.example' } })).status).toBe(403);
    },
  );

  test('that sends a form has no operation', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await api.send({ headers: { 'Content-Type': type }, body: '{"StreamName":"a","ShardCount":1}' });
      expect(answer.status).toBe(403);
    }
  });
});

describe('requests within requests', () => {
  const inner = call('DeleteStream', { StreamName: 'x' });

  test.each([
    ['two lengths that differ', ['Content-Length: 5', 'Content-Length: 0'], inner],
    ['a length and a transfer coding', ['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner}`],
    ['the same, the other way round', ['Transfer-Encoding: chunked', `Content-Length: 4`], `0\r\n\r\n${inner}`],
    ['a coding nobody knows', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${inner}`],
    ['a coding behind a control character', ['Transfer-Encoding: \u000bchunked'], `0\r\n\r\n${inner}`],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${inner}`],
    ['a folded header', ['X-A: b', ' Content-Length: 0'], inner],
    ['a blank before the colon', ['Content-Length : 0'], inner],
    ['a list of lengths', ['Content-Length: 0, 0'], inner],
    ['a negative length', ['Content-Length: -1'], inner],
    ['a length that overflows', ['Content-Length: 18446744073709551616'], inner],
    ['a bare line feed', ['X-A: b\nContent-Length: 0'], inner],
    ['a bare carriage return', ['X-A: b\rContent-Length: 0'], inner],
    ['a NUL in a header', ['X-A: b\u0000c', 'Content-Length: 0'], inner],
    ['a chunk whose length has a sign', ['Transfer-Encoding: chunked'], `+0\r\n\r\n${inner}`],
    ['a chunk whose length overflows', ['Transfer-Encoding: chunked'], `10000000000000000\r\n\r\n${inner}`],
    ['a bare line feed behind a chunk extension', ['Transfer-Encoding: chunked'], `0;a\n\r\n\r\n${inner}`],
  ])('%s: refused once, and what follows is never read', async (_, headers, body) => {
    const head = ['POST / HTTP/1.1', 'Host: localhost', 'X-Amz-Target: Kinesis_20131202.ListStreams', ...headers];
    expect(heads(await raw(`${head.join('\r\n')}\r\n\r\n${body}`))).toEqual(['HTTP/1.1 400']);
  });

  test('a body that looks like a request is a body', async () => {
    const { name } = await api.stream(1);
    const body = call('DeleteStream', { StreamName: name });
    const outer = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await raw(`${outer}GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(heads(answer)).toHaveLength(2);
    expect((await api.call('DescribeStreamSummary', { StreamName: name })).StreamDescriptionSummary.StreamStatus).toBe(
      'ACTIVE',
    );
  });

  test('HTTP/2: a length that is not that of the body, and a transfer coding, reset the stream', async () => {
    const session = http2.connect(api.url);
    session.on('error', () => undefined);
    const ends = ([headers, body]: readonly [http2.OutgoingHttpHeaders, string]) =>
      new Promise<boolean>((resolve) => {
        const stream = session.request({ ':method': 'POST', ':path': '/', ...headers }, { endStream: false });
        let isAnswered = false;
        stream.on('response', (fields) => {
          isAnswered = Number(fields[':status']) < 400;
        });
        stream
          .on('error', () => undefined)
          .on('close', () => resolve(isAnswered))
          .resume()
          .end(body);
      });
    expect(await ends([{ ...lower(headersFor('ListStreams')), 'content-length': 1 }, '{}'])).toBe(false);
    session.destroy();
  });
});

const lower = (headers: object) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe.skipIf(isForeign)('paths and headers', () => {
  test.each([
    '/_sluice/../_sluice/stop',
    '//_sluice/stop',
    '/%5fsluice/stop',
    '/_sluice%2fstop',
    '/./_sluice/stop',
    '/_SLUICE/stop',
    '/_sluice/stop/',
    '/_sluice/stop%00',
    'http://localhost/_sluice/stop',
    '*',
  ])('%s does not stop the daemon', async (path) => {
    const answer = await raw(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  test('a head that is too large is refused, in one header or in many', async () => {
    const start = 'POST / HTTP/1.1\r\nHost: localhost\r\n';
    expect(await raw(`${start}X-A: ${'a'.repeat(200_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    const many = Array.from({ length: 20_000 }, (_, i) => `X-${i}: a\r\n`).join('');
    expect(await raw(`${start}${many}\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    expect(await raw(`POST /${'a'.repeat(200_000)} HTTP/1.1\r\n`)).toMatch(/^HTTP\/1\.1 431/);
  });

  test('what a caller writes into headers comes back in none', async () => {
    const answer = await raw(call('ListStreams', {}, 'X-Amzn-RequestId: mine', 'Connection: close'));
    expect(answer).not.toContain('mine');
  });
});

describe('bodies', () => {
  const INDEFINITE_MAP = 0xbf;
  const cbor = (...bytes: readonly number[]) =>
    api.send({ headers: headersFor('CreateStream', CBOR_11), body: Uint8Array.from(bytes) });
  const json = (body: string | Uint8Array, operation = 'CreateStream') =>
    api.send({ headers: headersFor(operation), body });
  const text = (value: string) => [0x60 + value.length, ...Buffer.from(value)];

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'a member called %s changes nothing, in JSON and in CBOR',
    async (key) => {
      const poison = `{"${key}":{"StreamName":"poisoned","ShardCount":1,"Limit":1},"Tags":{"${key}":"x"}}`;
      expect((await json(poison)).status).toBe(400);
      const inner = [...text('StreamName'), ...text('poisoned')];
      expect((await cbor(0xa1, ...text(key), 0xa1, ...inner)).status).toBe(400);
      expect((await cbor(INDEFINITE_MAP, ...text(key), 0xa1, ...inner, 0xff)).status).toBe(400);
      expect(({} as Record<string, unknown>)['StreamName']).toBeUndefined();
      expect((await api.call('ListStreams')).StreamNames).not.toContain('poisoned');
    },
  );

  test.each(['__proto__', 'constructor', 'toString'])('a tag called %s is a tag like others', async (Key) => {
    const { name, arn } = await api.stream(1);
    const tags = JSON.parse(`{"${Key}":"value"}`);
    await api.call('AddTagsToStream', { StreamName: name, Tags: tags });
    expect((await api.call('ListTagsForStream', { StreamName: name })).Tags).toEqual([{ Key, Value: 'value' }]);
    await api.call('UntagResource', { ResourceARN: arn, TagKeys: [Key] });
    expect((await api.call('ListTagsForStream', { StreamName: name })).Tags).toEqual([]);
  });

  test.each([
    ['maps', '{"a":', '1', '}'],
    ['lists', '[', '1', ']'],
    ['lists without an end', '[', '', ''],
  ])('JSON of a million %s within each other is refused', async (_, open, middle, close) => {
    const depth = 1_000_000;
    const answer = await json(`${open.repeat(depth)}${middle}${close.repeat(depth)}`);
    expect(answer.status).toBe(400);
  });

  test.each([
    ['lists within lists', [0x81], 100_000],
    ['maps within maps', [0xa1, 0x61, 0x61], 100_000],
    ['lists of unknown length', [0x9f], 100_000],
    ['tags of tags', [0xc6], 100_000],
  ])('CBOR of %s is refused', async (_, bytes, depth) => {
    const body = Buffer.alloc(bytes.length * depth, Uint8Array.from(bytes));
    expect((await api.send({ headers: headersFor('CreateStream', CBOR_11), body })).status).toBe(400);
  });

  test.each([
    ['a list of 2^32 items', [0x9a, 0xff, 0xff, 0xff, 0xff]],
    ['a map of 2^64 members', [0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a text of 2^63 bytes', [0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x61]],
    ['bytes of 4 GB', [0x5a, 0xff, 0xff, 0xff, 0xff, 0x61]],
    ['a list of many empty items', [0x9a, 0x7f, 0xff, 0xff, 0xff, 0xf6, 0xf6]],
    ['a number of 1 MB', [0xc2, 0x5a, 0x00, 0x00, 0x00, 0x02, 0x01, 0x01]],
  ])('CBOR that claims %s is refused', async (_, bytes) => {
    expect((await cbor(...bytes)).status).toBe(400);
    expect((await cbor(0xa1, ...text('Tags'), ...bytes)).status).toBe(400);
  });

  test('of members given twice the last one counts, on the fast path as on the plain one', async () => {
    const { name } = await api.stream(1);
    const start = `"StreamName":"${name}","Data":"YQ==","PartitionKey":"k"`;
    expect((await json(`{${start},"Data":"Yg=="}`, 'PutRecord')).status).toBe(200);
    expect((await json(`{"Data":"YQ==",${start.replace('YQ==', 'Yg==')}}`, 'PutRecord')).status).toBe(200);
    expect((await api.read(name, 0)).Records.map(({ Data }: { Data: string }) => Data)).toEqual(['Yg==', 'Yg==']);
  });

  test('bytes that are no UTF-8 are no name', async () => {
    const bytes = Buffer.from('{"StreamName":"a\xc0\xaf\xedb","ShardCount":1}', 'latin1');
    expect((await json(bytes)).status).toBe(400);
    expect((await cbor(0xa1, ...text('StreamName'), 0x62, 0xc0, 0xaf)).status).toBe(400);
  });
});
