/** What a session of the command line is made from: the program, this process, the files of settings. */
import type { CommandSpec } from './command-spec.ts';
import type { Config } from './config/file.ts';

/** What the program knows about itself; handed in, so that commands about commands need not load the table. */
export interface ProgramFacts {
  readonly version: string;
  readonly commands: readonly CommandSpec[];
  /** First words that several commands share, with their line in the help. */
  readonly nouns: Readonly<Record<string, string>>;
}

/** This process, and how to run the same program again. */
export interface ProcessFacts {
  readonly node: string;
  /** Of Node: 20.19.0. */
  readonly nodeVersion: string;
  readonly script: string;
  readonly words: readonly string[];
  readonly pid: number;
  readonly platform: string;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
}

/** What files say, and what kind of command it is. */
export interface Settings {
  readonly config: Config;
  /** It changes the streams it opens. */
  readonly changes: boolean;
}
