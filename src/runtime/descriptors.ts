/** How many files the process may have open at once. Node takes all that the system allows (the hard limit). */
import { readFileSync } from 'node:fs';

/** Infinity where it is not known. Source: proc_pid_limits(5). */
export function descriptorsMax(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
