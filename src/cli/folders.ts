/** Where this machine keeps sluice's files, after the XDG base directories. Pure. */
import { join } from 'node:path';

export interface Folders {
  /** Streams of daemons, one folder a name. */
  readonly data: string;
  /** Records that could not be sent, logs of detached daemons, reports of faults. */
  readonly state: string;
}

/** The folders for an environment and a home. */
export function foldersOf(env: Readonly<Record<string, string | undefined>>, home: string): Folders {
  return {
    data: join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'sluice'),
    state: join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'sluice'),
  };
}
