/** The command `put`. Data only. */

import { usageError } from '../cli-error.ts';
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
  texts,
} from '../command-spec.ts';
import { parseRate, type Rate } from '../values.ts';
import { stream } from './parts.ts';

const rate: OptionSpec<Rate | undefined> = {
  flags: '--rate <rate>',
  doc: 'so many records (500/s; with -a aggregates) or bytes (2MB/s) a second [as fast as they go]',
  parse: parseRate,
};

const rateLimit: OptionSpec<number | 'off' | undefined> = {
  flags: '--rate-limit <percent>',
  doc: 'a shard gets at most so much of what it takes, or off [150% with -a on AWS]',
  parse: parseShare,
};

export const putOptions = {
  file: texts('-f, --file <path>', 'read from a file, - for stdin, also .gz and .zst; quote a pattern (repeatable)', {
    kind: 'file',
  }),
  follow: flag('--follow', 'go on as the file grows, through rotation and truncation (tail -F); keeps order'),
  fromEnd: flag('--from-end', 'with --follow: only what is appended from now on'),
  framing: text('--framing <how>', 'lines, json, csv, nul, whole, length32 or delim:<text> [lines]'),
  encoding: choice('--encoding <name>', 'how data are written in the input', {
    choices: ['utf8', 'base64', 'hex'],
    default: 'utf8',
  }),
  envelope: choice('--envelope <form>', 'ndjson: records as tail -o ndjson prints them, with their keys', {
    choices: ['none', 'ndjson'],
    default: 'none',
  }),
  key: text('-k, --key <value>', 'one partition key for all records [random for each]'),
  keyFrom: text('--key-from <where>', '.user.id, /re(..)/, csv:3, file, line-prefix:<separator> or hash'),
  keyMissing: choice('--key-missing <what>', 'for a record without that key', {
    choiceDocs: { random: 'a key by chance', skip: 'leave the record out', fail: 'stop there' },
    choices: ['random', 'skip', 'fail'],
    default: 'random',
  }),
  explicitHash: text('--explicit-hash <n>', 'a hash key, or shard:<id> for the middle of that shard'),
  compress: choice('--compress <how>', 'pack the data of each record', { choices: ['gzip'] }),
  seqField: text('--seq-field <name>', 'number the records in a member of their JSON, from 1 or name:<first>'),
  template: text(
    '--template <text>',
    'made records: {"id":"{{uuid}}","n":{{seq}}}, or clickstream, iot, apache-log, stock-ticker',
  ),
  seed: count('--seed <n>', 'with --template: the same chances every time'),
  count: count('-n, --count <n>', 'at most so many records'),
  repeat: count('--repeat <n>', 'the same input so many times', { default: 1 }),
  rate,
  ramp: duration('--ramp <duration>', 'with --rate: reach it slowly'),
  aggregate: flag('-a, --aggregate', 'several records in one, in the format of the Kinesis Producer Library'),
  aggregateSize: size('--aggregate-size <size>', 'bytes of one aggregate, at most [50KiB]'),
  aggregateCount: count('--aggregate-count <n>', 'records in one aggregate, at most'),
  rateLimit,
  batch: count('--batch <n>', 'records in one request, at most 500', { default: 500 }),
  linger: duration('--linger <duration>', 'how long a request, or an aggregate, waits to fill [20ms, 100ms with -a]'),
  concurrency: count('-c, --concurrency <n>', 'requests under way at once', { default: 4 }),
  ordered: flag('--ordered', 'records of a key keep their order, also those sent again; stops at the first that fails'),
  onError: choice('--on-error <what>', 'for a record the stream refuses: send it again, leave it, or stop', {
    choiceDocs: { retry: 'send it again', skip: 'leave it, and say so', fail: 'stop at the first' },
    choices: ['retry', 'skip', 'fail'],
    default: 'retry',
  }),
  spill: text('--spill <file>', 'where to keep records that could not be written [state folder]', { kind: 'file' }),
  resume: text('--resume <file>', 'send the records that an earlier put could not write', { kind: 'file' }),
  lagWarn: duration('--lag-warn <duration>', 'warn on stderr when what was read waits so long to be written'),
  echo: flag('--echo', 'print shard and sequence number of every record'),
};
/** `150%` as 1.5. */
function parseShare(text: string): number | 'off' {
  if (text === 'off') return text;
  const match = /^(\d{1,5})%?$/.exec(text);
  if (match !== null && Number(match[1]) > 0) return Number(match[1]) / 100;
  throw usageError(`"${text}" is no share`, 'Write for example 150%, or off.');
}

export type PutOptions = typeof putOptions;

export const putCommand: CommandSpec = command({
  path: 'put',
  group: 'Daily',
  summary: 'Write records: arguments, files or stdin, one record a line',
  args: [stream, { name: 'data', doc: 'each argument is one record', many: true }],
  options: putOptions,
  streams: true,
  examples: [
    ['echo hello | sluice put orders', 'one record from stdin'],
    ['sluice put orders -f events.jsonl --key-from .userId', 'a file of JSON lines, keys from a field'],
    ['sluice put web -f /var/log/nginx/access.log --follow', 'forward a growing log'],
    ['sluice put orders -f events.jsonl -a', 'fewer, larger records that the KCL takes apart'],
    ['sluice put clicks --template clickstream -n 10000 --rate 500', 'made records, for tries and load'],
    ['sluice tail a --from horizon --no-follow -o ndjson | sluice put b --envelope ndjson', 'copy what a stream holds'],
  ],
  load: () => import('../commands/put.ts'),
});
