/** Where `serve --access-log` writes: a file that is turned over when it is full, or stdout. */
import { resolve } from 'node:path';
import { ACCESS_LOG_BACKUPS_MAX, ACCESS_LOG_BYTES_MAX } from '../../model/limits.ts';
import { type Logger, lineLogger, printable } from '../../runtime/logger.ts';
import { RotatingLog } from '../../runtime/rotating-log.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { lossyLog } from '../lossy-log.ts';

export interface AccessLog {
  readonly logger: Logger;
  /** Goes on under the same name, for logrotate and its like. */
  reopen(): void;
}

/** `-` is stdout. @throws {CliError} when the file cannot be opened. */
export function openAccessLog(context: Context, where: string): AccessLog {
  const form = { level: 'info', format: context.global.logFormat, now: () => context.clock.now() } as const;
  if (where === '-') {
    return { logger: lineLogger({ ...form, write: (line) => void context.out.write(line) }), reopen: () => undefined };
  }
  const path = resolve(context.directory, where);
  // Requests are answered though their lines are lost.
  const file = lossyLog(opened(path), (error) =>
    context.err(printable(`sluice serve: the access log cannot be written: ${String(error)}`)),
  );
  return { logger: lineLogger({ ...form, write: file.write }), reopen: file.reopen };
}

function opened(path: string): RotatingLog {
  try {
    return new RotatingLog({ path, bytesMax: ACCESS_LOG_BYTES_MAX, backupsMax: ACCESS_LOG_BACKUPS_MAX });
  } catch (cause) {
    throw new CliError(`the access log ${path} cannot be opened: ${(cause as Error).message}`, { exit: EXIT.failed });
  }
}
