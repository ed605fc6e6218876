/**
 * Twelve daily tasks, each with the one command line that does it, run against a server of this script's own:
 * `node examples/twelve-tasks.mjs`. Beside each stands what was typed (commands, words that begin with -, keystrokes) and
 * what the same takes with another tool, counted over sessions written from that tool's documentation.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'sluice.js');
const home = mkdtempSync(join(tmpdir(), 'sluice-tasks-'));
const other = mkdtempSync(join(tmpdir(), 'sluice-tasks-'));
const bin = join(home, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'sluice'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
chmodSync(join(bin, 'sluice'), 0o755);

const EVENTS = 100_000;
const PATIENCE_MS = 60_000;
/** Any free port: this machine may have a server already. */
const envOf = (folder) => ({
  PATH: `${bin}:${process.env.PATH}`,
  HOME: folder,
  XDG_RUNTIME_DIR: folder,
  SLUICE_PORT: '0',
  TERM: 'xterm',
  TZ: 'UTC',
});
const results = [];
const running = new Set();

/** Starts a line in bash. */
function start(line, { folder = home, input } = {}) {
  const child = spawn('bash', ['-c', line], { env: envOf(folder), cwd: folder, detached: true });
  const run = { child, out: '', err: '' };
  running.add(run);
  child.stdout.on('data', (piece) => (run.out += piece));
  child.stderr.on('data', (piece) => (run.err += piece));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  run.exit = new Promise((resolve) => child.on('close', (code) => resolve(code))).finally(() => running.delete(run));
  return run;
}

/** Runs a line to its end. */
async function sh(line, options) {
  const run = start(line, options);
  const timer = setTimeout(() => process.kill(-run.child.pid, 'SIGKILL'), PATIENCE_MS);
  const code = await run.exit;
  clearTimeout(timer);
  return { code, out: run.out, err: run.err };
}

async function until(done, what) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(50);
  }
}

/** What a session costs to type; an answer to a question counts as keystrokes. */
function cost(line, answer = '') {
  const flags = line.split(/\s+/).filter((word) => /^-\w|^--\w/.test(word)).length;
  return { commands: 1, flags, keys: line.length + 1 + answer.length };
}

function expectThat(ok, claim, seen) {
  if (!ok) throw new Error(`${claim}; seen: ${JSON.stringify(seen)}`);
}

/** Whether this version has the command and its options. */
async function isThere(line) {
  const words = line.split(/\s+/);
  const isOfTwo = words[1] === 'stream' || (words[1] === 'consume' && words[2] === 'list');
  const path = isOfTwo ? words.slice(1, 3) : words.slice(1, 2);
  const help = await sh(`sluice help ${path.join(' ')}`);
  const options = line.split(' -- ')[0].match(/--[a-z-]+/g) ?? [];
  const everywhere = await sh(`sluice ${path.join(' ')} --help-all`);
  return help.code === 0 && options.every((option) => `${help.out}${everywhere.out}${GLOBAL}`.includes(option));
}
const GLOBAL = '--yes';

/** The tasks in order; `line` is what a person types, `typed` what is run where times have to fit. */
const now = () => new Date().toISOString();
const tasks = [
  {
    task: 'Local Kinesis server running, stream orders with 4 shards ACTIVE',
    line: 'sluice serve -d --create orders:4',
    other: ['aws cli v2 + LocalStack', 5, 5, 290],
    async run(line) {
      const { code, err, out } = await sh(line);
      expectThat(code === 0 && /4 shards/.test(err + out), 'the server is there with its stream', err + out);
      const { out: status } = await sh('sluice stream describe orders --fields status,openShards -o csv');
      expectThat(/status,ACTIVE\nopenShards,4/.test(status), 'ACTIVE with 4 shards', status);
    },
  },
  {
    task: 'Load a 100,000-line JSONL file, partition key from a JSON field, retry rejected records',
    line: 'sluice put orders -f events.jsonl --key-from .userId',
    other: ['aws cli v2 + jq + split', 3, 6, 254],
    async run(line) {
      const events = Array.from({ length: EVENTS }, (_, i) => {
        const level = i % 1_000 === 0 ? 'ERROR' : 'INFO';
        return JSON.stringify({ id: `o-${i}`, userId: `u-${i % 997}`, host: `h${i % 7}`, level, msg: `order ${i}` });
      });
      writeFileSync(join(home, 'events.jsonl'), `${events.join('\n')}\n`);
      const { code, err } = await sh(line);
      expectThat(code === 0 && /100,000 records .* 4 shards {2}0 failed/.test(err), 'all of them are written', err);
    },
  },
  {
    task: 'Follow every shard, live, in a terminal',
    line: 'sluice tail orders',
    other: ['aws cli v2 in a shell loop', 1, 11, 420],
    async run(line) {
      const tail = start(`exec ${line}`);
      await until(async () => {
        await sh('for k in a b c d e f; do echo live | sluice put orders -q -k $k; done');
        const shards = tail.out.match(/"shard":"\w+-\d+"/g) ?? [];
        return new Set(shards).size >= 3;
      }, 'records of several shards');
      tail.child.kill('SIGINT');
      expectThat((await tail.exit) === 130, 'Ctrl-C ends it with 130', tail.err);
    },
  },
  {
    task: 'Last 15 minutes of every shard, lines with ERROR, two fields, then stop',
    line: 'sluice tail orders --from 15m --no-follow --grep ERROR --select .host,.msg',
    other: ['kcat + jq (Kafka)', 1, 6, 106],
    async run(line) {
      const { code, out, err } = await sh(line);
      const lines = out.trim().split('\n');
      expectThat(code === 0 && lines.length === EVENTS / 1_000, 'the hundred lines with ERROR', [
        code,
        lines.length,
        err,
      ]);
      expectThat(
        lines.every((one) => one.includes('"msg"') && !one.includes('userId')),
        'two fields',
        lines[0],
      );
    },
  },
  {
    task: 'Find the hottest shard and split it where the bytes balance',
    line: 'sluice split orders hottest',
    answer: 'y\n',
    other: ['aws cli v2 + CloudWatch + python', 6, 22, 911],
    async run(line, answer) {
      const heat = 'yes \'{"userId":"u-1"}\' | head -4200 | sluice put orders -q --rate 600/s --key-from \'/(.)$/\'';
      const traffic = `{ ${heat} & seq 1 4200 | sluice put orders -q --rate 600/s; wait; }`;
      expectThat((await sh(traffic)).code === 0, 'seven seconds of traffic', '');
      const { code, out } = await sh(`script -qec '${line}' /dev/null`, { input: answer });
      expectThat(code === 0 && /bytes \d+ % \/ \d+ %/.test(out) && /→ 0004, 0005/.test(out), 'split by bytes', out);
    },
  },
  {
    task: 'Scale 4 → 8 shards and see it finish',
    line: 'sluice stream scale orders 8 --yes',
    other: ['aws cli v2', 2, 4, 158],
    async run(line) {
      const { code, err } = await sh(line);
      expectThat(code === 0 && /→ 8 shards/.test(err), 'eight shards', err);
    },
  },
  {
    task: 'Replay a half-hour of production into the local stream at 4× pace',
    line: 'sluice replay prod/orders --from 2026-11-19T10:00Z --until 10:30Z --to local/orders --pace 4x',
    other: ['two kcat in a pipe (Kafka; no Kinesis tool)', 2, 13, 190],
    async run(line) {
      await sh('sluice serve -d --memory --create orders:2', { folder: other });
      const { out: url } = await sh('sluice serve status --fields url -o name', { folder: other });
      await sh(`sluice context create prod --endpoint ${url.trim()}`);
      const begin = now();
      await sh('for i in 1 2 3; do echo produced-$i | sluice put prod/orders -q; sleep 1; done');
      const end = new Date(Date.parse(begin) + 1_800_000).toISOString();
      const typed = line
        .replace('2026-11-19T10:00Z', `${begin.slice(0, 16)}Z`)
        .replace('10:30Z', `${end.slice(11, 16)}Z`);
      const { code, err } = await sh(typed);
      expectThat(code === 0 && /^3 records /m.test(err), 'its records are replayed', err);
      const { out } = await sh('sluice tail orders --from 5m --no-follow --grep produced- -o raw');
      expectThat(out.trim().split('\n').sort().join() === 'produced-1,produced-2,produced-3', 'they are here', out);
    },
  },
  {
    task: 'Ship rotating log files from a server, surviving restarts',
    line: "sluice agent '/var/log/nginx/*.log' --to web --install-service",
    other: ['Amazon Kinesis Agent (Java)', 5, 2, 312],
    async run(line) {
      const { code, out, err } = await sh(line);
      if (code === 5 && /there is no systemd/.test(err)) return 'not on this machine: there is no systemd';
      expectThat(code === 0 && /ExecStart=/.test(out), 'the unit and the commands are printed', out);
    },
  },
  {
    task: 'Checkpointed consumer that feeds a Python script, at-least-once',
    line: 'sluice consume orders --group etl -- python3 etl.py',
    other: ['rpk (Redpanda) pipe', 1, 2, 59],
    async run(line) {
      writeFileSync(
        join(home, 'etl.py'),
        'import sys, json\nfor line in sys.stdin:\n    open("etl.out", "a").write(line)\n    print("ok", json.loads(line)["seq"], flush=True)\n',
      );
      const consume = start(`exec ${line}`);
      await until(async () => Number((await sh('cat etl.out 2>/dev/null | wc -l')).out) >= EVENTS, 'all records');
      consume.child.kill('SIGINT');
      expectThat((await consume.exit) === 0, 'Ctrl-C drains it', consume.err);
      const again = await sh(line.replace(' --group', ' --no-follow --group'));
      const [all, distinct] = (await sh('wc -l < etl.out; sort -u etl.out | wc -l')).out.trim().split('\n');
      expectThat(again.code === 0 && all === distinct, 'it goes on; nothing answered comes again', [all, distinct]);
    },
  },
  {
    task: 'Which consumer is behind, by how much',
    line: 'sluice consume list orders --sort lag',
    other: ['rpk', 3, 0, 63],
    async run(line) {
      const { code, out } = await sh(line);
      const [head, etl] = out.split('\n').map((row) => row.split('\t'));
      const [group, records] = ['group', 'records'].map((name) => etl?.[head.indexOf(name)]);
      expectThat(code === 0 && group === 'etl' && records === '0', 'the consumer is listed, and not behind', out);
      await sh('echo one | sluice put orders -q');
      expectThat(/^etl\t.*\t1\t/m.test((await sh(line)).out), 'then by one record', (await sh(line)).out);
    },
  },
  {
    task: 'CI: run the test suite against a fresh server, keep its exit code',
    line: 'sluice serve --memory --create orders:2 -- npm test',
    other: ['docker compose + shell', 4, 4, 218],
    async run(line) {
      const suite = (script) =>
        writeFileSync(join(home, 'package.json'), JSON.stringify({ scripts: { test: script } }));
      suite(
        'sluice stream describe orders --fields openShards -o name --endpoint $AWS_ENDPOINT_URL_KINESIS | grep -x 2',
      );
      const passed = await sh(line);
      expectThat(passed.code === 0, 'a suite that passes', passed.out + passed.err);
      suite('exit 3');
      expectThat((await sh(line)).code === 3, 'a suite that fails: its exit code', '');
    },
  },
  {
    task: "Is the stream's capacity enough, and what would be?",
    line: 'sluice plan orders --observe 10m',
    other: ['aws cli v2 + CloudWatch + arithmetic', 3, 11, 369],
    async run(line) {
      const traffic = start('seq 1 2000 | sluice put orders -q --rate 500/s');
      const { code, out, err } = await sh(line.replace('10m', '2s'));
      await traffic.exit;
      expectThat(code === 0 && /shards/i.test(out + err), 'a number of shards', out + err);
    },
  },
];

async function play() {
  for (const [i, { task, line, answer, run, other: peer }] of tasks.entries()) {
    const [tool, ...figures] = peer;
    const { commands, flags, keys } = cost(line, answer);
    const is = await isThere(line);
    let verdict = 'works';
    if (!is) verdict = 'not in this version';
    else
      verdict = await run(line, answer).then(
        (said) => said ?? verdict,
        (error) => `FAILS: ${error.message}`,
      );
    results.push(verdict);
    console.log(`T${i + 1}  ${task}\n    $ ${line}\n    ${verdict}`);
    console.log(
      `    ${commands} / ${flags} / ${keys}   ${tool}: ${figures.join(' / ')}   ${(figures[2] / keys).toFixed(1)}x`,
    );
  }
}

try {
  console.log('commands / flags / keystrokes, and those of another tool');
  await play();
} finally {
  for (const { child } of running) process.kill(-child.pid, 'SIGKILL');
  // The program stands in one of them: both servers stop before either folder goes.
  for (const folder of [home, other]) await sh('sluice serve stop', { folder });
  for (const folder of [home, other]) rmSync(folder, { recursive: true, force: true });
}
const [works, fail] = ['works', 'FAILS'].map((word) => results.filter((one) => one.startsWith(word)).length);
console.log(
  `${works} of ${tasks.length} work as written, ${fail} fail, ${tasks.length - works - fail} cannot be tried here.`,
);
process.exitCode = fail === 0 ? 0 : 1;
