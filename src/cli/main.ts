/**
 * The command line's entry: parses, has the command run and sets the exit code. What cannot be parsed is told here: that
 * needs nothing of what runs a command.
 */
import { CliError, errorText } from './cli-error.ts';
import type { Start } from './command-run.ts';
import type { Call, CommandSpec } from './command-spec.ts';
import type { GlobalValues } from './global-options.ts';
import { runProgram, type Session } from './program.ts';
import { commands, nouns } from './table.ts';

/** What comes before the streams of the process are made: that takes longer than what needs no command may. */
export interface Outset {
  /** Writes to stdout at once. */
  readonly print: (text: string) => void;
  /** Writes to stderr at once. */
  readonly tell: (text: string) => void;
  /** Makes the streams, and handles what goes wrong with them. */
  readonly guardOutput: () => void;
}

/** Runs what was typed. Sets process.exitCode and lets the loop end, so that no output is cut off. */
export async function main(version: string, { print, tell, guardOutput }: Outset): Promise<void> {
  const words = process.argv.slice(2);
  const { env, platform } = process;
  const program = { version, commands, nouns };
  const exitWith = (code: number | undefined) => {
    process.exitCode = code;
  };
  const start: Start = { words, program, env, directory: process.cwd(), platform, print, exitWith };
  const columns = () => process.stdout.columns || 100;
  const config = async (global: GlobalValues, spec: CommandSpec) =>
    (await import('./command-run.ts')).configOf(start, global, spec);
  const run = async (spec: CommandSpec, call: Call<never>, session: Session) => {
    guardOutput();
    const { runCommand } = await import('./command-run.ts');
    await runCommand(start, { ...session, spec, call });
  };
  try {
    const told = wantsVersions(words) ? await (await import('./versions.ts')).versionsText(version) : version;
    await runProgram({ words, version, told, columns, print, config, run });
  } catch (error) {
    if (error instanceof CliError) {
      tell(`${errorText(error)}\n`);
      exitWith(error.exit);
    } else {
      guardOutput();
      await (await import('./command-run.ts')).tellFault(error, start);
    }
  }
}

/** -V together with -v. */
function wantsVersions(words: readonly string[]): boolean {
  const has = (letter: string, name: string) =>
    words.some((word) => word === name || (/^-\w/.test(word) && word.includes(letter)));
  return has('V', '--version') && has('v', '--verbose');
}
