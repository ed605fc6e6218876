/** When Tab asks a server on this machine for names, and when it knows them. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cachePath, forgetStream, readNames, rememberStreams } from '../../../../src/cli/completion/cache.ts';
import { completionSource } from '../../../../src/cli/completion/sources.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { writeState } from '../../../../src/runtime/state-file.ts';

let home: string;
let server: Server;
let url: string;
let asked: string[];
let answer: { readonly status: number; readonly text: string };
let nowMs: number;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'sluice-tab-'));
  asked = [];
  nowMs = 1_000_000;
  answer = { status: 200, text: JSON.stringify({ StreamNames: ['orders', 'ördnung'] }) };
  server = createServer((request, response) => {
    asked.push(String(request.headers['x-amz-target']));
    request.resume().on('end', () => response.writeHead(answer.status).write(answer.text.slice(0, 20)));
    request.on('end', () => response.end(answer.text.slice(20)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(home, { recursive: true });
});

async function offered(current: string, options: Readonly<Record<string, string>> = { endpoint: url }) {
  const env = { XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home };
  const clock = { ...systemClock, now: () => nowMs };
  const source = completionSource({ env, home, platform: 'linux', clock, program: ['/none', '/none'] });
  const line = { command: undefined, operands: [], options: new Map(Object.entries(options)) };
  const streams = (await source('stream', line, current)).map(({ value }) => value);
  return streams.filter((name) => !name.endsWith('/'));
}

test('names are asked for once in half a minute', async () => {
  expect(await offered('or')).toEqual(['orders', 'ördnung']);
  nowMs += 29_999;
  expect(await offered('or')).toEqual(['orders', 'ördnung']);
  expect(asked).toEqual(['Kinesis_20131202.ListStreams']);
  nowMs += 1;
  await offered('or');
  expect(asked).toHaveLength(2);
});

test('a beginning that no known name has is asked for: another program may have made the stream', async () => {
  await offered('');
  answer = { status: 200, text: JSON.stringify({ StreamNames: ['clicks', 'orders'] }) };
  expect(await offered('cl')).toEqual(['clicks', 'orders']);
});

test('what was known of a daemon before it was started again counts no more', async () => {
  const folder = join(home, 'sluice');
  mkdirSync(folder, { mode: 0o700 });
  const { port } = server.address() as AddressInfo;
  const state = { pid: process.pid, host: '127.0.0.1', port, url, version: '0', startedAtMs: nowMs - 1 };
  await writeState(folder, 'default', state);
  await offered('or', {});
  await offered('or', {});
  expect(asked).toHaveLength(1);
  await writeState(folder, 'default', { ...state, startedAtMs: nowMs });
  await offered('or', {});
  expect(asked).toHaveLength(2);
});

test.each([
  ['a refusal', 400, '{"StreamNames":["no"]}'],
  ['no JSON', 200, '<html>'],
])('%s offers what was known', async (_, status, text) => {
  rememberStreams(cachePath(join(home, 'sluice'), url), ['old'], nowMs - 30_000);
  answer = { status, text };
  expect(await offered('')).toEqual(['old']);
  expect(asked).toHaveLength(1);
});

test('a stream that was deleted is offered no more', () => {
  const path = cachePath(home, 'local');
  rememberStreams(path, ['a', 'b'], 5);
  forgetStream(path, 'a');
  forgetStream(path, 'c');
  expect(readNames(path)).toMatchObject({ streams: ['b'], streamsAtMs: 5 });
});
