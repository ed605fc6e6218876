/** What happened, newest first. Pure. */
import { clockTime } from '../../runtime/calendar.ts';
import type { EventFigures } from '../figures.ts';
import type { Row, Scene } from '../scene.ts';
import { firstShown, rowFilter } from '../select-shards.ts';
import { toWidth } from '../text.ts';
import { filled } from './frame-parts.ts';

/** Events that pass the filter. */
export function listedEvents({ board, state }: Pick<Scene, 'board' | 'state'>): readonly EventFigures[] {
  const passes = rowFilter(state.filters.events);
  return (board?.events ?? []).filter((event) => passes(`${event.stream ?? ''} ${event.text}`));
}

/** Exactly `height` rows of `width`; narrow ones leave out the stream. */
export function eventList(scene: Scene, width: number, height: number): readonly Row[] {
  const { state, setting, board } = scene;
  const { theme, glyphs } = setting;
  const events = listedEvents(scene);
  const isFocused = state.view === 'events' || (state.view === 'overview' && state.pane === 'events');
  const selected = Math.min(state.rows.events, events.length - 1);
  const first = isFocused ? firstShown(Math.max(0, selected), events.length, height) : 0;
  const isNarrow = width < 40;
  const rows = events.slice(first, first + height).map((event, i) => {
    const lead = isNarrow ? '' : `${isFocused && first + i === selected ? glyphs.marker : ' '} `;
    const stream = isNarrow ? '' : toWidth(event.stream ?? '', 16);
    const row = toWidth(
      `${lead}${clockTime(event.atMs, scene.zone).slice(0, 8)} ${stream}${isNarrow ? '' : '  '}${event.text}`,
      width,
    );
    return event.isBad ? theme.bad(row) : row;
  });
  const nothing = board?.source.kind === 'polling' ? 'not known when polling' : 'nothing yet';
  return filled(rows.length > 0 ? rows : [theme.dim(toWidth(` ${nothing}`, width))], height, width);
}
