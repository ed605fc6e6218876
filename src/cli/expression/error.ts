/** What is wrong with something written in one of our small languages, with a caret under the place. Pure. */
import type { CliError } from '../cli-error.ts';
import { usageError } from '../cli-error.ts';

/** `at` is the place in `text`, from 0. */
export function errorAt(text: string, at: number, message: string): CliError {
  const line = text.replace(/\s/g, ' ');
  return usageError(message, line, `${' '.repeat(Math.min(at, text.length))}^`);
}
