/** Guides by name, for `sluice help <topic>` and the manual page sluice-<topic>(7). Text only. */
import type { CommandSpec, OptionSpec } from '../command-spec.ts';
import { EXIT_MEANINGS } from '../exit.ts';
import { globalOptions } from '../global-options.ts';

/** In the order in which they are listed. */
export const topicNames = ['contexts', 'positions', 'formats', 'exit-codes', 'environment', 'errors', 'kcat'] as const;
export type TopicName = (typeof topicNames)[number];

/** What each is about, in a line. */
export const topicTitles: Readonly<Record<TopicName, string>> = {
  contexts: 'Which server a command talks to',
  positions: 'Where a reader starts (--from)',
  formats: 'Forms of the output',
  'exit-codes': 'Exit codes, a contract for scripts',
  environment: 'Variables of the environment',
  errors: 'What errors look like, and common ones',
  kcat: 'Phrases of kcat, rpk and the AWS CLI, and what they are here',
};

/** Whether there is a guide of that name. */
export function isTopic(name: string): name is TopicName {
  return (topicNames as readonly string[]).includes(name);
}

/** The guide, with its title as the first line. */
export function topicText(name: TopicName, commands: readonly CommandSpec[]): string {
  const body = name === 'environment' ? environment(commands) : name === 'exit-codes' ? exitCodes() : TEXTS[name];
  return `${topicTitles[name]}.\n\n${body}`;
}

function exitCodes(): string {
  const lines = EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}\n`);
  return `${lines.join('')}\nserve -- <command>, and consume --exec-once when it gives up, end with the code of the command.\n`;
}

/** Variables that stand in for options come from the tables. */
function environment(commands: readonly CommandSpec[]): string {
  const rows = new Map<string, string>();
  const note = (option: OptionSpec, path: string) => {
    const long = option.flags.split(', ').at(-1)!.split(' ')[0]!;
    if (option.env !== undefined && !rows.has(option.env)) rows.set(option.env, path === '' ? long : `${path} ${long}`);
  };
  for (const option of Object.values(globalOptions)) note(option, '');
  for (const { path, options } of commands) for (const option of Object.values(options)) note(option, path);
  for (const [name, doc] of OTHER_VARIABLES) rows.set(name, doc);
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, doc]) => `  ${name.padEnd(28)}${doc}\n`);
  return `An option on the line wins over its variable. There is none for --yes: a forgotten export must not delete.\n\n${lines.join('')}`;
}

const OTHER_VARIABLES: readonly (readonly [string, string])[] = [
  ['AWS_ENDPOINT_URL_KINESIS', '--endpoint, after SLUICE_ENDPOINT'],
  ['AWS_ENDPOINT_URL', '--endpoint, last'],
  ['AWS_DEFAULT_REGION', '--region, after AWS_REGION'],
  ['AWS_ACCESS_KEY_ID', 'key for AWS; never sent to this machine'],
  ['AWS_SECRET_ACCESS_KEY', 'its secret'],
  ['AWS_SESSION_TOKEN', 'its token, where it is a temporary one'],
  ['AWS_PROFILE', 'which credentials, not which server'],
  ['SLUICE_ACCESS_KEY_ID', 'key for a server of this machine that verifies signatures'],
  ['SLUICE_SECRET_ACCESS_KEY', 'its secret'],
  ['SLUICE_COMP_DEBUG', 'file to which completion writes what it was asked and answered'],
  ['NO_COLOR', 'no colours'],
  ['FORCE_COLOR', 'colours in pipes too'],
  ['CLICOLOR_FORCE', 'as FORCE_COLOR'],
  ['XDG_CONFIG_HOME', 'configuration [~/.config]'],
  ['XDG_DATA_HOME', 'streams of servers [~/.local/share]'],
  ['XDG_STATE_HOME', 'logs, spilled records [~/.local/state]'],
  ['XDG_CACHE_HOME', 'names for completion [~/.cache]'],
  ['XDG_RUNTIME_DIR', 'where running servers are found'],
  ['HTTPS_PROXY', 'proxy for AWS'],
  ['NO_PROXY', 'hosts that are reached without it'],
  ['NODE_EXTRA_CA_CERTS', 'more certificate authorities; on Node 20 every start is slower for it'],
  ['AWS_CA_BUNDLE', 'certificate authorities for AWS'],
];

const TEXTS: Readonly<Record<Exclude<TopicName, 'exit-codes' | 'environment'>, string>> = {
  contexts: `A context is a server with a name. Two are built in:

  local    the server of this machine: sluice serve (the default)
  aws      AWS, as the AWS tools on this machine are set up

A stream is written <stream>, <context>/<stream>, or as an ARN. The first of these that is given decides:

  --endpoint <url>
  --context <name>
  <context>/<stream>
  --profile <name>                         leads to aws
  SLUICE_ENDPOINT
  SLUICE_CONTEXT
  AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL
  .sluice.json of the project
  the context in use (sluice context use)
  local

AWS_PROFILE, AWS_REGION and keys in the environment say who you are there. They never lead a command to AWS: a
profile left over in a shell must not turn a deletion of a test stream into an incident.
`,
  positions: `  latest          what arrives from now on
  horizon         the oldest record kept
  <time>          the first record that arrived then or later
  seq:<n>         the record with that sequence number
  after:<n>       the record behind it
  after:<n>.<m>   of the records in that aggregate, those behind number m (tail, replay)
  @<file>         where the tail with --save <file> was stopped
  lsn:<shard>@<position>   any of these, for that shard alone (tail, replay)

A sequence number names a place in one shard: that shard is read, and the shards that come from it by split or
merge. The first three read every shard.

Times
  2026-11-19T10:00Z, 2026-11-19T11:00+01:00, 2026-11-19
  10:30, 10:30Z               the nearest past
  15m, 1h30m, 2d              that long ago
  1763546400, 1763546400000   seconds, milliseconds since 1970
  today, now                  since midnight, this moment

A time without a zone is read in the terminal's zone (in UTC with --utc and in pipes), and shown in UTC.
`,
  formats: `Data goes to stdout and everything else to stderr. On a terminal the form is a table; in a pipe lists are tsv and
records are ndjson, without colours and never cut off.

  -o table     for people; may change
  -o wide      more columns, nothing cut off
  -o json      one document
  -o ndjson    one JSON object a line
  -o csv, tsv  RFC 4180, with a header line unless --no-header
  -o raw       payloads, each with a line feed behind it
  -o name      the first column only, for xargs
  -o env       NAME='value', for eval
  --json       json for lists and documents, ndjson for records
  --fields a,b these columns or keys; --fields help lists them

All but table and wide are contracts: within a major version members are added, never removed or renamed.
Numbers of 128 bits (sequence numbers, hash keys) are texts in every JSON form: JavaScript and jq would round them.
`,
  errors: `An error says on stderr what happened, why or what to do, and ends with a code for search engines and its exit code:

  error: stream "ordres" does not exist in context local (http://127.0.0.1:4567)
    Streams there: orders, clicks
    Did you mean:  sluice tail orders
    [ResourceNotFoundException]  exit 5

  ECONNREFUSED                              nothing listens: sluice serve -d, or another --endpoint
  ResourceNotFoundException                 no such stream on that server: sluice stream list
  ResourceInUseException                    it exists already, or is being changed: sluice stream wait <stream>
  ProvisionedThroughputExceededException    a shard is at its limit: sluice plan <stream>, sluice stream scale
  LimitExceededException                    too many streams, shards or calls of that kind
  ExpiredIteratorException                  a reader paused for over five minutes; sluice tail goes on by itself
  UnrecognizedClientException               the server verifies signatures and does not know the key
  SLUICE_IN_USE                             another server has the data folder: sluice serve stop

-vv shows the stack; a fault of sluice itself (exit 70) leaves its trace in a file whose path is told.
sluice doctor looks for causes on this machine.
`,
  kcat: `  kcat -P -b broker -t orders                sluice put orders
  kcat -P -t orders -K: < file               sluice put orders -f file --key-from line-prefix::
  kcat -C -t orders                          sluice tail orders --from horizon
  kcat -C -t orders -o end                   sluice tail orders
  kcat -C -t orders -o beginning -e          sluice tail orders --from horizon --no-follow
  kcat -C -t orders -o s@<ms> -e             sluice tail orders --from <time> --no-follow
  kcat -C -t orders -p 3                     sluice tail orders --shard 3
  kcat -C -t orders -f '%s\\n'                sluice tail orders -o raw
  kcat -L                                    sluice stream list -l
  kcat -M 3                                  sluice serve --memory

  rpk topic create orders -p 4               sluice stream create orders --shards 4
  rpk topic list                             sluice stream list
  rpk topic describe orders                  sluice stream describe orders
  rpk topic delete orders                    sluice stream delete orders
  rpk topic produce orders                   sluice put orders
  rpk topic consume orders -o start          sluice tail orders --from horizon
  rpk container start                        sluice serve -d

  aws kinesis create-stream                  sluice stream create
  aws kinesis wait stream-exists             sluice stream wait
  aws kinesis put-record                     sluice put <stream> <data>
  aws kinesis get-shard-iterator, get-records
                                             sluice tail <stream>
  aws kinesis update-shard-count             sluice stream scale <stream> <n>
  aws kinesis split-shard                    sluice split <stream> <shard>
  aws kinesis <any-operation>                sluice api <AnyOperation> key=value

A topic is a stream, a partition a shard, an offset a sequence number; a consumer group has no counterpart in the
API, so a position is what you keep.
`,
};
