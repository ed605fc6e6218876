/** A program that did not do its work: how it ended, and when it is tried again. Pure. */
import { RESTART_MS_MAX } from '../../model/limits.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { grouped } from '../values.ts';

/** A program ended, or broke its protocol, before it had answered what it was given. */
export class ChildFailure extends Error {
  /** What it ended with; undefined when it still ran. */
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode?: number) {
    super(message);
    this.name = 'ChildFailure';
    this.exitCode = exitCode;
  }
}

/** The failure of a program that ended with records not answered. */
export function endedFailure(exitCode: number, waiting: number): ChildFailure {
  const left = waiting === 0 ? '' : `, ${grouped(waiting)} ${waiting === 1 ? 'record' : 'records'} not answered`;
  return new ChildFailure(`the command ended with ${exitCode}${left}`, exitCode);
}

/** How long to wait before the next try after so many failures in a row: twice as long each time. */
export function restartMs(failures: number, firstMs: number): number {
  return Math.min(Math.max(RESTART_MS_MAX, firstMs), firstMs * 2 ** (failures - 1));
}

/** How the command is to answer, as far as advice depends on it. */
interface Answering {
  readonly form: string;
  readonly ack: string;
}

/** Records that failed to the last, and nowhere to keep them: consume ends where it is. */
export function giveUpError({ message, exitCode }: ChildFailure, place: string, { form, ack }: Answering): CliError {
  // A process a batch is there for its exit code; it becomes ours.
  const isOwn = form === 'batches' && exitCode !== undefined && exitCode !== 0;
  return new CliError(`${message}, after all attempts`, {
    exit: isOwn ? (exitCode as ExitCode) : EXIT.failed,
    lines: [`${place}. The next start begins there.`, ...adviceFor(exitCode, { form, ack })],
  });
}

function adviceFor(exitCode: number | undefined, { form, ack }: Answering): readonly string[] {
  if (form === 'multilang') return [];
  // It did not fail as it sees it: it may not know how to answer.
  if (exitCode === 0 && ack === 'line' && form !== 'lambda') {
    return ['It is to print "ok <seq>" for each record it has done, and flush it; or take --ack auto.'];
  }
  return ['To go on behind records that fail:  --dlq <stream|file>'];
}
