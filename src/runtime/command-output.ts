/** What a shell command prints. */
import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** Standard output of a command that ended well. @throws Node's error otherwise, with `stderr`. */
export function commandOutput(command: string, { env, timeoutMs }: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', command], { env: { ...env }, timeout: timeoutMs }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
}
