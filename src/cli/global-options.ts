/** Options every command takes, anywhere on the line. Data only. */
import { choice, count, duration, flag, type OptionSpec, type OptionValues, text } from './command-spec.ts';

export const FORMATS = ['table', 'wide', 'json', 'ndjson', 'csv', 'tsv', 'raw', 'name', 'env'] as const;
export type Format = (typeof FORMATS)[number];

const verbose: OptionSpec<number> = {
  flags: '-v, --verbose',
  doc: 'say more (again: more still)',
  counts: true,
  default: 0,
};

export const globalOptions = {
  endpoint: text('--endpoint <url>', 'any Kinesis-compatible server', { env: 'SLUICE_ENDPOINT' }),
  region: text('--region <name>', 'region to sign for [us-east-1]', { env: 'AWS_REGION' }),
  output: choice('-o, --output <format>', 'form of the output [table on a terminal]', {
    choices: FORMATS,
    env: 'SLUICE_OUTPUT',
  }),
  json: flag('--json', 'short for -o json, or -o ndjson where records stream'),
  fields: text('--fields <a,b>', 'only these columns or keys; "help" lists them'),
  quiet: flag('-q, --quiet', 'no progress, notes or summaries', { env: 'SLUICE_QUIET' }),
  verbose,
  color: choice('--color <when>', 'colours [auto]', { choices: ['auto', 'always', 'never'] }),
  progress: flag('--no-progress', 'no spinner', { env: 'SLUICE_NO_PROGRESS' }),
  yes: flag('-y, --yes', 'answer questions with yes'),
  input: flag('--no-input', 'never ask; a question that must be asked ends with 2', { env: 'SLUICE_NO_INPUT' }),
  dryRun: flag('--dry-run', 'print the calls that would change something, make none'),
  timeout: duration('--timeout <duration>', 'how long a call or a wait may take [30s, waits 5m]', {
    env: 'SLUICE_TIMEOUT',
  }),
  maxAttempts: count('--max-attempts <n>', 'how often a call is made [5]', { env: 'AWS_MAX_ATTEMPTS' }),
  utc: flag('--utc', 'times in UTC, not in the local zone'),
};

export type GlobalValues = OptionValues<typeof globalOptions>;
