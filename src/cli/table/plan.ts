/** Commands that size, measure and examine. Data only. */
import { type CommandSpec, command, duration, flag, type OptionSpec, size, text } from '../command-spec.ts';
import { parseFactor, parseNumber, parsePercent, parseRecordRate } from '../plan/values.ts';

function parsed<D extends number | undefined = undefined>(
  flags: string,
  doc: string,
  { parse, ...extras }: { readonly parse: (text: string) => number; readonly default?: D; readonly advanced?: true },
): OptionSpec<number | D> {
  return { flags, doc, parse, ...extras };
}

export const planOptions = {
  records: parsed('--records <rate>', 'records a second, on average', { parse: parseRecordRate }),
  size: size('--size <bytes>', 'of one record with its key: 500, 1KiB, 1MB'),
  consumers: parsed('--consumers <n>', 'applications that poll and share 2 MB/s a shard', {
    parse: parseNumber,
    default: 1,
  }),
  fanOut: parsed('--fan-out <n>', 'applications with enhanced fan-out, 2 MB/s a shard each', {
    parse: parseNumber,
    default: 0,
  }),
  peak: parsed('--peak <factor>', 'the busiest second against the average [1.5, or more where more is observed]', {
    parse: parseFactor,
  }),
  headroom: parsed('--headroom <percent>', 'part of each shard that stays free [25]', { parse: parsePercent }),
  retention: duration('--retention <duration>', "how long records are kept [the stream's, else 24h]"),
  observe: duration('--observe <duration>', 'watch the stream for so long instead [10s]'),
  fromCloudwatch: duration(
    '--from-cloudwatch <duration>',
    'at AWS: from what CloudWatch knows of so long, by the minute',
  ),
  keys: text('--keys <file>', 'partition keys as they come, one a line: how uneven they are', { kind: 'file' }),
  price: text('--price <file>', 'prices to count with [those that come with sluice]', {
    kind: 'file',
    advanced: true,
  }),
  printPrices: flag('--print-prices', 'print the prices and their date, to be changed', { advanced: true }),
  check: flag('--check', 'end with 11 when the stream has too few shards'),
};
export type PlanOptions = typeof planOptions;

export const doctorOptions = {
  bundle: flag('--bundle', 'write a report into this folder, without keys, accounts and names'),
};
export type DoctorOptions = typeof doctorOptions;

export const planningCommands: readonly CommandSpec[] = [
  command({
    path: 'plan',
    group: 'Planning',
    summary: 'Tell how many shards a load needs, what decides it and what it costs on AWS',
    args: [{ name: 'stream', doc: 'whose traffic is watched and whose shards are judged', kind: 'stream' }],
    options: planOptions,
    examples: [
      ['sluice plan orders --observe 10m', 'from what is written to it now'],
      ['sluice plan prod/orders --from-cloudwatch 7d', 'from the last week at AWS'],
      ['sluice plan --records 4000 --size 2KiB --consumers 2', 'from figures'],
      ['sluice plan orders --check --quiet', 'in a cron job: exit 11 when it is too small'],
    ],
    load: () => import('../commands/plan.ts'),
  }),
  command({
    path: 'doctor',
    group: 'Planning',
    summary: 'Look for what is wrong on this machine and with the server commands go to',
    args: [],
    options: doctorOptions,
    examples: [
      ['sluice doctor', 'a line for each check, with what to do'],
      ['sluice doctor --context prod --json', 'of another target, for programs'],
      ['sluice doctor --bundle', 'a report for an issue, without keys and names'],
    ],
    load: () => import('../commands/doctor.ts'),
  }),
];
