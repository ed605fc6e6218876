/** The commands `tail` and `cat`. Data only. */
import {
  type CommandSpec,
  choice,
  command,
  count,
  duration,
  flag,
  type OptionSpec,
  text,
  texts,
} from '../command-spec.ts';
import { parseRate } from '../values.ts';
import { delimiter, shard, streams } from './parts.ts';

const advanced = true;

const maxBytes: OptionSpec<{ readonly unit: string; readonly perSecond: number } | undefined> = {
  flags: '--max-bytes <rate>',
  doc: 'read no more than 2MB/s, say, over all shards',
  parse: parseRate,
  advanced,
};
/** true: a name is made up. */
const efo: OptionSpec<string | true | undefined> = {
  flags: '--efo [consumer]',
  doc: 'have records pushed by enhanced fan-out; without a name: for this run alone',
};

const where = {
  from: text(
    '--from <position>',
    'latest, horizon, a time, 15m, seq:<n>, after:<n>, @<file>, lsn:<shard>@<position> [latest]',
    {
      kind: 'position',
    },
  ),
  until: text('--until <time>', 'stop before records that arrived then; latest: at the tip', { kind: 'position' }),
  shard,
  follow: flag('--no-follow', 'stop at the tip'),
  following: flag('-f, --following', 'go on at the tip, as tail does anyway', { advanced }),
  limit: count('-n, --limit <n>', 'stop after n records; without --from: the last n'),
  order: text('--order <how>', 'arrival (as they come), time, or seq-field:<path> of a counter in the data', {
    advanced,
  }),
  window: duration('--window <duration>', 'how long --order holds records back while following', {
    default: 2_000,
    advanced,
  }),
};

const what = {
  grep: texts('-g, --grep <regex>', 'only records whose data match'),
  notGrep: texts('-G, --not-grep <regex>', 'only records whose data do not match'),
  filter: text('--filter <expression>', `'.total > 10 and key ^= "u-"'`),
  key: text('--key <regex>', 'only records whose partition key matches'),
  select: text('--select <paths>', 'parts of the data: .a.b,.c[0]', { kind: 'field' }),
  decode: text('--decode <list>', 'auto, none, gzip, zlib, zstd, base64, kpl, cwlogs [auto]'),
};

const how = {
  format: text('--format <template>', `'{time} {key} {data}\\n', or kcat's '%k %s\\n'`),
  timestamps: choice('-t, --timestamps <form>', 'time column of the table', {
    choiceDocs: {
      local: 'in the zone of the terminal',
      utc: 'in UTC',
      age: 'how long ago',
      delta: 'since the record before',
      none: 'no time',
    },
    choices: ['local', 'utc', 'age', 'delta', 'none'],
    default: 'local',
  }),
  highlight: text('-H, --highlight <regex>', 'make matches stand out'),
  colorBy: choice('--color-by <what>', 'what colours tell apart', {
    choiceDocs: { shard: 'a colour a shard', key: 'a colour a partition key', level: 'by .level or .severity' },
    choices: ['shard', 'key', 'level'],
    default: 'shard',
    advanced,
  }),
  data: choice('--data <form>', 'data in json and csv', {
    choiceDocs: {
      auto: 'JSON, else text, else base64',
      string: 'text',
      json: 'parsed',
      hex: 'bytes in hex',
      base64: 'bytes in base64',
    },
    choices: ['auto', 'string', 'json', 'hex', 'base64'],
    default: 'auto',
  }),
  pretty: flag('--pretty', 'JSON on several lines'),
  delim: delimiter,
  lineBuffered: flag('--line-buffered', 'write each record at once, also into a pipe', { advanced }),
};

const reading = {
  efo,
  share: count('--share <n>', 'reads a second and shard, of the 5 that all readers share [2 on AWS]', { advanced }),
  poll: duration('--poll <duration>', 'rest between reads at the tip [200ms to 2s]', { advanced }),
  maxBytes,
  save: text('--save <file>', 'keep how far it is there; --from @<file> goes on', { kind: 'file' }),
  idleTimeout: duration('--idle-timeout <duration>', 'stop when nothing was printed for so long', { advanced }),
  exitEmpty: flag('--exit-empty', 'end with 10 when nothing matched'),
  maxErrors: count('--max-errors <n>', 'stop with 1 after n records not decoded or calls failed', { advanced }),
  strict: flag('--strict', 'stop with 12 where records are gone that were asked for', { advanced }),
  stats: flag('--stats', 'rate and lag on stderr, every 5 s', { advanced }),
  lagWarn: duration('--lag-warn <duration>', 'warn on stderr when a shard is read so far behind', { advanced }),
};

export const tailOptions = { ...where, ...what, ...how, ...reading };
export type TailOptions = typeof tailOptions;

export const tailCommand: CommandSpec = command({
  path: 'tail',
  group: 'Daily',
  summary: 'Print records of streams as they arrive, all shards merged',
  args: [streams],
  options: tailOptions,
  streams: true,
  examples: [
    ['sluice tail orders', 'follow from now'],
    ['sluice tail orders --from 15m --no-follow', 'the last 15 minutes, then stop'],
    ['sluice tail orders --grep ERROR --select .host,.msg', ''],
    ['sluice tail orders -o raw | jq .total', 'payloads only'],
    ['sluice tail orders --shard hottest -n 20', '20 records of the busiest shard'],
  ],
  load: () => import('../commands/tail.ts'),
});

export const catCommand: CommandSpec = command({
  path: 'cat',
  group: 'Daily',
  summary: 'Print all data of streams and stop: tail --from horizon --no-follow -o raw',
  args: [streams],
  options: tailOptions,
  streams: true,
  examples: [
    ['sluice cat orders > orders.txt', ''],
    ['sluice cat orders --from 1h -g ERROR', 'of the last hour, what matches'],
  ],
  load: async () => ({ run: (await import('../commands/tail.ts')).runCat }),
});
