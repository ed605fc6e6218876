/**
 * A hostile server, spoken to by the command line on a real terminal: whatever it answers, names, errors and records
 * included, no control character of its reaches the terminal; and what it is told holds no secret in the clear.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../bin/sluice.js');
const noTerminal = spawnSync('script', ['--version']).error === undefined ? '' : ' (skipped: script is not installed)';

/** A title, a cleared screen, C1's own bracket, the other direction, a line overwritten. */
const HOSTILE = '\u001b]0;PWN\u0007\u001b[2JPWN\u009b31mPWN\u202ePWN\rPWN\u0008PWN';
const RANGE = { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' };
const RECORD = {
  Data: Buffer.from(HOSTILE).toString('base64'),
  PartitionKey: HOSTILE,
  SequenceNumber: HOSTILE,
  ApproximateArrivalTimestamp: 1_700_000_000,
  EncryptionType: HOSTILE,
};
const SUMMARY = {
  ...{ StreamName: HOSTILE, StreamARN: HOSTILE, StreamStatus: 'ACTIVE', RetentionPeriodHours: 24, ConsumerCount: 0 },
  ...{ StreamModeDetails: { StreamMode: HOSTILE }, StreamCreationTimestamp: 1_700_000_000, EncryptionType: HOSTILE },
  ...{ OpenShardCount: 1, EnhancedMonitoring: [{ ShardLevelMetrics: [HOSTILE] }] },
};
const ANSWERS: Readonly<Record<string, object>> = {
  ListStreams: { StreamNames: [HOSTILE], StreamSummaries: [SUMMARY], HasMoreStreams: false },
  DescribeStreamSummary: { StreamDescriptionSummary: SUMMARY },
  ListShards: {
    Shards: [{ ShardId: HOSTILE, HashKeyRange: RANGE, SequenceNumberRange: { StartingSequenceNumber: '1' } }],
  },
  GetShardIterator: { ShardIterator: HOSTILE },
  GetRecords: { Records: [RECORD], MillisBehindLatest: 0, ChildShards: [] },
  PutRecords: { FailedRecordCount: 1, Records: [{ ErrorCode: HOSTILE, ErrorMessage: HOSTILE }] },
  ListTagsForStream: { Tags: [{ Key: HOSTILE, Value: HOSTILE }], HasMoreTags: false },
  ListStreamConsumers: {
    Consumers: [{ ConsumerName: HOSTILE, ConsumerARN: HOSTILE, ConsumerStatus: HOSTILE, ConsumerCreationTimestamp: 1 }],
  },
};
const FAULT = { __type: HOSTILE, message: HOSTILE };

const home = mkdtempSync(join(tmpdir(), 'sluice-security-'));
const server = http.createServer((req, res) => {
  const operation = String(req.headers['x-amz-target']).split('.')[1]!;
  const answer = ANSWERS[operation];
  req.resume().on('end', () => {
    res.writeHead(answer === undefined ? 400 : 200, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-RequestId': 'r',
    });
    res.end(JSON.stringify(answer ?? FAULT));
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(home, { recursive: true, force: true });
});

const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const TOKEN = 'FwoGZXIvYXdzEXAMPLETOKEN';
const KEY = 'AKIAQWERTYUIOPASDFGH';

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    ...{ HOME: home, XDG_RUNTIME_DIR: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    ...{ TERM: 'xterm-256color', LANG: 'C.UTF-8', COLUMNS: '200' },
    SLUICE_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ SLUICE_ACCESS_KEY_ID: KEY, SLUICE_SECRET_ACCESS_KEY: SECRET, SLUICE_SESSION_TOKEN: TOKEN },
    ...{ AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN, AWS_REGION: 'eu-west-1' },
    HTTPS_PROXY: `http://user:${SECRET}@127.0.0.1:1`,
  };
}

/** All that a command line writes, to a terminal or to pipes. */
function output(words: string, isTerminal: boolean): Promise<string> {
  const line = `'${process.execPath}' '${program}' ${words}`;
  const [file, args] = isTerminal ? ['script', ['-qec', line, '/dev/null']] : ['sh', ['-c', `${line} 2>&1`]];
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: environment(), cwd: home, timeout: 20_000 }, (_, stdout) =>
      resolve(stdout),
    );
    child.stdin!.end();
  });
}

const COMMANDS = [
  ...['stream list', 'stream list -o wide', 'stream list -o tsv', 'stream list -o csv', 'stream list -o name'],
  ...[
    'stream list --json',
    'stream list -o ndjson',
    'stream describe s',
    'stream describe s -o tsv',
    'stream describe s -o env',
  ],
  ...['stream describe s --json --consumers', 'stream describe s --raw', 'stream shards s', 'stream shards s --tree'],
  ...['stream shards s -o tsv', 'stream consumers s', 'stream tag s', 'stream delete s -y', 'stream limits'],
  ...['put s hello --max-attempts 1', 'put s hello --echo --max-attempts 1', 'api ListStreams', 'api DescribeLimits'],
  ...[
    'tail s --from horizon --no-follow',
    'tail s --from horizon --no-follow -o wide',
    'tail s --from horizon --no-follow -o tsv',
  ],
  ...[
    'tail s --from horizon --no-follow -o ndjson',
    'tail s --from horizon --no-follow -o csv',
    'tail s --from horizon --no-follow -o raw',
  ],
  ...[
    "tail s --from horizon --no-follow --template '{key} {data} {seq} {shard}\\n'",
    'tail s --from horizon --no-follow --pretty',
  ],
  ...['split s 0', 'doctor', 'replay s --from horizon --to t', 'plan s'],
].map((words) => `${words} -vvv`);

describe.skipIf(noTerminal !== '')(`on a terminal${noTerminal}`, () => {
  test.concurrent.each(COMMANDS)('sluice %s: nothing of the server steers it', async (words) => {
    const text = await output(words, true);
    expect(text.length, 'something is printed').toBeGreaterThan(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
    const steering = /\u001b\]|\u001b\[2J|[\u0080-\u009f]|\u202e|[\u0000-\u001f\u007f]PWN/u.exec(text);
    expect(
      steering === null ? '' : JSON.stringify(text.slice(Math.max(0, steering.index - 60), steering.index + 60)),
    ).toBe('');
  });
});

test.concurrent.each([
  'stream list -vvv',
  'put s x -vvv --max-attempts 1',
  'tail s --from horizon --no-follow -vvv',
  'doctor --bundle -vvv',
])('sluice %s tells no secret, not in a file either', async (words) => {
  const text = await output(words, false);
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  for (const secret of [SECRET, TOKEN, KEY]) {
    expect(text).not.toContain(secret);
    expect(files.filter((file) => file.includes(secret))).toEqual([]);
  }
  expect(text).toContain('authorization: AWS4');
});
