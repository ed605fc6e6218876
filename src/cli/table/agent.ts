/** The log forwarder. Data only. */
import { type CommandSpec, choice, command, flag, type OptionSpec, text } from '../command-spec.ts';
import { type ListenAddress, parseListenAddress } from '../serve/listen-address.ts';

/** true: at the usual address. */
const metrics: OptionSpec<ListenAddress | true | undefined> = {
  flags: '--metrics [address]',
  doc: 'with --to: serve /metrics for Prometheus, on 127.0.0.1:9121 unless told otherwise',
  parse: parseListenAddress,
};

export const agentOptions = {
  config: text('-c, --config <file>', 'agent.json, as Kinesis Agent has it [/etc/aws-kinesis/agent.json]', {
    kind: 'file',
    env: 'SLUICE_AGENT_CONFIG',
  }),
  configuration: text('--configuration <file>', 'the same, by the name Kinesis Agent gives it', { kind: 'file' }),
  configDir: text('--config-dir <directory>', 'more flows, or "none" [/etc/aws-kinesis/agent.d]', {
    kind: 'directory',
  }),
  to: text('--to <stream>', 'without a file: where the lines go', { kind: 'stream' }),
  key: text('--key <key>', 'with --to: random, hash, hostname, file, .member or /pattern/ [random]'),
  multilineStart: text('--multiline-start <pattern>', 'with --to: a record goes on until a line begins like this'),
  process: text('--process <how>', 'with --to: none, csvtojson:<names> or logtojson:<format> [none]'),
  aggregate: flag('--aggregate', 'with --to: pack lines into records as the Kinesis Producer Library does'),
  metrics,
  check: flag('--check', 'tell what is wrong with the configuration, run nothing'),
  printConfig: flag('--print-config', 'print what the configuration comes to, secrets masked'),
  strict: flag('--strict', 'refuse what would only be warned of'),
  skipBadFlows: flag('--skip-bad-flows', 'run the flows that have no errors'),
  once: flag('--once', 'deliver what is there, then end'),
  fromStart: flag('--from-start', 'begin files that are there already at their first byte'),
  fromEnd: flag('--from-end', 'begin them at their end'),
  status: flag('--status', 'tell how far each file is delivered'),
  importCheckpoints: text('--import-checkpoints <file>', 'take over where Kinesis Agent left off', { kind: 'file' }),
  reset: text('--reset <flow>', 'forget how far a flow, or a file, was delivered'),
  installService: flag('--install-service', 'show the systemd unit for these words, ask, then run it as a service'),
  stateDir: text('--state-dir <directory>', 'where the agent remembers how far it is', { kind: 'directory' }),
  logFile: text('-l, --log-file <file>', 'own messages go there, not to stderr', { kind: 'file' }),
  logLevel: choice('-L, --log-level <level>', 'how much it tells [info]', {
    choices: ['error', 'warn', 'info', 'debug', 'trace'],
    anyCase: true,
    env: 'AGENT_LOG_LEVEL',
  }),
};
export type AgentOptions = typeof agentOptions;

export const agentCommands: readonly CommandSpec[] = [
  command({
    path: 'agent',
    group: 'Services',
    summary: 'Forward log files to streams, as Kinesis Agent does',
    args: [{ name: 'pattern', doc: 'files to follow, without a configuration file', many: true, kind: 'file' }],
    options: agentOptions,
    examples: [
      ["sluice agent '/var/log/nginx/*.log' --to web", 'every line of these files, also after rotation'],
      ['sluice agent access.log --to web --process logtojson:combinedapachelog', 'its lines as JSON'],
      ["sluice agent '/var/log/nginx/*.log' --to web --install-service", 'as a service, after a question'],
      ['sluice agent -c agent.json --check', 'what is wrong with a configuration'],
      ['sluice agent -c agent.json --status', 'how far each file is delivered'],
    ],
    load: () => import('../commands/agent.ts'),
  }),
];
