/** A failure told to a person in three parts: what happened, why or what to do, and a code for search engines. */
import { printable } from '../runtime/logger.ts';
import { EXIT, type ExitCode } from './exit.ts';

export interface CliErrorOptions {
  readonly exit: ExitCode;
  /** Lines under the first: the reason, what to do. */
  readonly lines?: readonly string[] | undefined;
  /** The API's or the system's name of the failure. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

export class CliError extends Error {
  readonly exit: ExitCode;
  readonly lines: readonly string[];
  readonly code: string | undefined;
  constructor(message: string, options: CliErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exit = options.exit;
    this.lines = options.lines ?? [];
    this.code = options.code;
  }
}

/** What happened, what to do, the code and the exit code: lines without the last line feed. */
export function errorText({ message, lines, code, exit }: CliError): string {
  const last = `${code === undefined ? '' : `[${code}]  `}exit ${exit}`;
  const below = [...lines, last].map((line) => printable(`  ${line}`));
  return [printable(`error: ${message}`), ...below].join('\n');
}

/** A bad value, option or command: exit 2. */
export function usageError(message: string, ...lines: readonly string[]): CliError {
  return new CliError(message, { exit: EXIT.usage, lines });
}

/** What was named is not there: exit 5. */
export function notFoundError(message: string, ...lines: readonly string[]): CliError {
  return new CliError(message, { exit: EXIT.notFound, lines });
}

/** Not a failure: what was asked for instead of the work, such as the names of fields. */
export class AnswerInstead extends Error {
  readonly text: string;
  constructor(text: string) {
    super(text);
    this.name = 'AnswerInstead';
    this.text = text;
  }
}
