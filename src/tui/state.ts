/** What a person has chosen to see: the view, the selection, order and filter, and what is being typed. Values only. */

export const VIEWS = ['overview', 'shard', 'peek', 'consumers', 'keys', 'events', 'streams'] as const;
export type ViewName = (typeof VIEWS)[number];

export const SORTS = ['id', 'in', 'rec', 'capacity', 'out', 'thr', 'age'] as const;
export type SortName = (typeof SORTS)[number];

/** Lists that the arrow keys move in. */
export const PANES = ['shards', 'streams', 'consumers', 'events', 'peek'] as const;
export type PaneName = (typeof PANES)[number];

export const INTERVALS_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;
export const PEEK_FORMS = ['json', 'raw', 'hex'] as const;
export type PeekForm = (typeof PEEK_FORMS)[number];
/** How a load becomes a level: by its share of the largest, or by the root of it, which tells small loads apart. */
export type HeatStyle = 'root' | 'linear';
export type SplitAt = 'balance' | 'middle' | 'key';

/** What lies over the lower lines, and takes the keys. */
export type Sheet =
  | { readonly kind: 'filter'; readonly text: string; readonly before: string }
  | { readonly kind: 'command'; readonly text: string; readonly recall: number; readonly hint: string }
  | { readonly kind: 'help'; readonly text: string; readonly top: number }
  | { readonly kind: 'sort'; readonly row: number }
  | { readonly kind: 'menu'; readonly row: number }
  | { readonly kind: 'record'; readonly number: string; readonly top: number }
  | { readonly kind: 'split'; readonly shard: number; readonly at: SplitAt; readonly typed: string }
  | { readonly kind: 'merge'; readonly shard: number; readonly other: number; readonly typed: string }
  | { readonly kind: 'create'; readonly text: string }
  | { readonly kind: 'notice'; readonly lines: readonly string[] };

export interface Message {
  readonly text: string;
  readonly isBad: boolean;
  readonly untilMs: number;
}

/** A split or merge that was asked for and is not seen to be done. */
export interface Pending {
  readonly stream: string;
  readonly shards: readonly number[];
  readonly word: 'SPLITTING' | 'MERGING';
  readonly sinceMs: number;
}

export interface ScreenState {
  readonly view: ViewName;
  /** Where Esc goes back to, the last one first. */
  readonly trail: readonly ViewName[];
  readonly pane: PaneName;
  /** Name of the stream; undefined: the first there is. */
  readonly stream: string | undefined;
  /** Index of the shard; undefined: the first row. */
  readonly shard: number | undefined;
  /** Rows of the other lists. */
  readonly rows: Readonly<Record<Exclude<PaneName, 'shards' | 'streams'>, number>>;
  /** Each list has its own. */
  readonly filters: Readonly<Record<PaneName, string>>;
  readonly sort: SortName;
  readonly isReversed: boolean;
  readonly showsClosed: boolean;
  readonly isWide: boolean;
  readonly inBits: boolean;
  readonly isUtc: boolean;
  readonly isZoomed: boolean;
  readonly pausedAtMs: number | undefined;
  readonly intervalMs: number;
  readonly peeks: boolean;
  readonly follows: boolean;
  readonly peekForm: PeekForm;
  readonly heatStyle: HeatStyle;
  readonly sheet: Sheet | undefined;
  readonly message: Message | undefined;
  readonly pending: Pending | undefined;
  /** Lines of the command line, newest first. */
  readonly history: readonly string[];
}

export type StateChange = Partial<ScreenState>;

export const NO_FILTERS: ScreenState['filters'] = { shards: '', streams: '', consumers: '', events: '', peek: '' };

/** How a screen begins, with what was asked for on the command line. */
export function firstState(asked: StateChange): ScreenState {
  return {
    view: 'overview',
    trail: [],
    pane: 'shards',
    stream: undefined,
    shard: undefined,
    rows: { consumers: 0, events: 0, peek: 0 },
    filters: NO_FILTERS,
    sort: 'age',
    isReversed: false,
    showsClosed: false,
    isWide: false,
    inBits: false,
    isUtc: false,
    isZoomed: false,
    pausedAtMs: undefined,
    intervalMs: 2_000,
    peeks: true,
    follows: true,
    peekForm: 'json',
    heatStyle: 'root',
    sheet: undefined,
    message: undefined,
    pending: undefined,
    history: [],
    ...asked,
  };
}

/** The list that the arrow keys move in: a view of its own has one, the overview as many as it shows. */
export function paneOf(state: ScreenState): PaneName {
  switch (state.view) {
    case 'overview':
      return state.pane;
    case 'shard':
    case 'keys':
      return 'shards';
    default:
      return state.view;
  }
}

/** The filter of the list that has the keys. */
export function filterOf(state: ScreenState): string {
  return state.filters[paneOf(state)];
}

export function withFilter(state: ScreenState, text: string): ScreenState {
  return { ...state, filters: { ...state.filters, [paneOf(state)]: text } };
}
