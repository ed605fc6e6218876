/** The command `replay`. Data only. */
import { type CommandSpec, choice, command, count, duration, flag, text, texts } from '../command-spec.ts';
import { delimiter, shard, stream, until } from './parts.ts';

export const replayOptions = {
  from: texts(
    '--from <position>',
    'horizon, a time, 15m, seq:<n>, after:<n>[.<m>], @<file>; lsn:<shard>@<position> for one shard (again: more)',
    {
      kind: 'position',
    },
  ),
  until,
  to: text('--to <where>', 'another stream, context/stream, http://…, or - for stdout [-]', { kind: 'stream' }),
  pace: text('--pace <pace>', 'original, max, a factor like 4x, or a rate like 500/s or 2MB/s [original]'),
  maxGap: duration('--max-gap <duration>', 'longest silence that is kept', { default: 5_000 }),
  shard,
  grep: texts('-g, --grep <regex>', 'only records whose data match'),
  notGrep: texts('-G, --not-grep <regex>', 'only records whose data do not match'),
  filter: text('--filter <expression>', 'only records for which it holds: .total > 10 and key ^= "u-"'),
  key: text('--key <policy>', 'partition keys: keep, random, or from:<place> as put --key-from has it [keep]'),
  hash: choice('--hash <policy>', 'rehash: by the key; keep: in the same part of the key space', {
    choiceDocs: { rehash: 'by the partition key', keep: 'in the same part of the key space' },
    choices: ['rehash', 'keep'],
    default: 'rehash',
  }),
  rewrite: text('--rewrite <template>', 'the payload, from {data.id}, {key}, {time} and the like; {{ is a brace'),
  mark: texts('--mark <field=value>', 'a member that JSON payloads get (again: more)'),
  deaggregate: flag('--deaggregate', 'the records inside aggregates of the Kinesis Producer Library, each by itself'),
  loop: count('--loop <n>', 'how many times', { default: 1 }),
  resume: text('--resume <id>', 'go on where a replay was stopped; the rest is as it was begun'),
  progress: flag('--progress', 'say each 10 s how far it is, where no terminal shows it'),
  data: choice('--data <form>', 'data in json and csv', {
    choices: ['auto', 'string', 'json', 'hex', 'base64'],
    default: 'auto',
  }),
  delim: delimiter,
  strict: flag('--strict', 'end with 12 when records that were asked for are no longer kept'),
  exitEmpty: flag('--exit-empty', 'end with 10 when nothing matched'),
};
export type ReplayOptions = typeof replayOptions;

export const replayCommand: CommandSpec = command({
  path: 'replay',
  group: 'Daily',
  summary: 'Read a stretch of a stream again, record by record, to stdout, a stream or an HTTP server',
  args: [{ ...stream, required: false }],
  options: replayOptions,
  streams: true,
  examples: [
    ['sluice replay orders --from horizon --pace max', 'everything kept, as fast as possible'],
    ['sluice replay orders --from 10:00 --until 10:30 --to orders-test --pace 4x', 'half an hour in an eighth of it'],
    ['sluice replay prod/orders --from 15m --to local/orders --mark replayed=true', 'from one server to another'],
    ['sluice replay orders --from after:49651…', 'what came behind a record, in its shard'],
    ['sluice replay --resume rp_7f3a21c4', 'go on after Ctrl-C'],
  ],
  load: () => import('../commands/replay.ts'),
});
