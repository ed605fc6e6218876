/** What can stand in the place of the last word of a line: from the table's data, and from sources where names are asked for. Pure but for those. */
import type { ValueKind } from '../command-spec.ts';
import type { CompletionSpec, SpecArgument, SpecCommand, SpecOption } from './spec.ts';

export interface Candidate {
  /** The whole word. */
  readonly value: string;
  readonly doc?: string | undefined;
}

/** As cobra's protocol has it, in one number. */
export const DIRECTIVE = { none: 0, error: 1, noSpace: 2, noFiles: 4, directories: 16, keepOrder: 32 } as const;

export interface Answer {
  readonly candidates: readonly Candidate[];
  /** The sum of DIRECTIVE's values that apply. */
  readonly directive: number;
}

/** What the line says so far. */
export interface Line {
  readonly command: SpecCommand | undefined;
  /** Words that are no options, those of the command's own name not among them. */
  readonly operands: readonly string[];
  /** Values of options given, by the long spelling without dashes. */
  readonly options: ReadonlyMap<string, string>;
}

/** Names that are not in the table: streams, shards, contexts. */
export type Source = (kind: ValueKind, line: Line, current: string) => Promise<readonly Candidate[]>;

/** bash cuts words at `=` and `:`; no word of ours is one of them alone. */
export function rejoined(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let glue = false;
  for (const [i, word] of words.entries()) {
    const isBreak = i > 0 && (word === '=' || word === ':' || word === '::');
    if (joined.length > 0 && (isBreak || glue)) joined.push(`${joined.pop()}${word}`);
    else joined.push(word);
    glue = isBreak;
  }
  return joined;
}

/** Candidates for the last of the words, which may be empty. */
export async function complete(spec: CompletionSpec, words: readonly string[], source: Source): Promise<Answer> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const read = readLine(spec, before);
  if (read.behindDashes) return { candidates: [], directive: DIRECTIVE.none };
  if (read.pending !== undefined) return values(spec, read.pending, { line: read, current, prefix: '', source });
  const inline = /^(--[a-z-]+)=/.exec(current);
  if (inline !== null) {
    const option = optionCalled(spec, read.command, inline[1]!);
    const rest = { line: read, current: current.slice(inline[0].length), prefix: inline[0], source };
    return option?.takesValue ? values(spec, option, rest) : nothing;
  }
  if (current.startsWith('-')) return options(spec, read, current);
  return operand(spec, read, { current, source });
}

const nothing: Answer = { candidates: [], directive: DIRECTIVE.noFiles };

interface ReadLine extends Line {
  /** The words so far that name a command or a noun. */
  readonly place: string;
  /** Options named already, by their long spelling. */
  readonly used: ReadonlySet<string>;
  /** The option whose value comes next. */
  readonly pending: SpecOption | undefined;
  readonly behindDashes: boolean;
}

function readLine(spec: CompletionSpec, words: readonly string[]): ReadLine {
  const paths = new Set([...spec.commands.map(({ path }) => path), ...Object.keys(spec.nouns)]);
  const commandAt = (place: string) => spec.commands.find(({ path }) => path === place);
  let place = '';
  let pending: SpecOption | undefined;
  const operands: string[] = [];
  const given = new Map<string, string>();
  const used = new Set<string>();
  for (const word of words) {
    if (pending !== undefined) {
      given.set(longName(pending), word);
      pending = undefined;
      continue;
    }
    if (word === '--')
      return { place, command: commandAt(place), operands, options: given, used, pending, behindDashes: true };
    const next = place === '' ? word : `${place} ${word}`;
    if (word.startsWith('-') && word !== '-') {
      const [name, value] = word.split(/=(.*)/s, 2);
      const option = optionCalled(spec, commandAt(place), name!);
      if (option !== undefined) used.add(option.spellings.at(-1)!);
      if (option?.takesValue && value === undefined) pending = option;
      else if (option?.takesValue) given.set(longName(option), value!);
    } else if (operands.length === 0 && paths.has(next)) place = next;
    else operands.push(word);
  }
  return { place, command: commandAt(place), operands, options: given, used, pending, behindDashes: false };
}

function longName(option: SpecOption): string {
  return option.spellings.at(-1)!.replace(/^--/, '');
}

function optionCalled(spec: CompletionSpec, command: SpecCommand | undefined, name: string): SpecOption | undefined {
  return [...(command?.options ?? []), ...spec.common].find(({ spellings }) => spellings.includes(name));
}

/** Advanced ones only when they are all that begins so. */
function options(spec: CompletionSpec, { command, used }: ReadLine, current: string): Answer {
  const all = [...(command?.options ?? []), ...spec.common].filter((option) => {
    const long = option.spellings.at(-1)!;
    return long.startsWith(current) && (option.many || !used.has(long));
  });
  const plain = all.filter(({ advanced }) => !advanced);
  const shown = plain.length > 0 ? plain : all;
  const candidates = shown.map(({ spellings, doc }) => ({ value: spellings.at(-1)!, doc }));
  const help = [{ value: '--help', doc: 'explain the command' }].filter(({ value }) => value.startsWith(current));
  return { candidates: [...candidates, ...help], directive: DIRECTIVE.noFiles };
}

interface Wanted {
  readonly line: Line;
  readonly current: string;
  /** What stands before the value in the same word: `--shard=`. */
  readonly prefix: string;
  readonly source: Source;
}

function operand(
  spec: CompletionSpec,
  read: ReadLine,
  { current, source }: Pick<Wanted, 'current' | 'source'>,
): Promise<Answer> | Answer {
  const head = read.place === '' ? '' : `${read.place} `;
  const children = [
    ...Object.entries(spec.nouns),
    ...spec.commands.map(({ path, summary }) => [path, summary] as const),
  ]
    .filter(([path]) => path.startsWith(head) && path !== read.place && !path.slice(head.length).includes(' '))
    .map(([path, doc]) => ({ value: path.slice(head.length), doc }));
  const below = read.operands.length === 0 ? matching(children, current) : [];
  const args = read.command?.args ?? [];
  const arg = args[read.operands.length] ?? (args.at(-1)?.many ? args.at(-1) : undefined);
  if (arg === undefined) return { candidates: below, directive: DIRECTIVE.noFiles };
  return values(spec, arg, { line: read, current, prefix: '', source }).then(({ candidates, directive }) => ({
    candidates: [...below, ...candidates],
    directive,
  }));
}

/** Kinds whose order says something. */
const ORDERED: readonly (ValueKind | undefined)[] = ['position', 'duration', 'shard'];

async function values(spec: CompletionSpec, of: SpecOption | SpecArgument, wanted: Wanted): Promise<Answer> {
  const { current, prefix, line, source } = wanted;
  if (of.kind === 'file') return { candidates: [], directive: DIRECTIVE.none };
  if (of.kind === 'directory') return { candidates: [], directive: DIRECTIVE.directories };
  const docs = 'choiceDocs' in of ? of.choiceDocs : undefined;
  const all =
    of.choices?.map((value) => ({ value, doc: docs?.[value] })) ??
    (await namesOf(spec, of.kind, { line, current, source }));
  const candidates = matching(all, current).map(({ value, doc }) => ({ value: `${prefix}${value}`, doc }));
  const unfinished = candidates.length > 0 && candidates.every(({ value }) => /[:/@]$/.test(value));
  const directive =
    DIRECTIVE.noFiles | (unfinished ? DIRECTIVE.noSpace : 0) | (ORDERED.includes(of.kind) ? DIRECTIVE.keepOrder : 0);
  return { candidates, directive };
}

async function namesOf(
  spec: CompletionSpec,
  kind: ValueKind | undefined,
  { line, current, source }: Omit<Wanted, 'prefix'>,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case undefined:
      return [];
    case 'position':
      return POSITIONS;
    case 'duration':
      return ['1s', '10s', '1m', '15m', '1h', '1d'].map((value) => ({ value }));
    case 'operation':
      return spec.operations.map((value) => ({ value }));
    case 'topic':
      return topicsOf(spec, line);
    default:
      return source(kind, line, current);
  }
}

const POSITIONS: readonly Candidate[] = [
  { value: 'latest', doc: 'what arrives from now on' },
  { value: 'horizon', doc: 'the oldest record kept' },
  { value: '5m', doc: 'five minutes ago' },
  { value: '15m', doc: 'a quarter of an hour ago' },
  { value: '1h', doc: 'an hour ago' },
  { value: '1d', doc: 'a day ago' },
  { value: 'today', doc: 'since midnight' },
  { value: 'now', doc: 'this moment' },
  { value: 'seq:', doc: 'the record with this sequence number' },
  { value: 'after:', doc: 'the record behind this sequence number' },
];

/** Commands of several words are typed word by word. */
function topicsOf({ topics }: CompletionSpec, { operands }: Line): readonly Candidate[] {
  const typed = operands.map((word) => `${word} `).join('');
  const next = topics
    .filter((topic) => topic.startsWith(typed))
    .map((topic) => topic.slice(typed.length).split(' ')[0]!);
  return [...new Set(next)].map((value) => ({ value }));
}

function matching(candidates: readonly Candidate[], current: string): readonly Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(current));
}
