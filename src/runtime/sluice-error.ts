/** Operational errors: something around the program is not as it must be, and a person can mend it. */

export interface SluiceErrorOptions {
  /** What to do about it, one line each, ready to print. */
  readonly hints?: readonly string[];
  readonly cause?: unknown;
}

/** Told apart by `code` (SLUICE_...), never by the message. */
export class SluiceError extends Error {
  readonly code: string;
  readonly hints: readonly string[];
  constructor(code: string, message: string, options: SluiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SluiceError';
    this.code = code;
    this.hints = options.hints ?? [];
  }
}

/**
 * Does something with a file that is open. Node's errors then name no file (a full disk is met at a write, a folder at a
 * read): they get `path`, so that they can be told.
 */
export async function onFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (systemCode(error) !== '' && !('path' in (error as Error))) Object.assign(error as Error, { path });
    throw error;
  }
}

/** Node's error code of a failed system call ('ENOENT'), or '' for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
