/** The command `put`. Data only. */
import { type CommandSpec, choice, command, count, duration, flag, text, texts } from '../command-spec.ts';
import { stream } from './parts.ts';

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
  ],
  load: () => import('../commands/put.ts'),
});
