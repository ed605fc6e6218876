/** Help, made from the tables: one screen, examples first. Pure. */
import type { ArgumentSpec, CommandSpec, Group, OptionSpec } from '../command-spec.ts';
import { globalOptions } from '../global-options.ts';
import { defaultText } from './default-text.ts';

const GROUPS: readonly Group[] = ['Daily', 'Streams', 'Services', 'Planning', 'Setup'];

/** What `sluice` alone prints: one screen. `all`: every command with its line. */
export function rootHelp(commands: readonly CommandSpec[], version: string, all = false): string {
  const title = 'sluice – Kinesis streams from the terminal, local or AWS';
  return `${[
    `${title}${version.padStart(TITLE_COLUMNS - title.length)}`,
    '',
    'Try',
    '  sluice serve -d --create orders:4      start a local server with a stream',
    '  echo hello | sluice put orders         write a record',
    '  sluice tail orders --from horizon      read it back',
    '  sluice top                             live shard metrics',
    '',
    ...(all ? longGroups(commands) : shortGroups(commands)),
    '',
    '`sluice <command> -h` for a command, `sluice help topics` for guides, `sluice --help-all` for all commands',
  ].join('\n')}\n`;
}

const TITLE_COLUMNS = 80;
const GROUP_COLUMNS = 11;

/** The first words of the commands of each group. */
function shortGroups(commands: readonly CommandSpec[]): readonly string[] {
  return GROUPS.map((group) => {
    const first = commands.filter((spec) => spec.group === group).map(({ path }) => path.split(' ')[0]!);
    return `${group.padEnd(GROUP_COLUMNS)}${[...new Set(first)].join('  ')}`;
  });
}

function longGroups(commands: readonly CommandSpec[]): readonly string[] {
  const longest = Math.max(...commands.map(({ path }) => path.length));
  return GROUPS.flatMap((group, i) => {
    const members = commands.filter((spec) => spec.group === group);
    const lines = members.map(({ path, summary }) => `  ${path.padEnd(longest + 2)}${summary}`);
    return i === 0 ? [group, ...lines] : ['', group, ...lines];
  });
}

/** What `sluice stream` alone prints. */
export function nounHelp(noun: string, doc: string, commands: readonly CommandSpec[]): string {
  const members = commands.filter((spec) => spec.path.startsWith(`${noun} `));
  const lines = members.map((spec) => `  ${usageOf(spec).padEnd(46)}${spec.summary}`);
  return `${[`${doc}.`, '', ...lines, '', `sluice ${noun} <command> -h explains one.`].join('\n')}\n`;
}

export interface HelpOptions {
  /** Of the terminal. */
  readonly columns: number;
  /** Options that few need and those of every command too. */
  readonly all: boolean;
}

const MORE = 'More: --help-all (with the options of every command) ·';

/** Help of one command. */
export function commandHelp(spec: CommandSpec, { columns, all }: HelpOptions): string {
  const examples = spec.examples.map(([line, doc]) => (doc === '' ? `  ${line}` : `  ${line.padEnd(52)}  ${doc}`));
  const args = spec.args.map((arg) => row(arg.name, arg.choices?.join(', ') ?? arg.doc, columns));
  const own = Object.values(spec.options);
  const options = own.filter((option) => all || !option.advanced).map((option) => optionRow(option, columns));
  const common = Object.values(globalOptions).map((option) => optionRow(option, columns));
  const parts = [
    `${spec.summary}.`,
    '',
    `  sluice ${usageOf(spec)}`,
    ...section('Examples', examples),
    ...section('Arguments', args),
    ...section('Options', options),
    ...(all ? section('Options of every command', common) : []),
    ...(all ? [] : ['', `${MORE} sluice help formats, help positions · sluice help --man ${spec.path}`]),
  ];
  return `${parts.join('\n')}\n`;
}

/** `put <stream> [data...]`. */
function usageOf(spec: CommandSpec): string {
  const child = spec.takesCommand ? ['[-- command...]'] : [];
  return [spec.path, ...spec.args.map(argumentText), ...child].join(' ');
}

/** `<stream>`, `[data...]`. */
export function argumentText(arg: ArgumentSpec): string {
  const name = arg.many ? `${arg.name}...` : arg.name;
  return arg.required ? `<${name}>` : `[${name}]`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function optionRow(option: OptionSpec, columns: number): string {
  const flags = option.flags.startsWith('--') ? `    ${option.flags}` : option.flags;
  const choices = option.choices === undefined ? '' : ` {${option.choices.join('|')}}`;
  const env = option.env === undefined ? '' : ` (${option.env})`;
  return row(flags, `${option.doc}${choices}${defaultText(option)}${env}`, columns);
}

const TEXT_COLUMN = 34;

/** One line, its text wrapped under itself. */
function row(head: string, text: string, columns: number): string {
  const width = Math.max(30, columns - TEXT_COLUMN);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  const indent = `\n${' '.repeat(TEXT_COLUMN)}`;
  const start = head.length < TEXT_COLUMN - 2 ? `  ${head.padEnd(TEXT_COLUMN - 2)}` : `  ${head}${indent}`;
  return `${start}${lines.join(indent)}`;
}
