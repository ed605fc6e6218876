/** The command `bench`. Data only. */
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
import { parseRecordRate } from '../plan/values.ts';

const rate: OptionSpec<number | undefined> = {
  flags: '--rate <rate>',
  doc: 'records a second [as many as it takes; 500 with --mode e2e]',
  parse: parseRecordRate,
};

const keys: OptionSpec<string> = {
  flags: '--keys <how>',
  doc: 'uniform, zipf:<exponent> or single',
  default: 'uniform',
};

export const benchOptions = {
  mode: choice('--mode <what>', 'puts, gets, from put to a reader, or puts and readers at full speed', {
    choiceDocs: {
      put: 'how fast records are taken',
      get: 'how fast they are read',
      e2e: 'from put to reader',
      mixed: 'puts and readers at full speed',
    },
    choices: ['put', 'get', 'e2e', 'mixed'],
    default: 'put',
  }),
  scenario: choice(
    '--scenario <name>',
    '4,000 then 10,000 records/s with bursts of 3 times that; nothing may be lost',
    {
      choices: ['newsroom'],
    },
  ),
  duration: duration('--duration <duration>', 'how long is measured [30s, a scenario 1m]'),
  count: count('-n, --count <n>', 'at most so many records'),
  size: size('--size <bytes>', 'of each record [1KiB]'),
  rate,
  keys,
  concurrency: count('-c, --concurrency <n>', 'requests under way at once', { default: 8 }),
  batch: count('--batch <n>', 'records in one request, at most', { default: 500 }),
  aggregate: flag('--aggregate', 'records for the same shard go in one, as the Kinesis Producer Library sends them'),
  fanOut: flag('--fan-out', 'with readers: one with enhanced fan-out beside the polling one'),
  shards: count('--shards <n>', 'of the stream that is made for it [4, on AWS what the rate needs]'),
  warmup: duration('--warmup <duration>', 'runs before that is measured', { default: 3_000 }),
  csv: text('--csv <file>', 'write the result there too', { kind: 'file' }),
  expect: texts('--expect <what>', 'end with 11 unless p99<20ms, fan-out.p99<70ms, rate>4000, lost=0 (repeatable)'),
};
export type BenchOptions = typeof benchOptions;

export const benchCommand: CommandSpec = command({
  path: 'bench',
  group: 'Planning',
  summary: 'Measure puts, gets and the way from put to reader, with a stream made for it',
  args: [{ name: 'stream', doc: 'use this one, and leave it [a new one, deleted afterwards]', kind: 'stream' }],
  options: benchOptions,
  examples: [
    ['sluice bench', 'how much is taken, 30 seconds long'],
    ['sluice bench --mode e2e --fan-out', 'how long records take to polling and to fan-out readers'],
    ["sluice bench --mode e2e --expect 'p99<100ms' -q", 'in CI: exit 11 when it is slower'],
    ['sluice bench --scenario newsroom --expect lost=0', 'bursts, and every record read back'],
  ],
  load: () => import('../commands/bench.ts'),
});
