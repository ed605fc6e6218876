/** What every key does: the one function from a state and an input to the next state and what is to be done. Pure. */
import { replayCommand, viewCommand } from './equal-command.ts';
import { clicked } from './hits.ts';
import type { Input } from './key-decoder.ts';
import type { Action } from './keys.ts';
import { gone, moved } from './move.ts';
import { colderNeighbour, splitChoices } from './reshard-preview.ts';
import { chosenStream, listedShards, selectedShard } from './select-shards.ts';
import { inSheet } from './sheet-keys.ts';
import {
  filterOf,
  INTERVALS_MS,
  PANES,
  PEEK_FORMS,
  paneOf,
  type ScreenState,
  SORTS,
  VIEWS,
  type ViewName,
  withFilter,
} from './state.ts';
import { changed, type Step, said, type World } from './step.ts';
import { shownRecords } from './views/peek.ts';

/** The state after an input. */
export function reduce(state: ScreenState, input: Input, world: World): Step {
  if (input.kind === 'mouse') return onMouse(state, input, world);
  if (input.kind === 'paste') return state.sheet === undefined ? { state } : inSheet(state, input, world);
  if (input.key === 'ctrl-c') return { state, effect: { kind: 'quit' } };
  if (input.key === 'ctrl-z') return { state, effect: { kind: 'suspend' } };
  if (state.sheet !== undefined) {
    const step = inSheet(state, input, world);
    return step.again === undefined ? step : reduce(step.state, { kind: 'key', key: step.again }, world);
  }
  const fallback = actionWhere(input.key, world);
  const action = fallback ?? world.setting.keymap.actionOf(input.key);
  return action === undefined ? { state } : act(state, { action, key: input.key }, world);
}

/** Keys that mean something else while there is nothing to move in: `n` without streams, Enter where a login is wanted. */
function actionWhere(key: string, { board, link }: World): Action | undefined {
  if (key === 'enter' && link.state === 'lost' && link.login !== undefined) return 'refresh';
  return key === 'n' && board?.streams.length === 0 ? 'create' : undefined;
}

/** A page is what the window shows without its frame. */
const pageOf = (world: World) => Math.max(1, world.size.rows - 10);

function act(
  state: ScreenState,
  { action, key }: { readonly action: Action; readonly key: string },
  world: World,
): Step {
  switch (action) {
    case 'up':
    case 'down':
    case 'first':
    case 'last':
    case 'halfDown':
    case 'halfUp':
    case 'pageDown':
    case 'pageUp':
      return { state: moved(state, world, distance(action, pageOf(world))) };
    case 'view':
      return { state: gone(state, VIEWS[Number(key) - 1]!) };
    case 'nextPane':
    case 'previousPane':
      return { state: withNextPane(state, action === 'nextPane' ? 1 : -1) };
    case 'open':
      return opened(state, world);
    case 'back':
      return { state: back(state) };
    case 'filter':
      return changed(state, { sheet: { kind: 'filter', text: filterOf(state), before: filterOf(state) } });
    case 'command':
      return changed(state, { sheet: { kind: 'command', text: '', recall: -1, hint: '' } });
    case 'help':
      return changed(state, { sheet: { kind: 'help', text: '', top: 0 } });
    case 'menu':
      return changed(state, { sheet: { kind: 'menu', row: 0 } });
    case 'quit':
      return { state, effect: { kind: 'quit' } };
    case 'create':
      return creating(state, world);
    case 'doctor':
      if (world.link.state !== 'lost') return said(state, 'd runs sluice doctor once the server is gone', world);
      return { state, effect: { kind: 'doctor' } };
    case 'refresh':
    case 'repaint':
    case 'export':
      return { state, effect: { kind: action } };
    case 'leave':
      return {
        state,
        effect: {
          kind: 'leave',
          command: viewCommand(state, chosenStream(world.board, state), world.setting.targetOptions),
        },
      };
    case 'split':
    case 'merge':
      return reshard(state, action, world);
    case 'copy':
    case 'replay':
      return about(state, action, world);
    default:
      return toggled(state, action, world);
  }
}

function distance(action: Action, page: number): number {
  const distances: Partial<Record<Action, number>> = {
    up: -1,
    down: 1,
    first: Number.NEGATIVE_INFINITY,
    last: Number.POSITIVE_INFINITY,
    halfDown: Math.ceil(page / 2),
    halfUp: -Math.ceil(page / 2),
    pageDown: page,
    pageUp: -page,
  };
  return distances[action] ?? 0;
}

/** What only changes how things are shown. */
function toggled(state: ScreenState, action: Action, world: World): Step {
  switch (action) {
    case 'sort':
      return changed(state, { sheet: { kind: 'sort', row: SORTS.indexOf(state.sort) } });
    case 'sortNext':
      return changed(state, { sort: neighbourOf(SORTS, state.sort, 1) });
    case 'sortPrevious':
      return changed(state, { sort: neighbourOf(SORTS, state.sort, -1) });
    case 'reverse':
      return changed(state, { isReversed: !state.isReversed });
    case 'slower':
    case 'faster':
      return withInterval(state, action === 'slower' ? 1 : -1);
    case 'zoom':
      return { state: zoomed(state) };
    case 'pause':
      return changed(state, { pausedAtMs: state.pausedAtMs === undefined ? world.nowMs : undefined });
    case 'peek':
      if (!world.setting.canPeek) return said(state, 'started with --no-peek', world);
      return changed(state, { peeks: !state.peeks });
    case 'follow':
      return changed(state, { follows: !state.follows, rows: { ...state.rows, peek: world.peek.records.length - 1 } });
    case 'form':
      return changed(state, { peekForm: neighbourOf(PEEK_FORMS, state.peekForm, 1) });
    case 'heavyKeys':
      return { state: gone(state, 'keys') };
    case 'closed':
      return changed(state, { showsClosed: !state.showsClosed });
    case 'wide':
      return changed(state, { isWide: !state.isWide });
    case 'zone':
      return changed(state, { isUtc: !state.isUtc });
    case 'heat':
      return changed(state, { heatStyle: state.heatStyle === 'root' ? 'linear' : 'root' });
    case 'units':
      return changed(state, { inBits: !state.inBits });
    default:
      return { state };
  }
}

/** The one after, the first following the last. */
function neighbourOf<T>(all: readonly T[], one: T, by: number): T {
  return all[(all.indexOf(one) + by + all.length) % all.length]!;
}

function withInterval(state: ScreenState, by: number): Step {
  const at = INTERVALS_MS.findIndex((ms) => ms >= state.intervalMs);
  const next =
    INTERVALS_MS[Math.max(0, Math.min(INTERVALS_MS.length - 1, (at < 0 ? INTERVALS_MS.length - 1 : at) + by))]!;
  return changed(state, { intervalMs: next });
}

function withNextPane(state: ScreenState, by: number): ScreenState {
  if (state.view === 'overview') return { ...state, pane: neighbourOf(PANES, state.pane, by) };
  return gone(state, neighbourOf(VIEWS, state.view, by));
}

const VIEW_OF_PANE = {
  shards: 'shard',
  streams: 'streams',
  consumers: 'consumers',
  events: 'events',
  peek: 'peek',
} as const;

/** The pane that has the keys, on the whole screen; again: back. */
function zoomed(state: ScreenState): ScreenState {
  if (state.isZoomed) return { ...back(state), isZoomed: false };
  if (state.view !== 'overview') return state;
  return { ...gone(state, VIEW_OF_PANE[state.pane]), isZoomed: true };
}

function back(state: ScreenState): ScreenState {
  const [view, ...trail] = state.trail;
  if (view !== undefined) return { ...state, view, trail, isZoomed: false };
  return filterOf(state) === '' ? state : withFilter(state, '');
}

/** Enter: deeper into what is selected. */
function opened(state: ScreenState, world: World): Step {
  const deeper: Partial<Record<ViewName, ViewName>> = { shard: 'peek', keys: 'shard' };
  switch (paneOf(state)) {
    case 'streams':
      return { state: { ...gone(state, 'overview'), pane: 'shards' } };
    case 'peek': {
      const records = shownRecords(world.peek, state.filters.peek);
      const record = state.follows ? records.at(-1) : records[state.rows.peek];
      if (record === undefined) return said(state, 'no record is selected', world);
      return changed(state, {
        follows: false,
        rows: { ...state.rows, peek: records.indexOf(record) },
        sheet: { kind: 'record', number: record.sequenceNumber, top: 0 },
      });
    }
    case 'consumers':
    case 'events':
      return { state };
    default:
      return { state: gone(state, deeper[state.view] ?? 'shard') };
  }
}

function reshard(state: ScreenState, action: 'split' | 'merge', world: World): Step {
  const stream = chosenStream(world.board, state);
  const shard = stream && selectedShard(listedShards(stream, state), state);
  const word = action === 'split' ? 'Splitting' : 'Merging';
  if (stream === undefined || shard === undefined) return said(state, 'no shard is selected', world);
  if (world.setting.isReadOnly) {
    return said(state, `${word} is off on ${world.setting.target}: start with --read-write`, world, true);
  }
  if (!shard.isOpen) return said(state, `${shard.name} is closed already`, world, true);
  if (stream.status !== 'ACTIVE')
    return said(state, `${stream.name} is ${stream.status}: wait until it is ACTIVE`, world, true);
  if (stream.isOnDemand) return said(state, 'an on-demand stream is resharded by the service', world, true);
  if (action === 'split') {
    const at = splitChoices(stream, shard)[0];
    if (at === undefined) return said(state, `${shard.name} is too small to split`, world, true);
    return changed(state, { sheet: { kind: 'split', shard: shard.index, at, typed: '' } });
  }
  const other = colderNeighbour(stream, shard);
  if (other === undefined) return said(state, `${shard.name} has no neighbour`, world, true);
  return changed(state, { sheet: { kind: 'merge', shard: shard.index, other: other.index, typed: '' } });
}

function creating(state: ScreenState, world: World): Step {
  if (world.setting.isReadOnly)
    return said(state, `creating is off on ${world.setting.target}: start with --read-write`, world, true);
  return changed(state, { sheet: { kind: 'create', text: '' } });
}

/** What belongs to one row: its id to the clipboard, how to replay from it. */
function about(state: ScreenState, action: 'copy' | 'replay', world: World): Step {
  const stream = chosenStream(world.board, state);
  const shard = stream && selectedShard(listedShards(stream, state), state);
  const records = shownRecords(world.peek, state.filters.peek);
  const record = state.follows ? records.at(-1) : records[state.rows.peek];
  if (action === 'replay') {
    if (stream === undefined || record === undefined) return said(state, 'no record is selected: p reads some', world);
    const lines = ['Replay from the selected record with', `  ${replayCommand(stream, shard?.index, record)}`];
    return changed(state, { sheet: { kind: 'notice', lines } });
  }
  const pane = paneOf(state);
  const id = pane === 'streams' ? stream?.name : pane === 'peek' ? record?.sequenceNumber : shard?.id;
  if (id === undefined) return said(state, 'nothing is selected', world);
  return { ...said(state, `copied ${id}`, world), effect: { kind: 'copy', text: id } };
}

/** A click selects in the table, the wheel moves. */
function onMouse(state: ScreenState, input: Input & { readonly kind: 'mouse' }, world: World): Step {
  if (state.sheet !== undefined) return { state };
  if (input.action !== 'click') return { state: moved(state, world, input.action === 'wheelUp' ? -1 : 1) };
  return { state: clicked(state, input, world) };
}
