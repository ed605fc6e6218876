/** Commands that write and read records. Data only. */
import { type CommandSpec, choice, command, count, duration, flag, text, texts } from '../command-spec.ts';

const stream = { name: 'stream', doc: 'name or ARN', required: true, kind: 'stream' } as const;
const shard = texts('--shard <shards>', '3, 0-3, an id; commas or again for more [all]', { kind: 'shard' });
const until = text('--until <time>', 'stop before records that arrived at this time', { kind: 'position' });
const delimiter = text('--delim <text>', 'what -o raw puts behind each record [a line feed]');

export const putOptions = {
  file: texts('-f, --file <path>', 'read lines from a file, - for stdin (repeatable)', { kind: 'file' }),
  follow: flag('--follow', 'go on as the file grows, through rotation and truncation (tail -F); keeps order'),
  fromEnd: flag('--from-end', 'with --follow: only what is appended from now on'),
  key: text('-k, --key <value>', 'one partition key for all records [random for each]'),
  keyFrom: text('--key-from <where>', '.user.id, /re(..)/, csv:3, line-prefix:<separator> or hash'),
  keyMissing: choice('--key-missing <what>', 'for a record without that key', {
    choices: ['random', 'skip', 'fail'],
    default: 'random',
  }),
  explicitHash: text('--explicit-hash <n>', 'a hash key, or shard:<id> for the middle of that shard'),
  batch: count('--batch <n>', 'records in one request, at most 500', { default: 500 }),
  linger: duration('--linger <duration>', 'how long a request waits to fill', { default: 20 }),
  concurrency: count('-c, --concurrency <n>', 'requests under way at once', { default: 4 }),
  ordered: flag('--ordered', 'records of a key keep their order: one request at a time'),
  resume: text('--resume <file>', 'send the records that an earlier put could not write', { kind: 'file' }),
  echo: flag('--echo', 'print shard and sequence number of every record'),
};
export type PutOptions = typeof putOptions;

export const tailOptions = {
  from: text('--from <position>', 'latest, horizon, a time, 15m, seq:<n>, after:<n> [latest]', { kind: 'position' }),
  until,
  follow: flag('--no-follow', 'stop at the tip'),
  limit: count('-n, --limit <n>', 'stop after n records; without --from: the last n'),
  shard,
  grep: texts('-g, --grep <regex>', 'only records whose data match'),
  notGrep: texts('-G, --not-grep <regex>', 'only records whose data do not match'),
  key: text('--key <regex>', 'only records whose partition key matches'),
  data: choice('--data <form>', 'data in json and csv', { choices: ['auto', 'string', 'base64'], default: 'auto' }),
  timestamps: choice('-t, --timestamps <form>', 'time column of the table', {
    choices: ['local', 'utc', 'age', 'none'],
    default: 'local',
  }),
  delim: delimiter,
  exitEmpty: flag('--exit-empty', 'end with 10 when nothing matched'),
};
export type TailOptions = typeof tailOptions;

export const replayOptions = {
  from: text('--from <position>', 'horizon, a time, 15m, seq:<n> or after:<n> (required)', { kind: 'position' }),
  until,
  to: text('--to <stream>', 'another stream, or - for stdout [-]', { kind: 'stream' }),
  pace: text('--pace <pace>', 'max, original, or a factor like 4x [original]'),
  maxGap: duration('--max-gap <duration>', 'longest silence that is kept', { default: 5_000 }),
  shard,
  grep: texts('-g, --grep <regex>', 'only records whose data match'),
  data: choice('--data <form>', 'data in json and csv', { choices: ['auto', 'string', 'base64'], default: 'auto' }),
  delim: delimiter,
  exitEmpty: flag('--exit-empty', 'end with 10 when nothing matched'),
};
export type ReplayOptions = typeof replayOptions;

export const recordCommands: readonly CommandSpec[] = [
  command({
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
    ],
    load: () => import('../commands/put.ts'),
  }),
  command({
    path: 'tail',
    group: 'Daily',
    summary: 'Print records of a stream as they arrive, all shards merged',
    args: [stream],
    options: tailOptions,
    streams: true,
    examples: [
      ['sluice tail orders', 'follow from now'],
      ['sluice tail orders --from 15m --no-follow', 'the last 15 minutes, then stop'],
      ['sluice tail orders -o raw | jq .total', 'payloads only'],
      ['sluice tail orders --shard 3 -n 20', 'the last 20 records of a shard'],
    ],
    load: () => import('../commands/tail.ts'),
  }),
  command({
    path: 'replay',
    group: 'Daily',
    summary: 'Read a stretch of a stream again, to stdout or into another stream',
    args: [stream],
    options: replayOptions,
    streams: true,
    examples: [
      ['sluice replay orders --from horizon --pace max', 'everything kept, as fast as possible'],
      ['sluice replay orders --from 10:00 --until 10:30 --to orders-test --pace 4x', 'half an hour in an eighth of it'],
      ['sluice replay orders --from after:49651…', 'what came behind a record, in its shard'],
    ],
    load: () => import('../commands/replay.ts'),
  }),
];
