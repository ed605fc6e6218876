/** What this machine and this process are like, for those who look for causes. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export interface MachineFacts {
  readonly node: string;
  /** linux, darwin, win32. */
  readonly platform: string;
  readonly arch: string;
  readonly release: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Files one process may have open; undefined where the system does not tell. */
  readonly filesMax: number | undefined;
}

/** The facts as they are now. */
export function machineFacts(): MachineFacts {
  const { versions, platform, arch } = process;
  return {
    ...{ node: versions.node, platform, arch, release: release(), cpus: cpus().length },
    ...{ memoryBytes: totalmem(), filesMax: filesMax() },
  };
}

/** Only Linux writes the limit where it can be read. */
function filesMax(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}
