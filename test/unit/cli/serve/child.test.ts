/** What a command finds in its environment beside a daemon of its own, and what of a server's log is shown. */
import { expect, test } from 'vitest';
import { linesSince } from '../../../../src/cli/commands/serve-logs.ts';
import { childEnvironment } from '../../../../src/cli/serve/child.ts';

const server = { url: 'http://127.0.0.1:4999', region: 'eu-west-1', keepsKeys: false };

test('AWS programs are pointed at the daemon, in every variable that they read', () => {
  expect(childEnvironment({ PATH: '/bin', AWS_REGION: 'us-west-2' }, server)).toEqual({
    PATH: '/bin',
    SLUICE_ENDPOINT: 'http://127.0.0.1:4999',
    AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:4999',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});

test('a profile, a session or a context of the shell leads nowhere else', () => {
  const env = { AWS_PROFILE: 'prod', AWS_SESSION_TOKEN: 't', SLUICE_CONTEXT: 'prod', AWS_ACCESS_KEY_ID: 'AKIA' };
  const child = childEnvironment(env, server);
  expect(Object.keys(child)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']));
  expect(child).not.toHaveProperty('AWS_SESSION_TOKEN');
  expect(child).not.toHaveProperty('SLUICE_CONTEXT');
  expect(child['AWS_ACCESS_KEY_ID']).toBe('local');
});

test('where signatures are verified, the keys stay', () => {
  const child = childEnvironment(
    { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 's' },
    { ...server, keepsKeys: true },
  );
  expect(child).toMatchObject({ AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 's' });
});

test('log lines from a time on are those behind the first that is late enough', () => {
  const log = '2026-11-20T10:00:00.000Z info a\n  more of a\n2026-11-20T11:00:00.000Z info b\n  more of b\n';
  expect(linesSince(log, Date.UTC(2026, 10, 20, 10, 30))).toEqual(['2026-11-20T11:00:00.000Z info b', '  more of b']);
  expect(linesSince(log, Date.UTC(2026, 10, 20, 12))).toEqual([]);
  expect(linesSince(log, undefined)).toHaveLength(4);
});
