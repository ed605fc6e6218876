/** Where this machine keeps sluice's files, after the XDG base directories. Pure. */
import { join } from 'node:path';

export interface Folders {
  /** The configuration. */
  readonly config: string;
  /** What completions know; may be lost. */
  readonly cache: string;
  /** Streams of daemons, one folder a name. */
  readonly data: string;
  /** Records that could not be sent, logs of detached daemons, reports of faults. */
  readonly state: string;
}

/** The folders for an environment, a home and Node's name of the platform. */
export function foldersOf(env: Readonly<Record<string, string | undefined>>, home: string, platform: string): Folders {
  const other =
    platform === 'darwin'
      ? join(home, 'Library', 'Application Support')
      : platform === 'win32'
        ? env['APPDATA'] || join(home, 'AppData', 'Roaming')
        : undefined;
  return {
    config: join(env['XDG_CONFIG_HOME'] || other || join(home, '.config'), 'sluice'),
    cache: join(env['XDG_CACHE_HOME'] || other || join(home, '.cache'), 'sluice'),
    data: join(env['XDG_DATA_HOME'] || other || join(home, '.local', 'share'), 'sluice'),
    state: join(env['XDG_STATE_HOME'] || other || join(home, '.local', 'state'), 'sluice'),
  };
}
