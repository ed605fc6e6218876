/** The file of `serve --auth`: both forms, and where it says that something is wrong. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCredentials, parseCredentials } from '../../../src/server/credentials-file.ts';

test('JSON by access key id', () => {
  const text = `{
    "AKIDONE": { "secret": "s1" },
    "AKIDTWO": { "secret": "s2", "account": "123456789012", "sessionToken": "t", "expires": "2026-11-20T13:00:00+01:00" }
  }`;
  expect([...parseCredentials(text, 'f')]).toEqual([
    ['AKIDONE', { secret: 's1' }],
    ['AKIDTWO', { secret: 's2', account: '123456789012', sessionToken: 't', expiresMs: Date.UTC(2026, 10, 20, 12) }],
  ]);
});

test('profiles of a shared credentials file, those without keys left out', () => {
  const text = `# mine
[default]
aws_access_key_id = AKIDONE
aws_secret_access_key=a/b+c==
; next
[sso]
sso_session = x
s3 =
  max_concurrent_requests = 20
[work] # temporary
AWS_ACCESS_KEY_ID = AKIDTWO
aws_secret_access_key = s2
aws_session_token = t
aws_account_id = 123456789012
`;
  expect([...parseCredentials(text.replaceAll('\n', '\r\n'), 'f')]).toEqual([
    ['AKIDONE', { secret: 'a/b+c==' }],
    ['AKIDTWO', { secret: 's2', account: '123456789012', sessionToken: 't' }],
  ]);
});

test.each([
  ['{\n "a b": {"secret": "s"}}', /^f:2: "a b" is no access key id/],
  ['{\n\n "AKID": {}}', /^f:3: "AKID" has no "secret"/],
  ['{"AKID": "s"}', /^f:1: "AKID" needs/],
  ['{"AKID": {"secret": 5}}', /^f:1: "secret" of "AKID" is no text/],
  ['{"AKID": {"secret": "s", "acount": "1"}}', /"acount" is no member/],
  ['{"AKID": {"secret": "s", "account": "1"}}', /account "1" has not 12 digits/],
  ['{"AKID": {"secret": "s", "expires": "2026-11-20T12:00:00"}}', /is no time/],
  ['{"AKID": {"secret": "s"},\n}', /^f:2 is no JSON/],
  ['{}', /^f holds no access key/],
  ['', /^f holds no access key/],
  ['aws_access_key_id = x', /^f:1 stands before any/],
  ['[a]\nnonsense', /^f:2 is neither/],
  ['[a]\naws_access_key_id = x', /^f:1: the profile has no aws_secret_access_key/],
  ['[a]\naws_secret_access_key = x', /^f:1: the profile has no aws_access_key_id/],
  [
    '[a]\naws_access_key_id=x\naws_secret_access_key=1\n[b]\naws_access_key_id=x\naws_secret_access_key=2',
    /^f:4: x has another/,
  ],
])('%j is refused with its place', (text, message) => {
  expect(() => parseCredentials(text, 'f')).toThrow(message);
});

test('a file that all may read is taken with a warning, one that is not there is an error', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'sluice-auth-')), 'keys.json');
  const logged: unknown[] = [];
  const logger = { log: (...line: unknown[]) => logged.push(line) };
  await expect(loadCredentials(path, logger)).rejects.toThrow(`There is no file ${path}`);
  writeFileSync(path, '{"AKID": {"secret": "s"}}', { mode: 0o600 });
  expect((await loadCredentials(path, logger)).size).toBe(1);
  expect(logged).toEqual([]);
  chmodSync(path, 0o644);
  await loadCredentials(path, logger);
  expect(logged).toEqual([['warn', expect.stringContaining('chmod 600'), { file: path }]]);
});
