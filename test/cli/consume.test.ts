/**
 * `consume` as a process: killed, its command killed, through a split; and a program of KCL's MultiLangDaemon. The server
 * runs here.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../../src/client/client.ts';
import { LOCAL_CREDENTIALS } from '../../src/client/credentials.ts';
import { parseGroup } from '../../src/client/group-state.ts';
import { createStream } from '../../src/operations/kinesis/create-stream.ts';
import { putRecords } from '../../src/operations/kinesis/put-records.ts';
import { splitShard } from '../../src/operations/kinesis/resharding.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { type Daemon, startDaemon } from '../../src/server/daemon.ts';

const program = join(import.meta.dirname, '../../bin/sluice.js');
const home = mkdtempSync(join(tmpdir(), 'sluice-consume-'));
const PATIENCE_MS = 60_000;
let daemon: Daemon;
let client: Client;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  daemon = await startDaemon({ memory: true, port: 0 });
  const [clock, random] = [systemClock, seededRandom(1)];
  const facts = { endpoint: daemon.url, region: 'us-east-1', credentials: LOCAL_CREDENTIALS, clock, random };
  client = new Client({ ...facts, timeoutMs: 5_000, attemptsMax: 2 });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await client.close();
  await daemon.close();
  rmSync(home, { recursive: true, force: true });
});

const path = (name: string) => join(home, name);
const linesOf = (name: string) =>
  existsSync(path(name)) ? readFileSync(path(name), 'utf8').split('\n').slice(0, -1) : [];

interface Consume {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  said: string;
}

function consume(words: readonly string[], env: Readonly<Record<string, string>> = {}): Consume {
  const child = spawn(process.execPath, [program, 'consume', ...words], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, SLUICE_ENDPOINT: daemon.url, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const one = { child, exit, said: '' };
  child.stderr!.on('data', (piece) => {
    one.said += piece;
  });
  void exit.then(() => running.delete(child));
  return one;
}

async function until(isSo: () => boolean, what: () => string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !isSo(); ) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what()}`);
    await systemClock.sleep(20);
  }
}

const KEYS = ['a', 'b', 'e', 'f', 'test', 'ü'];

async function put(StreamName: string, from: number, to: number): Promise<void> {
  const Records = Array.from({ length: to - from }, (_, i) => ({
    PartitionKey: KEYS[(from + i) % KEYS.length]!,
    Data: new TextEncoder().encode(String(from + i)),
  }));
  await client.call(putRecords, { StreamName, Records });
}

function groupOf(group: string) {
  const folder = path('.local/state/sluice/groups');
  const name = existsSync(folder) ? readdirSync(folder).find((one) => one.startsWith(`${group}@`)) : undefined;
  return name === undefined || name.endsWith('.new') ? undefined : parseGroup(readFileSync(join(folder, name), 'utf8'));
}

/** Answers forty records, then takes the rest and answers nothing, until its stdin ends. */
const FORTY = `i=0; while [ $i -lt 40 ] && read -r line; do echo "A $line" >> seen; echo ok; i=$((i+1)); done; cat > /dev/null`;
/** Answers everything; the first one to see 25 ends without a word after the last of them. */
const KILLED = `i=0; while read -r line; do echo "B $line" >> seen; i=$((i+1)); [ $i = 25 ] && mkdir killed 2>/dev/null && kill -9 $$; echo ok; done`;

interface Seen {
  readonly run: string;
  readonly shard: string;
  readonly seq: string;
  readonly key: string;
  readonly n: number;
}

const seen = (): readonly Seen[] =>
  linesOf('seen').map((line) => {
    const [run, shard, seq, key, n] = line.split(' ');
    return { run: run!, shard: shard!, seq: seq!, key: key!, n: Number(n) };
  });

test('kill -9 of consume and of its command, through a split: nothing is lost, keys keep their order, what is checkpointed never comes again', {
  timeout: 120_000,
}, async () => {
  await client.call(createStream, { StreamName: 'orders', ShardCount: 2 });
  await put('orders', 0, 300);
  const words = [
    'orders',
    '-g',
    'kill',
    '--backoff',
    '20ms',
    '--format',
    '{shard} {seq} {key} {data}\\n',
    '--',
    'sh',
    '-c',
  ];
  const first = consume([...words, FORTY]);
  const isKept = () => [...(groupOf('kill')?.places.values() ?? [])].filter(({ arrivalMs }) => arrivalMs).length === 2;
  await until(
    () => seen().length === 80 && isKept(),
    () => `${first.said} ${seen().length}`,
  );
  first.child.kill('SIGKILL');
  await first.exit;
  const kept = groupOf('kill')!.places;

  const [StreamName, ShardToSplit] = ['orders', 'shardId-000000000001'];
  await client.call(splitShard, { StreamName, ShardToSplit, NewStartingHashKey: String(3n * 2n ** 126n) });
  await put('orders', 300, 600);
  const second = consume([...words, KILLED]);
  const numbers = () => new Set(seen().map(({ n }) => n)).size;
  await until(
    () => numbers() === 600,
    () => `${second.said} ${numbers()}`,
  );
  second.child.kill('SIGTERM');
  expect([await second.exit, second.said]).toEqual([0, expect.stringContaining('ended with 137, ')]);

  const again = seen().filter(({ run }) => run === 'B');
  for (const { shard, seq } of again) {
    const position = kept.get(shard)?.position;
    if (position?.at === 'afterNumber') expect(BigInt(seq)).toBeGreaterThan(BigInt(position.sequenceNumber));
  }
  for (const key of KEYS) {
    const inOrder = [...new Set(again.filter((one) => one.key === key).map(({ n }) => n))];
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
  }
  // One record had been done when its process was killed, and not answered.
  expect(again.length - new Set(again.map(({ n }) => n)).size).toBe(1);
  expect([...groupOf('kill')!.places.keys()].map((id) => Number(id.slice(-1)))).toEqual([0, 2, 3]);
});

/** As the libraries of KCL do it: a line in, a line out, a status after each step. */
const MULTILANG = `
import json, os, sys
log = open("actions", "a", buffering=1)
def say(message):
    sys.stdout.write("\\n" + json.dumps(message) + "\\n")
    sys.stdout.flush()
def checkpoint(number=None, sub=None):
    say({"action": "checkpoint", "sequenceNumber": number, "subSequenceNumber": sub})
    return json.loads(sys.stdin.readline())["error"]
shard = None
for line in sys.stdin:
    message = json.loads(line)
    action = message["action"]
    shard = message.get("shardId", shard)
    text = message.get("sequenceNumber", "")
    if action == "processRecords":
        records = message["records"]
        text = " ".join(__import__("base64").b64decode(r["data"]).decode() for r in records)
        error = checkpoint(records[-1]["sequenceNumber"], records[-1]["subSequenceNumber"])
    elif action == "initialize":
        error = None
    else:
        error = checkpoint()
    log.write("%s %s %s %s\\n" % (shard[-1], action, error, text))
    print("a line of its own")
    say({"action": "status", "responseFor": action})
`;

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'a MultiLang program gets its shards as from KCL, and its checkpoints are kept',
  {
    timeout: 120_000,
  },
  async () => {
    writeFileSync(path('app.py'), MULTILANG);
    await client.call(createStream, { StreamName: 'clicks', ShardCount: 1 });
    await put('clicks', 0, 6);
    const [StreamName, ShardToSplit] = ['clicks', 'shardId-000000000000'];
    await client.call(splitShard, { StreamName, ShardToSplit, NewStartingHashKey: String(2n ** 127n) });
    await put('clicks', 6, 12);
    const words = ['clicks', '-g', 'kcl', '--protocol', 'multilang'];
    const one = consume([...words, '--', 'python3', 'app.py']);
    await until(
      () => linesOf('actions').filter((line) => line.includes('process')).length === 3,
      () => one.said,
    );
    one.child.kill('SIGTERM');
    expect([await one.exit, one.said]).toEqual([0, expect.stringContaining('12 records answered, stopped')]);
    const actions = (shard: number) =>
      linesOf('actions')
        .filter((line) => line.startsWith(`${shard} `))
        .map((line) => line.slice(2).trimEnd());
    expect(actions(0)).toEqual(['initialize None TRIM_HORIZON', 'processRecords None 0 1 2 3 4 5', 'shardEnded None']);
    for (const shard of [1, 2]) {
      expect(actions(shard)).toEqual([
        'initialize None TRIM_HORIZON',
        expect.stringMatching(/^processRecords None \d/),
        'shutdownRequested None',
        'leaseLost InvalidStateException',
      ]);
    }
    const again = consume([...words, '--no-follow', '--', 'python3', 'app.py']);
    expect([await again.exit, again.said]).toEqual([0, expect.stringContaining('0 records answered')]);
  },
);
