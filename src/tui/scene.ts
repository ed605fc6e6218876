/** All that a picture depends on: views are functions of a scene, and nothing else. Types only. */
import type { Zone } from '../runtime/calendar.ts';
import type { Board, ShardFigures, StreamFigures } from './figures.ts';
import type { Glyphs } from './glyphs.ts';
import type { Keymap } from './keymap.ts';
import type { ScreenState } from './state.ts';
import type { Theme } from './theme.ts';

/** One screen line: exactly as wide as it was asked for, with colours in it. */
export type Row = string;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** How the source of the figures does. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | {
      readonly state: 'lost';
      readonly sinceMs: number;
      readonly retryAtMs: number;
      readonly reason: string;
      readonly login?: readonly string[] | undefined;
    };

/** A record as the peek pane has it. */
export interface PeekedRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivalMs: number;
  readonly bytes: number;
  /** The first PEEK_BYTES_MAX of it. */
  readonly data: Uint8Array;
}

export interface PeekFacts {
  /** Oldest first. */
  readonly records: readonly PeekedRecord[];
  /** `orders/0003`; undefined when nothing is read. */
  readonly place: string | undefined;
  /** How many of the records are taken up here. */
  readonly keptPerSecond: number;
  /** Why nothing is read. */
  readonly trouble: string | undefined;
}

/** What does not change while the program runs. */
export interface Setting {
  readonly version: string;
  /** Names of servers that `:ctx` can go to, this one among them. */
  readonly contexts: readonly string[];
  /** Of ~/.aws, where one was chosen. */
  readonly profile: string | undefined;
  /** `local` or the endpoint. */
  readonly target: string;
  readonly endpoint: string;
  readonly isReadOnly: boolean;
  /** What cannot be undone wants the stream's name typed. */
  readonly confirmsByName: boolean;
  readonly canPeek: boolean;
  /** No keys come: stdin is no terminal. */
  readonly isViewOnly: boolean;
  readonly keymap: Keymap;
  readonly glyphs: Glyphs;
  readonly theme: Theme;
  /** The options that choose the target, as they stand in a command line: `--endpoint http://…`. */
  readonly targetOptions: string;
  /** Of AWS's five GetRecords a second and shard, those that this program may take. */
  readonly share: number;
}

export interface Scene {
  readonly setting: Setting;
  readonly size: Size;
  readonly state: ScreenState;
  /** undefined until the first frame has come. */
  readonly board: Board | undefined;
  readonly peek: PeekFacts;
  readonly link: Link;
  /** Now, by this machine's wall clock. */
  readonly nowMs: number;
  readonly zone: Zone;
}

/** A scene with a stream to show. */
export interface StreamScene extends Scene {
  readonly board: Board;
  readonly stream: StreamFigures;
  /** Those that pass the filter, sorted. */
  readonly shards: readonly ShardFigures[];
  /** The selected one; undefined when none passes. */
  readonly shard: ShardFigures | undefined;
}
