/** A program's own log file, which may fail without ending the program's work. */
import type { RotatingLog } from '../runtime/rotating-log.ts';

/** What is done with a log file, and never throws. */
export interface LossyLog {
  write(line: string): void;
  /** Goes on under the same name, for logrotate and its like. */
  reopen(): void;
}

/** Lines that cannot be written are lost; `tell` hears of it once, until a line is written again. */
export function lossyLog(file: Pick<RotatingLog, 'write' | 'reopen'>, tell: (error: unknown) => void): LossyLog {
  let isFailing = false;
  const attempt = (work: () => void) => {
    try {
      work();
      isFailing = false;
    } catch (error) {
      if (!isFailing) tell(error);
      isFailing = true;
    }
  };
  return { write: (line) => attempt(() => file.write(line)), reopen: () => attempt(() => file.reopen()) };
}
