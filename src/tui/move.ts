/** Moving the selection in whatever list has the keys. Pure. */

import { chosenStream, listedShards, selectedShard } from './select-shards.ts';
import type { ScreenState, ViewName } from './state.ts';
import { paneOf } from './state.ts';
import type { World } from './step.ts';
import { listedConsumers } from './views/consumers.ts';
import { listedEvents } from './views/events.ts';
import { shownRecords } from './views/peek.ts';
import { listedStreams } from './views/streams.ts';

/** The state with the selection `delta` rows further, within the list. Infinity goes to its end. */
export function moved(state: ScreenState, world: World, delta: number): ScreenState {
  const pane = paneOf(state);
  const { board, peek } = world;
  const stream = chosenStream(board, state);
  switch (pane) {
    case 'shards': {
      const shards = stream === undefined ? [] : listedShards(stream, state);
      const at = shards.indexOf(selectedShard(shards, state)!);
      return { ...state, shard: shards[within(at + delta, shards.length)]?.index };
    }
    case 'streams': {
      const streams = listedStreams({ board, state });
      const at = stream === undefined ? 0 : streams.indexOf(stream);
      return withStream(state, streams[within(at + delta, streams.length)]?.name);
    }
    case 'consumers':
      return withRow(
        state,
        pane,
        within(state.rows.consumers + delta, stream === undefined ? 0 : listedConsumers(stream, state).length),
      );
    case 'events':
      return withRow(state, pane, within(state.rows.events + delta, listedEvents({ board, state }).length));
    case 'peek': {
      const last = shownRecords(peek, state.filters.peek).length - 1;
      const at = state.follows ? last : state.rows.peek;
      return { ...withRow(state, pane, within(at + delta, last + 1)), follows: false };
    }
  }
}

function within(row: number, length: number): number {
  return Math.max(0, Math.min(length - 1, row));
}

function withRow(state: ScreenState, pane: 'consumers' | 'events' | 'peek', row: number): ScreenState {
  return { ...state, rows: { ...state.rows, [pane]: row } };
}

/** Another stream: what was selected of the one before means nothing in it. */
export function withStream(state: ScreenState, stream: string | undefined): ScreenState {
  if (stream === undefined || stream === state.stream) return state;
  return { ...state, stream, shard: undefined, rows: { ...state.rows, consumers: 0, peek: 0 }, follows: true };
}

/** Goes to a view; Esc comes back. */
export function gone(state: ScreenState, view: ViewName): ScreenState {
  if (view === state.view) return state;
  if (view === 'overview') return { ...state, view, trail: [], isZoomed: false };
  const trail = [state.view, ...state.trail.filter((one) => one !== view)];
  return { ...state, view, trail, isZoomed: false };
}
