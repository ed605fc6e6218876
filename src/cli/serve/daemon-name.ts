/** Names of daemons, under which their folders, logs and state files stand. Pure. */
import { usageError } from '../cli-error.ts';

/** @throws {CliError} for what is no plain file name: a path would lead out of the folder that holds all of them. */
export function parseDaemonName(text: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text)) return text;
  throw usageError(`"${text}" is no name of a daemon`, 'Letters, digits and _ . - make one up, the first no . or -.');
}
