/** Manual pages in mdoc, made from the tables: one a command, one a guide, one for the file of settings. Pure. */
import type { CommandSpec, OptionSpec } from '../command-spec.ts';
import { CONTEXT_KEYS, type KeySpec, TOP_KEYS } from '../config/keys.ts';
import { EXIT_MEANINGS } from '../exit.ts';
import { globalOptions } from '../global-options.ts';
import { commands, nouns } from '../table.ts';
import { defaultText } from './default-text.ts';
import { topicNames, topicText, topicTitles } from './help-topics.ts';

/** When the pages were last looked through as a whole: mdoc asks for a date, and a build's would make every one new. */
const DATE = 'November 21, 2026';

/** The pages by file name. */
export function manPages(version: string): ReadonlyMap<string, string> {
  const pages = new Map<string, string>([['sluice.1', rootPage(version)]]);
  for (const [noun, doc] of Object.entries(nouns)) pages.set(`sluice-${noun}.1`, nounPage(noun, doc, version));
  for (const spec of commands) pages.set(`${pageName(spec.path)}.1`, commandPage(spec, version));
  for (const topic of topicNames) {
    const body = topicText(topic, commands).split('\n').slice(2).join('\n').trimEnd();
    const parts = [
      head(`sluice-${topic}`, 7, version),
      name(`sluice-${topic}`, topicTitles[topic]),
      '.Sh DESCRIPTION',
      literal(body),
      seeAlso([]),
    ];
    pages.set(`sluice-${topic}.7`, page(parts));
  }
  return pages.set('sluice.config.5', configPage(version));
}

const pageName = (path: string) => `sluice-${path.replaceAll(' ', '-')}`;
const page = (parts: readonly string[]) => `${parts.join('\n')}\n`;

function head(title: string, section: number, version: string): string {
  return [
    `.\\" Made from the tables of commands by: npm run man`,
    `.Dd ${DATE}`,
    `.Dt ${title.toUpperCase()} ${section}`,
    `.Os sluice ${version}`,
  ].join('\n');
}

function name(title: string, doc: string): string {
  return ['.Sh NAME', `.Nm ${title}`, `.Nd ${text(doc)}`].join('\n');
}

function rootPage(version: string): string {
  const doc = 'Kinesis streams from the terminal, local or AWS';
  return page([
    head('sluice', 1, version),
    name('sluice', doc),
    ...['.Sh SYNOPSIS', '.Nm', '.Ar command', '.Op Ar options', '.Op Ar arguments'],
    ...[
      '.Sh DESCRIPTION',
      'A durable stream server that speaks the API of Amazon Kinesis, and the commands to use it and AWS.',
    ],
    ...list(commands.map((spec) => [`.Xr ${pageName(spec.path)} 1`, `${spec.summary}.`])),
    ...['.Sh OPTIONS', 'Every command takes these, anywhere on the line.', ...optionList(globalOptions)],
    exitStatus(),
    seeAlso(topicNames.map((topic) => `sluice-${topic} 7`).concat('sluice.config 5'), []),
  ]);
}

function nounPage(noun: string, doc: string, version: string): string {
  const below = commands.filter(({ path }) => path.startsWith(`${noun} `));
  return page([
    head(pageName(noun), 1, version),
    name(pageName(noun), doc),
    ...['.Sh SYNOPSIS', `.Nm sluice ${noun}`, '.Ar command', '.Op Ar options', '.Op Ar arguments', '.Sh DESCRIPTION'],
    ...list(below.map((spec) => [`.Xr ${pageName(spec.path)} 1`, `${spec.summary}.`])),
    seeAlso([]),
  ]);
}

function commandPage(spec: CommandSpec, version: string): string {
  const { path, summary, args, options, examples, takesCommand } = spec;
  const operands = args.map(({ name: arg, many, required }) => {
    const shown = `Ar ${argument(arg)}${many ? ' ...' : ''}`;
    return required ? `.${shown}` : `.Op ${shown}`;
  });
  const child = takesCommand ? ['.Op Fl \\&- Ar command ...'] : [];
  const below = commands
    .filter((other) => other.path.startsWith(`${path} `))
    .map((other) => `${pageName(other.path)} 1`);
  return page([
    head(pageName(path), 1, version),
    name(pageName(path), summary),
    ...['.Sh SYNOPSIS', `.Nm sluice ${path}`, '.Op Ar options', ...operands, ...child],
    ...['.Sh DESCRIPTION', `${text(summary)}.`],
    ...list(args.map((arg) => [`.Ar ${argument(arg.name)}`, text(arg.choices?.join(', ') ?? arg.doc)])),
    ...(Object.keys(options).length === 0 ? [] : ['.Sh OPTIONS', ...optionList(options)]),
    ...['.Pp', 'Options of every command are in', '.Xr sluice 1 .'],
    exitStatus(),
    ...(examples.length === 0 ? [] : ['.Sh EXAMPLES']),
    ...examples.flatMap(([line, doc], i) => [
      ...(i === 0 || doc === '' ? [] : ['.Pp']),
      ...(doc === '' ? [] : [`${text(doc)}`]),
      literal(`$ ${line}`),
    ]),
    seeAlso(below),
  ]);
}

function configPage(version: string): string {
  const keys = (specs: Readonly<Record<string, KeySpec>>) =>
    list(
      Object.entries(specs).map(([key, { form, doc }]) => [
        `.Ic ${key}`,
        text(typeof form === 'string' ? doc : `${doc}: ${form.join(', ')}`),
      ]),
    );
  return page([
    head('sluice.config', 5, version),
    name('sluice.config', 'settings of sluice: contexts and defaults of options'),
    ...['.Sh DESCRIPTION', 'One JSON object; comments and commas behind the last member are allowed.'],
    'What is wrong in it is told and passed over.',
    ...keys(TOP_KEYS),
    ...['.Ss A context', ...keys(CONTEXT_KEYS)],
    ...[
      '.Sh FILES',
      ...list([
        [
          '.Pa ~/.config/sluice/config.json',
          'The settings of the user; XDG_CONFIG_HOME and SLUICE_CONFIG lead elsewhere.',
        ],
        ['.Pa .sluice.json', 'Those of a project, looked for upwards to the root of its repository.'],
      ]),
    ],
    ...['.Sh EXAMPLES', literal(CONFIG_EXAMPLE)],
    seeAlso(['sluice-config 1', 'sluice-context 1', 'sluice-contexts 7']),
  ]);
}

const CONFIG_EXAMPLE = `{
  "currentContext": "local",
  "contexts": {
    "prod": { "profile": "prod-ro", "region": "us-east-1", "readOnly": true, "confirm": "name", "color": "red" },
    "ci": { "endpoint": "http://kinesis:4567", "region": "us-east-1" }
  },
  "defaults": { "tail": { "timestamps": "utc" } }
}`;

function exitStatus(): string {
  const common = EXIT_MEANINGS.filter(([code]) => code === 0 || code === 1 || code === 2);
  const items = common.flatMap(([code, meaning]) => ['.It', `${code}: ${text(meaning)}.`]);
  return [
    '.Sh EXIT STATUS',
    '.Bl -item -compact',
    ...items,
    '.El',
    '.Pp',
    'The others are in',
    '.Xr sluice-exit-codes 7 .',
  ].join('\n');
}

/** Other pages beside the first one. */
function seeAlso(pages: readonly string[], first: readonly string[] = ['sluice 1']): string {
  const all = [...new Set([...first, ...pages])].sort(
    (a, b) => Number(a.at(-1)) - Number(b.at(-1)) || (a < b ? -1 : 1),
  );
  return ['.Sh SEE ALSO', ...all.map((one, i) => `.Xr ${one}${i === all.length - 1 ? '' : ' ,'}`)].join('\n');
}

function optionList(options: Readonly<Record<string, OptionSpec>>): readonly string[] {
  return list(Object.values(options).map((option) => [`.${flagsOf(option)}`, text(docOf(option))]));
}

/** `-f, --file <path>` as mdoc's `Fl f , Fl -file Ar path`. */
function flagsOf({ flags }: OptionSpec): string {
  const [, spellings, value] = /^([^<]*?)\s*(?:<(.*)>)?$/.exec(flags)!;
  const shown = spellings!.split(', ').map((spelling) => `Fl ${spelling.slice(1).replaceAll('-', '\\-')}`);
  return `${shown.join(' , ')}${value === undefined ? '' : ` Ar ${argument(value)}`}`;
}

function docOf(option: OptionSpec): string {
  const { doc, choices, env } = option;
  const one = choices === undefined ? '' : `: ${choices.join(', ')}`;
  const variable = env === undefined ? '' : ` (environment: ${env})`;
  return `${doc}${one}${defaultText(option)}${variable}`;
}

/** Tagged items; none for none. */
function list(items: readonly (readonly [string, string])[]): readonly string[] {
  if (items.length === 0) return [];
  return ['.Bl -tag -width Ds', ...items.flatMap(([tag, doc]) => [`.It ${tag.slice(1)}`, text(doc)]), '.El'];
}

function literal(body: string): string {
  return ['.Bd -literal -offset indent', ...body.split('\n').map(text), '.Ed'].join('\n');
}

/** One word of a macro's line, whatever stands in it. */
function argument(word: string): string {
  return /^[a-z][a-z-]{2,}$/.test(word) ? word : `"${escaped(word).replaceAll('"', '""')}"`;
}

/** A line of text: neither its first character nor its backslashes mean anything. */
function text(line: string): string {
  return /^[.']/.test(line) ? `\\&${escaped(line)}` : escaped(line);
}

/** Text that has been through already has no bare backslash left but those of escapes. */
function escaped(line: string): string {
  return line
    .replaceAll(/\\(?![&e([-])/g, '\\e')
    .replaceAll('…', '\\[u2026]')
    .replaceAll('–', '\\(en')
    .replaceAll('’', "'");
}
