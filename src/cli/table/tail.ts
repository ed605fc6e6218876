/** The command `tail`. Data only. */
import { type CommandSpec, choice, command, count, flag, text, texts } from '../command-spec.ts';
import { delimiter, shard, stream, until } from './parts.ts';

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

export const tailCommand: CommandSpec = command({
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
});
