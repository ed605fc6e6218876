/** `serve --encryption-key-file`: the file, and the daemon as a whole with it: no plaintext in its folder, its errors. */
import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../../../src/server/daemon.ts';
import { loadEncryptionKeys, parseEncryptionKeys } from '../../../src/server/encryption-keys.ts';

const HEX = `${'00'.repeat(31)}01`;
const OTHER = Buffer.alloc(32, 7).toString('base64');
const KeyId = 'alias/aws/kinesis';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
});
afterEach(() => rm(base, { recursive: true }));

test('one key a line, in hex or base64, the first first', () => {
  const keys = parseEncryptionKeys(`# today's\r\n${HEX}\r\n\n  ${OTHER} # until May\n`, 'f');
  expect(keys.map((key) => Buffer.from(key).toString('hex'))).toEqual([HEX, '07'.repeat(32)]);
});

test.each([
  ['', 'f holds no key'],
  [`# nothing\n`, 'f holds no key'],
  [`${HEX}\nsecret`, 'f:2 is no key'],
  [HEX.slice(2), 'f:1 is no key'],
  [`${HEX}\n\n${HEX}`, 'f:3 is the key of line 1 again'],
])('%j is refused, without quoting it', (text, message) => {
  expect(() => parseEncryptionKeys(text, 'f')).toThrow(expect.objectContaining({ code: 'SLUICE_KEY_FILE', message }));
});

test('a file that others may read is taken, and told', async () => {
  const path = join(base, 'keys');
  const lines: string[] = [];
  const logger = { log: (level: string, message: string) => void lines.push(`${level}: ${message}`) };
  writeFileSync(path, HEX);
  chmodSync(path, 0o600);
  await loadEncryptionKeys(path, logger);
  expect(lines).toEqual([]);
  chmodSync(path, 0o640);
  await loadEncryptionKeys(path, logger);
  expect(lines).toEqual([expect.stringMatching(/^warn: .*chmod 600/)]);
  await expect(loadEncryptionKeys(join(base, 'none'), logger)).rejects.toMatchObject({ code: 'SLUICE_KEY_FILE' });
});

async function call(daemon: Daemon, operation: string, input: object) {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': '20261120T000000Z',
    'x-amz-target': `Kinesis_20131202.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=a/20261120/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=b',
  };
  const answer = await fetch(daemon.url, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return text === '' ? {} : JSON.parse(text);
}

async function records(daemon: Daemon): Promise<string[]> {
  const { ShardIterator } = await call(daemon, 'GetShardIterator', {
    ...{ StreamName: 's', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
  });
  const { Records } = await call(daemon, 'GetRecords', { ShardIterator });
  return Records.map(({ Data, EncryptionType = 'NONE' }: { Data: string; EncryptionType?: string }) => {
    return `${EncryptionType} ${Buffer.from(Data, 'base64')}`;
  });
}

const put = (daemon: Daemon, text: string) =>
  call(daemon, 'PutRecord', { StreamName: 's', PartitionKey: `of ${text}`, Data: btoa(text) });

test('with a key the folder shows nothing of encrypted streams, and a restart needs the key', async () => {
  const dataDir = join(base, 'data');
  const encryptionKeyFile = join(base, 'keys');
  writeFileSync(encryptionKeyFile, HEX, { mode: 0o600 });
  const options = { port: 0, dataDir, create: [{ name: 's', shards: 1 }] };
  const first = await startDaemon({ ...options, encryptionKeyFile });
  await put(first, 'open secret');
  await call(first, 'StartStreamEncryption', { StreamName: 's', EncryptionType: 'KMS', KeyId });
  await put(first, 'whispered');
  expect(await records(first)).toEqual(['NONE open secret', 'KMS whispered']);
  await first.close();
  const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const bytes = Buffer.concat(await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))));
  expect(bytes.includes('open secret')).toBe(true);
  expect(bytes.includes('whispered')).toBe(false);
  expect(bytes.includes(btoa('whispered'))).toBe(false);
  await expect(startDaemon(options)).rejects.toMatchObject({
    code: 'SLUICE_ENCRYPTION_KEY',
    hints: [expect.stringContaining('--encryption-key-file')],
  });
  writeFileSync(encryptionKeyFile, `${OTHER}\n${HEX}\n`);
  const second = await startDaemon({ ...options, encryptionKeyFile });
  await put(second, 'with the next key');
  expect(await records(second)).toEqual(['NONE open secret', 'KMS whispered', 'KMS with the next key']);
  await second.close();
});
