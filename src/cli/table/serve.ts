/** The daemon's commands. Data only. */
import {
  type CommandSpec,
  choice,
  command,
  count,
  duration,
  flag,
  type OptionSpec,
  port,
  size,
  text,
  texts,
} from '../command-spec.ts';
import { parseDaemonName } from '../serve/daemon-name.ts';
import { type ListenAddress, parseListenAddress } from '../serve/listen-address.ts';

const name: OptionSpec<string | undefined> = {
  flags: '--name <name>',
  doc: 'which daemon, where several run [default]',
  parse: parseDaemonName,
};

/** true: at the usual address. */
const metrics: OptionSpec<ListenAddress | true | undefined> = {
  flags: '--metrics [address]',
  doc: 'serve /metrics for Prometheus, on 127.0.0.1:9457 unless told otherwise',
  parse: parseListenAddress,
};

export const serveOptions = {
  port: port('-p, --port <n>', 'port to listen on, 0 for any free one [4567]', { env: 'SLUICE_PORT' }),
  host: text('--host <address>', 'address to listen on [127.0.0.1]', { env: 'SLUICE_HOST' }),
  data: text('--data <directory>', 'where records are kept', { kind: 'directory', env: 'SLUICE_DATA' }),
  memory: flag('--memory', 'keep nothing on disk'),
  name,
  import: text('--import <file>', 'begin with the streams of a snapshot, where there are none yet', { kind: 'file' }),
  exportOnExit: text('--export-on-exit <file>', 'write a snapshot once the server has stopped', { kind: 'file' }),
  detach: flag('-d, --detach', 'return when the server answers, and leave it running'),
  create: texts('--create <name[:shards]>', 'create the stream if it is not there (repeatable)'),
  durability: choice('--durability <when>', 'what an acknowledgement means: on disk, synced every 50 ms, page cache', {
    choiceDocs: { always: 'on disk before the answer', interval: 'synced every 50 ms', os: 'in the page cache' },
    choices: ['always', 'interval', 'os'],
    default: 'always',
    env: 'SLUICE_DURABILITY',
  }),
  maxDisk: size('--max-disk <size>', 'refuse records while the server holds more'),
  freeSpaceFloor: size('--free-space-floor <size>', 'refuse records while less of the disk is free [1GiB]'),
  retentionCap: duration('--retention-cap <duration>', 'drop records after so long, whatever their stream asks for'),
  acceptLoss: texts(
    '--accept-loss <segment>',
    'give up what is damaged in this segment, and serve the rest (repeatable)',
  ),
  allowNetworkDisk: flag('--allow-network-disk', 'keep records on a network file system all the same'),
  transitionTime: duration('--transition-time <duration>', 'how long creating and resharding take', { default: 0 }),
  testClock: flag('--test-clock', 'let the admin path move the clock'),
  shardLimit: count('--shard-limit <n>', 'open shards allowed in all [10000]'),
  account: text('--account <id>', 'account in ARNs [000000000000]'),
  scope: choice('--scope <scope>', 'one namespace for all, or one for each region and account', {
    choiceDocs: { one: 'streams are the same for everyone', region: 'apart by account and region' },
    choices: ['one', 'region'],
    default: 'one',
  }),
  limits: choice('--limits <whose>', "refuse what is over AWS's limits of shards and calls", {
    choiceDocs: { off: 'no limits of shards and calls', aws: 'as strict as AWS' },
    choices: ['off', 'aws'],
    default: 'off',
  }),
  onDemandScaling: flag('--on-demand-scaling', 'split shards of on-demand streams that take over half of their limit'),
  fail: texts('--fail <operation=rate[:code]>', 'let calls fail on purpose, for example PutRecords=2% (repeatable)'),
  delay: texts('--delay <operation=duration>', 'let calls wait on purpose, for example GetRecords=200ms (repeatable)'),
  auth: text('--auth <file>', 'verify signatures against the keys in the file; SIGHUP reads it again', {
    kind: 'file',
  }),
  encryptionKeyFile: text('--encryption-key-file <file>', 'encrypt on disk what encrypted streams hold', {
    kind: 'file',
  }),
  channelsDir: text('--channels-dir <directory>', 'let channels deliver records there as files', { kind: 'directory' }),
  tls: flag('--tls', 'serve TLS too, with a certificate made here unless one is given'),
  tlsCert: text('--tls-cert <file>', 'certificate for TLS, in PEM', { kind: 'file' }),
  tlsKey: text('--tls-key <file>', 'its private key, in PEM', { kind: 'file' }),
  metrics,
  accessLog: text('--access-log <file>', 'a line for each request; - for stdout', { kind: 'file' }),
  drainTimeout: duration('--drain-timeout <duration>', 'how long requests under way may take once it stops', {
    default: 10_000,
  }),
  idleExit: duration('--idle-exit <duration>', 'stop once nobody was connected or called for so long'),
  cors: flag('--cors', 'answer web pages of every origin, not of this machine only'),
};
export type ServeOptions = typeof serveOptions;

export const serveStatusOptions = { name };
export const serveStopOptions = {
  name,
  force: flag('--force', 'kill it if it has not stopped within --timeout'),
};
export const serveLogsOptions = {
  name,
  follow: flag('-f, --follow', 'go on as lines are added'),
  lines: count('-n, --lines <n>', 'how many of the last lines', { default: 100 }),
  since: text('--since <time>', 'all lines from then on: 15m, 10:30', { kind: 'position' }),
};
const data = text('--data <directory>', "the server's folder, where it is not the one of its name", {
  kind: 'directory',
  env: 'SLUICE_DATA',
});
export const serveResetOptions = { name, data };
export const serveSnapshotOptions = { name, data };
export const serveVerifyOptions = { name, data };

export const serveCommands: readonly CommandSpec[] = [
  command({
    path: 'serve',
    group: 'Services',
    summary: 'Run a durable Kinesis server on this machine',
    args: [],
    options: serveOptions,
    takesCommand: true,
    examples: [
      ['sluice serve -d --create orders:4', 'in the background, with a stream of 4 shards'],
      ['sluice serve --create orders:2 -- npm test', 'a fresh server for a test suite, and its exit code'],
      ['sluice serve --memory --port 0', 'a throw-away server on a free port'],
      ['sluice serve --limits aws --fail PutRecords=2%', 'as strict as AWS, and not always well'],
      ['sluice serve --tls --auth keys.json', 'encrypted, for those who hold a key'],
    ],
    load: () => import('../commands/serve.ts'),
  }),
  command({
    path: 'serve status',
    group: 'Services',
    summary: 'Tell whether the server runs, and where',
    args: [],
    options: serveStatusOptions,
    examples: [['eval "$(sluice serve status -o env)"', 'point AWS programs of this shell at the server']],
    load: () => import('../commands/serve-status.ts'),
  }),
  command({
    path: 'serve stop',
    group: 'Services',
    summary: 'Stop the server once requests under way are answered',
    args: [],
    options: serveStopOptions,
    examples: [['sluice serve stop', '']],
    load: () => import('../commands/serve-stop.ts'),
  }),
  command({
    path: 'serve logs',
    group: 'Services',
    summary: 'Show what a server in the background has told',
    args: [],
    options: serveLogsOptions,
    examples: [
      ['sluice serve logs -f', 'the last 100 lines, then each new one'],
      ['sluice serve logs --since 15m', 'the last quarter of an hour'],
    ],
    load: () => import('../commands/serve-logs.ts'),
  }),
  command({
    path: 'serve reset',
    group: 'Services',
    summary: 'Delete every stream: of the server that runs, or in the folder of the stopped one',
    args: [],
    options: serveResetOptions,
    examples: [['sluice serve reset --yes', '']],
    load: () => import('../commands/serve-reset.ts'),
  }),
  command({
    path: 'serve verify',
    group: 'Services',
    summary: 'Read the folder of a stopped server from end to end, and say what is whole',
    args: [],
    options: serveVerifyOptions,
    examples: [['sluice serve verify', 'ends with 11 when something acknowledged is damaged; changes nothing']],
    load: () => import('../commands/serve-verify.ts'),
  }),
  command({
    path: 'serve snapshot',
    group: 'Services',
    summary: 'Keep the streams of a stopped server in a file, or take them from one',
    args: [
      { name: 'action', doc: 'what to do', required: true, choices: ['save', 'load'] },
      { name: 'file', doc: 'the snapshot, a compressed archive', required: true, kind: 'file' },
    ],
    options: serveSnapshotOptions,
    examples: [
      ['sluice serve snapshot save orders.tar.gz', 'streams, records, consumers and settings'],
      ['sluice serve snapshot load orders.tar.gz --yes', 'in the place of what is there'],
    ],
    load: () => import('../commands/serve-snapshot.ts'),
  }),
];
