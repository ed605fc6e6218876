/** Commands about streams and shards. Data only. */
import { LOAD_WINDOW_MS } from '../../model/limits.ts';
import { type CommandSpec, choice, command, count, duration, flag, size, text, texts } from '../command-spec.ts';
import { stream, wait } from './parts.ts';

const streams = { ...stream, many: true } as const;
const STATUSES = ['ACTIVE', 'CREATING', 'UPDATING', 'DELETING', 'deleted'] as const;

export const streamCreateOptions = {
  shards: count('-s, --shards <n>', 'open shards [1]'),
  onDemand: flag('--on-demand', 'capacity mode on-demand instead of a number of shards'),
  retention: duration('--retention <duration>', 'how long records are kept, 24h to 365d [24h]'),
  tag: texts('--tag <key=value>', 'a tag (again: more)'),
  maxRecordSize: size('--max-record-size <size>', 'how large one record may be, 1MiB to 10MiB [1MiB]'),
  hashRanges: text('--hash-ranges <file>', 'exact ranges, made by splits: a first hash key a line, or JSON', {
    kind: 'file',
  }),
  ifNotExists: flag('--if-not-exists', 'a stream that exists is fine'),
  wait,
};
export const streamListOptions = {
  long: flag('-l, --long', 'with status, shards, mode, retention and age'),
  sort: choice('--sort <by>', 'order', { choices: ['name', 'shards', 'created'], default: 'name' }),
  allRegions: flag('--all-regions', 'of every region of AWS that the account may use'),
};
export const streamDescribeOptions = {
  consumers: flag('--consumers', 'with its registered consumers'),
  raw: flag('--raw', 'the answer of DescribeStreamSummary as it came'),
  shards: choice('--shards <which>', 'shards to list', { choices: ['open', 'closed', 'all'], default: 'open' }),
};
export const streamDeleteOptions = {
  force: flag('--force', 'although consumers are registered'),
  ifExists: flag('--if-exists', 'a stream that is not there is fine'),
  wait,
};
export const streamShardsOptions = {
  state: choice('--state <state>', 'only these', { choices: ['open', 'closed', 'all'], default: 'all' }),
  tree: flag('--tree', 'draw which shard came from which'),
};
export const streamScaleOptions = {
  strategy: choice('--strategy <how>', 'uniform: even ranges; load: by what shards took', {
    choiceDocs: { uniform: 'even ranges', load: 'by what shards took' },
    choices: ['uniform', 'load'],
    default: 'uniform',
  }),
  observe: duration('--observe <duration>', 'how far back to look with --strategy load', { default: LOAD_WINDOW_MS }),
  wait,
};
export const streamConsumersOptions = {
  register: texts('--register <name>', 'make a consumer of this name (again: more)', { kind: 'consumer' }),
  deregister: texts('--deregister <name>', 'remove it (again: more)', { kind: 'consumer' }),
  wait,
};
export const streamModeOptions = { wait };
export const streamTagOptions = {
  remove: texts('--remove <key>', 'take this tag away (again: more)'),
};
export const streamEncryptOptions = {
  kmsKey: text('--kms-key <id>', 'id, ARN or alias of the key [alias/aws/kinesis]'),
  off: flag('--off', 'no longer encrypt'),
  wait,
};

const looking: readonly CommandSpec[] = [
  command({
    path: 'stream list',
    group: 'Streams',
    summary: 'List streams (or: stream ls)',
    args: [{ name: 'pattern', doc: 'only names like this: orders-*' }],
    options: streamListOptions,
    examples: [
      ['sluice stream list -l', 'with status and shards'],
      ["sluice stream list 'test-*' -o name | xargs sluice stream delete -y", 'delete all that match'],
    ],
    load: () => import('../commands/stream-list.ts'),
  }),
  command({
    path: 'stream describe',
    group: 'Streams',
    summary: 'Show one stream and its shards',
    args: [stream],
    options: streamDescribeOptions,
    examples: [
      ['sluice stream describe orders --json', ''],
      ['sluice stream describe orders --consumers', 'with the readers of enhanced fan-out'],
    ],
    load: () => import('../commands/stream-describe.ts'),
  }),
  command({
    path: 'stream shards',
    group: 'Streams',
    summary: 'List the shards of a stream with hash range and lineage',
    args: [stream],
    options: streamShardsOptions,
    examples: [['sluice stream shards orders --tree', 'which shard came from which']],
    load: () => import('../commands/stream-shards.ts'),
  }),
];

const consumers: CommandSpec = command({
  path: 'stream consumers',
  group: 'Streams',
  summary: 'List, register or deregister consumers of enhanced fan-out',
  args: [stream],
  options: streamConsumersOptions,
  examples: [
    ['sluice stream consumers orders', 'list them'],
    ['sluice stream consumers orders --register audit', 'make one and wait until it is active'],
  ],
  load: () => import('../commands/stream-consumers.ts'),
});

const changing: readonly CommandSpec[] = [
  command({
    path: 'stream create',
    group: 'Streams',
    summary: 'Create streams and wait until they are active',
    args: [streams],
    options: streamCreateOptions,
    examples: [['sluice stream create orders -s 4', 'a stream of 4 shards']],
    load: () => import('../commands/stream-create.ts'),
  }),
  command({
    path: 'stream delete',
    group: 'Streams',
    summary: 'Delete streams with all their records (or: stream rm)',
    args: [streams],
    options: streamDeleteOptions,
    examples: [['sluice stream delete orders', '']],
    load: () => import('../commands/stream-delete.ts'),
  }),
  command({
    path: 'stream scale',
    group: 'Streams',
    summary: 'Change the number of open shards',
    args: [stream, { name: 'n', doc: '8, +2, x2 or x1.5', required: true }],
    options: streamScaleOptions,
    examples: [
      ['sluice stream scale orders x2', 'twice as many'],
      ['sluice stream scale orders +1 --strategy load', 'split the hottest shard where its load balances'],
    ],
    load: () => import('../commands/stream-scale.ts'),
  }),
  command({
    path: 'stream retention',
    group: 'Streams',
    summary: 'Show or change how long records are kept',
    args: [stream, { name: 'duration', doc: '24h to 365d' }],
    options: {},
    examples: [['sluice stream retention orders 7d', '']],
    load: () => import('../commands/stream-retention.ts'),
  }),
];

const settings: readonly CommandSpec[] = [
  command({
    path: 'stream mode',
    group: 'Streams',
    summary: 'Show or change who chooses the number of shards',
    args: [
      stream,
      { name: 'mode', doc: 'provisioned: you; on-demand: the service', choices: ['provisioned', 'on-demand'] },
    ],
    options: streamModeOptions,
    examples: [['sluice stream mode orders on-demand', '']],
    load: () => import('../commands/stream-mode.ts'),
  }),
  command({
    path: 'stream tag',
    group: 'Streams',
    summary: 'List, set or remove tags',
    args: [stream, { name: 'key=value', doc: 'tags to set [list them]', many: true }],
    options: streamTagOptions,
    examples: [
      ['sluice stream tag orders', 'list them'],
      ['sluice stream tag orders team=shop env=prod --remove owner', 'set two, remove one'],
    ],
    load: () => import('../commands/stream-tag.ts'),
  }),
  command({
    path: 'stream encrypt',
    group: 'Streams',
    summary: 'Encrypt the records of a stream with a key of KMS, or stop that',
    args: [stream],
    options: streamEncryptOptions,
    examples: [
      ['sluice stream encrypt orders --kms-key alias/orders', 'with a key of your own'],
      ['sluice stream encrypt orders --off', 'new records are no longer encrypted'],
    ],
    load: () => import('../commands/stream-encrypt.ts'),
  }),
  command({
    path: 'stream wait',
    group: 'Streams',
    summary: 'Wait until a stream has a status',
    args: [stream, { name: 'status', doc: 'what to wait for [ACTIVE]', choices: STATUSES }],
    options: {},
    examples: [
      ['sluice stream wait orders --timeout 1m', 'until it is ACTIVE'],
      ['sluice stream wait orders deleted', 'until it is gone'],
    ],
    load: () => import('../commands/stream-wait.ts'),
  }),
  command({
    path: 'stream limits',
    group: 'Streams',
    summary: 'Show how many shards and streams the account has and may have',
    args: [],
    options: {},
    examples: [['sluice stream limits --json', '']],
    load: () => import('../commands/stream-limits.ts'),
  }),
];

export const streamCommands: readonly CommandSpec[] = [...looking, ...changing, consumers, ...settings];
