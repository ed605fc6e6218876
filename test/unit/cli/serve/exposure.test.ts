/** What `serve` warns of when it is open to more than this machine. */
import { expect, test } from 'vitest';
import { exposureWarnings } from '../../../../src/cli/serve/exposure.ts';

test.each(['127.0.0.1', '127.9.9.9', '::1'])('%s is this machine: nothing to say', (host) => {
  expect(exposureWarnings(host, {})).toEqual([]);
});

test.each(['0.0.0.0', '::', '192.168.0.7', 'fe80::1'])(
  'without --auth %s is open to everyone who reaches it',
  (host) => {
    expect(exposureWarnings(host, {})).toEqual([expect.stringMatching(/^warning: .*--auth FILE$/)]);
    expect(exposureWarnings(host, { tls: true })).toEqual([expect.stringContaining('--auth')]);
  },
);

test('with --auth it is still read by who listens, unless there is TLS', () => {
  expect(exposureWarnings('0.0.0.0', { auth: 'keys' })).toEqual([expect.stringMatching(/^warning: .*--tls$/)]);
  expect(exposureWarnings('0.0.0.0', { auth: 'keys', tls: true })).toEqual([]);
  expect(exposureWarnings('0.0.0.0', { auth: 'keys', tlsCert: 'x.pem' })).toEqual([]);
});

test('--cors lets every page in that a person visits', () => {
  expect(exposureWarnings('127.0.0.1', { cors: true })).toEqual([expect.stringContaining('web page')]);
  expect(exposureWarnings('127.0.0.1', { cors: true, auth: 'keys' })).toEqual([]);
});
