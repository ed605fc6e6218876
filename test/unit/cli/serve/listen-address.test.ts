/** Addresses to listen on, as people write them. */
import { expect, test } from 'vitest';
import { parseListenAddress } from '../../../../src/cli/serve/listen-address.ts';

test.each([
  ['9457', '127.0.0.1', 9_457],
  [':9457', '127.0.0.1', 9_457],
  ['0.0.0.0:0', '0.0.0.0', 0],
  ['metrics.local:80', 'metrics.local', 80],
  ['[::1]:9457', '::1', 9_457],
])('%s', (text, host, port) => {
  expect(parseListenAddress(text)).toEqual({ host, port });
});

test.each(['', 'host', '65536', '::1:80', '[x]:1', '-1', '1.5', 'host:', 'a:b:1'])('"%s" is none', (text) => {
  expect(() => parseListenAddress(text)).toThrow(/is no/);
});
