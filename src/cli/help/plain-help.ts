/** Help that was asked for in so many words, `-h` behind the name of a command: answered from the tables, without a parser. */
import { commands, nouns } from '../table.ts';
import { commandHelp, nounHelp, rootHelp } from './help-text.ts';

export interface PlainHelpCall {
  /** What was typed after the program's name. */
  readonly words: readonly string[];
  readonly version: string;
  /** Of the terminal. */
  readonly columns: number;
}

/** The help; undefined for anything that has to be parsed. */
export function plainHelp({ words, version, columns }: PlainHelpCall): string | undefined {
  const last = words.at(-1);
  if (last !== '-h' && last !== '--help') return undefined;
  const path = words.slice(0, -1).join(' ');
  if (path === '') return rootHelp(commands, version);
  if (Object.hasOwn(nouns, path)) return nounHelp(path, nouns[path]!, commands);
  const spec = commands.find((one) => one.path === path);
  return spec === undefined ? undefined : commandHelp(spec, { columns, all: false });
}
