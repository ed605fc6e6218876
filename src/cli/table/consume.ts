/** The command `consume` and those about groups. Data only. */
import {
  type CommandSpec,
  choice,
  command,
  count,
  duration,
  flag,
  type OptionSpec,
  size,
  text,
} from '../command-spec.ts';
import { parseWhole } from '../values.ts';
import { delimiter, shard, stream, wait } from './parts.ts';

const advanced = true;

const group = text('-g, --group <name>', 'who reads: a name of your own; its checkpoints are kept under it');
const checkpoint = text('--checkpoint <where>', 'file:<directory>: where checkpoints are kept [the state folder]', {
  advanced,
});
const retries: OptionSpec<number> = {
  flags: '--retries <n>',
  doc: 'how often the command is tried again with the same records',
  parse: parseWhole,
  default: 3,
};
/** true: it is named after the group. */
const efo: OptionSpec<string | true | undefined> = {
  flags: '--efo [consumer]',
  doc: 'have records pushed by enhanced fan-out; without a name: sluice-<group>',
};

export const consumeOptions = {
  group,
  from: text('--from <position>', 'where a new group begins: horizon, latest, a time, 15m [horizon]', {
    kind: 'position',
  }),
  follow: flag('--no-follow', 'end at the tip, when all is answered'),
  protocol: choice(
    '--protocol <form>',
    'what stdin gets: a line of JSON a record, payloads, KCL messages, Lambda events',
    {
      choices: ['ndjson', 'raw', 'multilang', 'lambda'],
      default: 'ndjson',
    },
  ),
  per: choice('--per <what>', 'a process for each shard, or one for all', {
    choices: ['shard', 'worker'],
    default: 'shard',
  }),
  ack: choice(
    '--ack <how>',
    'line: "ok <seq>" on stdout; exit: 0 answers a batch; auto: once written [line, with --exec-once exit]',
    { choices: ['exit', 'line', 'auto'] },
  ),
  execOnce: flag('--exec-once', 'a process for each batch'),
  batch: count('--batch <n>', 'records in a batch, at most', { default: 500 }),
  batchBytes: {
    ...size('--batch-bytes <size>', 'bytes in a batch, at most'),
    default: 1_048_576,
  } as OptionSpec<number>,
  linger: duration('--linger <duration>', 'how long a batch waits to be full', { default: 250 }),
  retries,
  backoff: duration('--backoff <duration>', 'before the first of them; twice as long each time', { default: 1_000 }),
  dlq: text('--dlq <where>', 'a stream or file for records that fail to the last; without it consume ends'),
  bisect: flag('--bisect', 'try the halves of a batch that fails, down to the record that is to blame'),
  drainTimeout: duration('--drain-timeout <duration>', 'how long the command may take to finish at the end', {
    default: 10_000,
  }),
  efo,
  format: text('--format <template>', `'{time} {key} {data}\\n' in place of JSON`, { advanced }),
  data: choice('--data <form>', 'data in JSON', {
    choices: ['auto', 'string', 'json', 'hex', 'base64'],
    default: 'auto',
    advanced,
  }),
  delim: { ...delimiter, advanced },
  decode: text('--decode <list>', 'auto, none, gzip, zlib, zstd, base64, kpl, cwlogs [auto; kpl for multilang]', {
    advanced,
  }),
  poll: duration('--poll <duration>', 'rest between reads at the tip [200ms to 2s]', { advanced }),
  checkpoint,
};
export type ConsumeOptions = typeof consumeOptions;

export const consumeListOptions = {
  sort: choice('--sort <by>', 'order', { choices: ['name', 'lag', 'age'], default: 'name' }),
  efo: flag('--efo', 'the registered consumers of enhanced fan-out instead'),
  checkpoint,
};
export const consumeDescribeOptions = { group, checkpoint };
export const consumeResetOptions = {
  group,
  to: text('--to <position>', 'horizon, latest, a time, 15m; seq:<n> or after:<n> for the shard it is of', {
    kind: 'position',
  }),
  shard,
  checkpoint,
};
export const consumeRegisterOptions = { wait };

const consumer = { name: 'consumer', doc: 'its name', required: true, many: true, kind: 'consumer' } as const;

export const consumeCommands: readonly CommandSpec[] = [
  command({
    path: 'consume',
    group: 'Services',
    summary: 'Give the records of a stream to a command, each at least once, and go on where it left off',
    args: [stream],
    options: consumeOptions,
    streams: true,
    takesCommand: true,
    examples: [
      ['sluice consume orders --group etl -- python3 etl.py', 'lines of JSON in; each is done once it says ok <seq>'],
      ['sluice consume orders -g mail --exec-once --batch 100 --dlq failed.ndjson -- ./send', 'a process a batch'],
      ['sluice consume orders -g kcl --protocol multilang -- ./app.py', 'a KCL MultiLang program, unchanged'],
      ['sluice consume list orders --sort lag', 'who is behind'],
    ],
    load: () => import('../commands/consume.ts'),
  }),
  command({
    path: 'consume list',
    group: 'Services',
    summary: 'The groups of this machine that read a stream: how far behind, since when, by which process',
    args: [{ ...stream, required: false }],
    options: consumeListOptions,
    examples: [
      ['sluice consume list orders --sort lag', 'the furthest behind first'],
      ['sluice consume list orders --efo', 'registered consumers'],
    ],
    load: () => import('../commands/consume-list.ts'),
  }),
  command({
    path: 'consume describe',
    group: 'Services',
    summary: 'A group, shard by shard',
    args: [stream],
    options: consumeDescribeOptions,
    examples: [['sluice consume describe orders -g etl', '']],
    load: () => import('../commands/consume-describe.ts'),
  }),
  command({
    path: 'consume reset',
    group: 'Services',
    summary: 'Move a group that is stopped to another place of the stream',
    args: [stream],
    options: consumeResetOptions,
    examples: [
      ['sluice consume reset orders -g etl --to horizon', 'everything again'],
      ['sluice consume reset orders -g etl --to 1h --shard 3', 'one shard, and what follows it'],
    ],
    load: () => import('../commands/consume-reset.ts'),
  }),
  command({
    path: 'consume register',
    group: 'Services',
    summary: 'Register consumers of enhanced fan-out',
    args: [stream, consumer],
    options: consumeRegisterOptions,
    examples: [['sluice consume register orders audit', '']],
    load: () => import('../commands/consume-register.ts'),
  }),
  command({
    path: 'consume deregister',
    group: 'Services',
    summary: 'Remove registered consumers',
    args: [stream, consumer],
    options: consumeRegisterOptions,
    examples: [['sluice consume deregister orders audit', '']],
    load: async () => ({ run: (await import('../commands/consume-register.ts')).runDeregister }),
  }),
];
