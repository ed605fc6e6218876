/** Options every command takes, anywhere on the line. Data only. */
import { usageError } from './cli-error.ts';
import { choice, count, duration, flag, type OptionSpec, type OptionValues, text, texts } from './command-spec.ts';

const FORMATS = ['table', 'wide', 'json', 'ndjson', 'csv', 'tsv', 'raw', 'name', 'env'] as const;
export type Format = (typeof FORMATS)[number];

const verbose: OptionSpec<number> = {
  flags: '-v, --verbose',
  doc: 'say more (again: more still)',
  counts: true,
  default: 0,
};

const tz: OptionSpec<string | undefined> = {
  flags: '--tz <zone>',
  doc: 'times in that zone: Europe/Paris',
  parse: parseZone,
};

export const globalOptions = {
  context: {
    ...text('-C, --context <name>', 'whose streams: local, aws or a saved one', {
      kind: 'context',
      env: 'SLUICE_CONTEXT',
    }),
    readsOwnEnv: true,
  },
  endpoint: {
    ...text('--endpoint <url>', 'any Kinesis-compatible server', { env: 'SLUICE_ENDPOINT' }),
    readsOwnEnv: true,
  },
  region: {
    ...text('--region <name>', 'region to call [that of the context or profile]', {
      kind: 'region',
      env: 'AWS_REGION',
    }),
    readsOwnEnv: true,
  },
  profile: {
    ...text('--profile <name>', 'AWS, with the credentials of that profile', { kind: 'profile', env: 'AWS_PROFILE' }),
    readsOwnEnv: true,
  },
  output: choice('-o, --output <format>', 'form of the output [table on a terminal]', {
    choiceDocs: {
      table: 'for people',
      wide: 'more columns, nothing cut off',
      json: 'one document',
      ndjson: 'an object a line',
      csv: 'RFC 4180',
      tsv: 'tabs between cells',
      raw: 'payloads',
      name: 'the first column only',
      env: "NAME='value', for eval",
    },
    choices: FORMATS,
    env: 'SLUICE_OUTPUT',
  }),
  json: flag('--json', 'short for -o json, or -o ndjson where records stream'),
  format: text('--format <template>', "'{name} {status}\\n': columns of lists, parts of records"),
  header: flag('--no-header', 'csv and tsv without a line of names', { advanced: true }),
  fields: text('--fields <a,b>', 'only these columns or keys; "help" lists them'),
  quiet: flag('-q, --quiet', 'no progress, notes or summaries', { env: 'SLUICE_QUIET' }),
  verbose,
  color: choice('--color <when>', 'colours [auto]', {
    choiceDocs: { auto: 'on a terminal', always: 'in pipes too', never: 'none' },
    choices: ['auto', 'always', 'never'],
  }),
  progress: flag('--no-progress', 'no spinner', { env: 'SLUICE_NO_PROGRESS' }),
  yes: flag('-y, --yes', 'answer questions with yes'),
  input: flag('--no-input', 'never ask; a question that must be asked ends with 2', { env: 'SLUICE_NO_INPUT' }),
  dryRun: flag('--dry-run', 'print the calls that would change something, make none'),
  confirm: texts('--confirm <name>', 'the name that a question asks for (repeatable)', { advanced: true }),
  readOnly: flag('--read-only', 'refuse calls that change something', { env: 'SLUICE_READ_ONLY' }),
  timeout: duration('--timeout <duration>', 'how long a call or a wait may take [30s, waits 5m]', {
    env: 'SLUICE_TIMEOUT',
  }),
  maxAttempts: count('--max-attempts <n>', 'how often a call is made [5]', { env: 'AWS_MAX_ATTEMPTS' }),
  utc: flag('--utc', 'times in UTC, not in the local zone'),
  tz,
  config: text('--config <file>', 'settings [~/.config/sluice/config.json]', {
    kind: 'file',
    env: 'SLUICE_CONFIG',
    advanced: true,
  }),
  logFormat: choice('--log-format <form>', 'notes and progress on stderr as text or as JSON lines', {
    choiceDocs: { text: 'lines for people', json: 'an object a line' },
    choices: ['text', 'json'],
    default: 'text',
    env: 'SLUICE_LOG_FORMAT',
    advanced: true,
  }),
};

export type GlobalValues = OptionValues<typeof globalOptions>;

/** The template that stands in for every other form. @throws {CliError} beside another form. */
export function chosenTemplate({
  format,
  output,
  json,
}: Pick<GlobalValues, 'format' | 'output' | 'json'>): string | undefined {
  if (format === undefined || (output === undefined && !json)) return format;
  throw usageError('--format and -o exclude each other');
}

/** @throws {CliError} for a zone that the machine does not know. */
function parseZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    throw usageError(`"${zone}" is no time zone`, 'Write for example Europe/Paris, America/New_York or UTC.');
  }
}
