/** Where replayed records go: what every destination does, and stdout. A stream and HTTP have files of their own. */
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { RecordWriter, Sighting } from '../record/output.ts';

export interface Destination {
  /** Takes a record. A returned promise: wait for it before the next. */
  write(sighting: Sighting): Promise<void> | undefined;
  /** Resolves when all that was taken has arrived. */
  flush(): Promise<void>;
  /** Says what became of it all. @throws {CliError} when some of it did not arrive and is kept elsewhere. */
  finish(): Promise<void>;
}

/** Calls back with each record that has arrived, in the order of its shard. */
export type OnArrived = (shardId: string, sequenceNumber: string) => void;

/** Prints them; they count as arrived once the output has them. */
export function outputDestination(context: Context, writer: RecordWriter, onArrived: OnArrived): Destination {
  return {
    write(sighting) {
      const wait = context.out.write(writer(sighting));
      onArrived(sighting.shardId, sighting.record.sequenceNumber);
      return wait;
    },
    flush: async () => context.out.flush(),
    finish: async () => undefined,
  };
}

/** The URL of --to, or undefined when it is none. */
export function httpUrl(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  if (URL.canParse(text)) return new URL(text);
  throw usageError(`"${text}" is no URL`);
}
