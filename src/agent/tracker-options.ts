/** What the tracking of one flow's files works with. */
import type { Clock } from '../runtime/clock.ts';
import type { LogFiles } from '../runtime/log-files.ts';
import type { Random } from '../runtime/random.ts';
import type { FileCheckpoint } from './checkpoint-lines.ts';
import type { FlowConfig } from './config.ts';
import type { AgentEvents } from './events.ts';
import type { AgentRecord, RecordReader } from './record-reader.ts';
import type { Spool } from './spool.ts';
import type { Tailer } from './tailer.ts';

export interface TrackerOptions {
  readonly flow: FlowConfig;
  readonly files: LogFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly makeReader: (path: string) => RecordReader;
  readonly dropReader: (reader: RecordReader) => void;
  readonly offer: (records: readonly AgentRecord[], tailer: Tailer) => void;
  readonly events: AgentEvents;
  readonly spool: Spool;
  /** Entries of this flow that an earlier run left. */
  readonly stored: readonly FileCheckpoint[];
  /** The flow has run before: every file that is new to it is read from its beginning. */
  readonly hasRun: boolean;
  /** Entries of files that are gone expire after this. */
  readonly timeToLiveMs: number;
  /** Files this flow may hold open. */
  readonly filesOpenMax: () => number;
}
