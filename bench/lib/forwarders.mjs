/** Log forwarders under test: how each is started on files and a daemon, and what its process costs. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AUTHORIZATION } from './http.mjs';
import { cpuSeconds } from './servers.mjs';

const program = join(import.meta.dirname, '../../bin/sluice.js');

/** Name → command, arguments and what it cannot do; the configuration is written into `home`. */
const FORWARDERS = { sluice, 'syslog-ng': syslogNg };

/** False, with a word on stderr, where a peer is not installed. */
export function available(name) {
  if (name === 'sluice' || spawnSync(name, ['--version']).error === undefined) return true;
  process.stderr.write(`${name} is not installed (Debian: syslog-ng-core and syslog-ng-mod-http)\n`);
  return false;
}

/** Starts a forwarder of everything under `pattern` (a glob of file names in one folder) into the stream. */
export function startForwarder(name, { home, port, stream, pattern, profile }) {
  mkdirSync(home, { recursive: true });
  const { command, args } = FORWARDERS[name]({ home, port, stream, pattern, profile });
  const startedMs = Date.now();
  const env = { PATH: process.env.PATH, HOME: home };
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-10_000);
  });
  const end = async (signal = 'SIGTERM') => {
    if (child.exitCode !== null) throw new Error(`${name} ended by itself with ${child.exitCode}: ${errors}`);
    child.kill(signal);
    await new Promise((resolve) => child.once('exit', resolve));
  };
  return { name, startedMs, end, pid: child.pid, figures: () => figures(child.pid), errors: () => errors };
}

/** CPU seconds so far, most memory so far in MiB, and how often it woke up. */
function figures(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  return { cpu: cpuSeconds(pid), peakMiB: field('VmHWM') / 1_024, wakeUps: field('voluntary_ctxt_switches') };
}

function sluice({ home, port, stream, pattern, profile }) {
  const flow = {
    filePattern: pattern,
    kinesisStream: stream,
    initialPosition: 'START_OF_FILE',
    maxBufferAgeMillis: 1_000,
  };
  const config = { 'kinesis.endpoint': `http://127.0.0.1:${port}`, 'cloudwatch.emitMetrics': false, flows: [flow] };
  const path = join(home, 'agent.json');
  writeFileSync(path, JSON.stringify(config));
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  const args = [...profiling, program, 'agent', '-c', path, '--config-dir', 'none', '--state-dir', join(home, 'state')];
  return { command: process.execPath, args };
}

/** Its HTTP destination writes PutRecords itself: the body put together from templates, unsigned. */
function syslogNg({ home, port, stream, pattern }) {
  const isOne = !/[*?[]/.test(pattern);
  const source = isOne
    ? `file("${pattern}" follow-freq(1) flags(no-parse) log-fetch-limit(1000) log-iw-size(40000))`
    : `wildcard-file(base-dir("${dirname(pattern)}") filename-pattern("${basename(pattern)}") max-files(2000)
        follow-freq(1) flags(no-parse) log-fetch-limit(1000) log-iw-size(200000))`;
  const config = `@version: 3.38
options { stats-freq(0); };
source s { ${source}; };
destination d { http(
  url("http://127.0.0.1:${port}/") method("POST") workers(8) batch-lines(500) batch-timeout(250)
  headers("Content-Type: application/x-amz-json-1.1", "X-Amz-Target: Kinesis_20131202.PutRecords",
    "X-Amz-Date: 20260101T000000Z", "Authorization: ${AUTHORIZATION}")
  body-prefix('{"StreamName":"${stream}","Records":[') delimiter(",") body-suffix("]}")
  body("{\\"Data\\":\\"$(base64-encode '\${MESSAGE}\n')\\",\\"PartitionKey\\":\\"\${SEQNUM}\\"}")
); };
log { source(s); destination(d); flags(flow-control); };
`;
  const path = join(home, 'syslog-ng.conf');
  writeFileSync(path, config);
  const state = ['persist', 'ctl', 'pid'].map((what) => join(home, what));
  const args = ['-F', '-f', path, '-R', state[0], '-c', state[1], '-p', state[2], '--no-caps'];
  return { command: 'syslog-ng', args };
}
