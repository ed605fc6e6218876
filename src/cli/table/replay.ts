/** The command `replay`. Data only. */
import { type CommandSpec, choice, command, duration, flag, text, texts } from '../command-spec.ts';
import { delimiter, shard, stream, until } from './parts.ts';

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

export const replayCommand: CommandSpec = command({
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
});
