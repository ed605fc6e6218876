/** Keys while something is being typed or chosen: filter, command line, help, menus, split and merge. Pure. */
import { completed, runLine } from './command-line.ts';
import { inCreate } from './create-stream.ts';
import { edited, keyOf, type SheetOf, type Typed } from './edited.ts';
import { type MenuEntry, menuEntries } from './equal-command.ts';
import type { Action } from './keys.ts';
import { mergeCommand, mergeOrder, neighbours, previewSplit, splitChoices } from './reshard-preview.ts';
import { chosenStream, listedShards, selectedShard } from './select-shards.ts';
import { type ScreenState, SORTS, withFilter } from './state.ts';
import { changed, type Step, said, type World } from './step.ts';

/** The state after an input that the sheet takes. */
export function inSheet(state: ScreenState, input: Typed, world: World): Step {
  const sheet = state.sheet!;
  switch (sheet.kind) {
    case 'filter':
      return inFilter(state, sheet, input);
    case 'command':
      return inCommand(state, sheet, input, world);
    case 'help':
      return inHelp(state, sheet, input);
    case 'sort':
      return inSort(state, sheet, input, world);
    case 'menu':
      return inMenu(state, sheet, input, world);
    case 'record':
      return inRecord(state, sheet, input);
    case 'split':
      return inSplit(state, sheet, input, world);
    case 'merge':
      return inMerge(state, sheet, input, world);
    case 'create':
      return inCreate(state, sheet, input);
    case 'notice':
      return changed(state, { sheet: undefined });
  }
}

/** Filters while one types; Esc puts back what was. */
function inFilter(state: ScreenState, sheet: SheetOf<'filter'>, input: Typed): Step {
  const key = keyOf(input);
  if (key === 'enter') return changed(state, { sheet: undefined });
  if (key === 'escape') return { state: { ...withFilter(state, sheet.before), sheet: undefined } };
  const text = edited(sheet.text, input);
  if (text === undefined) return { state };
  return { state: { ...withFilter(state, text), sheet: { ...sheet, text } } };
}

const HISTORY_MAX = 50;

function inCommand(state: ScreenState, sheet: SheetOf<'command'>, input: Typed, world: World): Step {
  const key = keyOf(input);
  if (key === 'escape' || (key === 'backspace' && sheet.text === '')) return changed(state, { sheet: undefined });
  if (key === 'enter') {
    const line = sheet.text.trim();
    const history =
      line === '' ? state.history : [line, ...state.history.filter((one) => one !== line)].slice(0, HISTORY_MAX);
    return runLine({ ...state, sheet: undefined, history }, line, world);
  }
  if (key === 'tab') return changed(state, { sheet: { ...sheet, ...completed(sheet.text, world, state) } });
  if (key === 'up' || key === 'down') {
    const recall = Math.max(-1, Math.min(state.history.length - 1, sheet.recall + (key === 'up' ? 1 : -1)));
    return changed(state, { sheet: { ...sheet, recall, text: state.history[recall] ?? '' } });
  }
  const text = edited(sheet.text, input);
  return text === undefined ? { state } : changed(state, { sheet: { ...sheet, text, hint: '' } });
}

function inHelp(state: ScreenState, sheet: SheetOf<'help'>, input: Typed): Step {
  const key = keyOf(input);
  if (key === 'escape' || key === 'enter' || (key === '?' && sheet.text === ''))
    return changed(state, { sheet: undefined });
  if (key === 'q' && sheet.text === '') return changed(state, { sheet: undefined });
  const by: Readonly<Record<string, number>> = { down: 1, up: -1, 'page-down': 10, 'page-up': -10 };
  if (by[key] !== undefined) return changed(state, { sheet: { ...sheet, top: Math.max(0, sheet.top + by[key]) } });
  const text = edited(sheet.text, input);
  return text === undefined ? { state } : changed(state, { sheet: { ...sheet, text, top: 0 } });
}

function inSort(state: ScreenState, sheet: SheetOf<'sort'>, input: Typed, { setting }: World): Step {
  const key = keyOf(input);
  const row = listRow(sheet.row, setting.keymap.actionOf(key), SORTS.length);
  if (row !== undefined) return changed(state, { sheet: { ...sheet, row } });
  if (key === 'r') return changed(state, { isReversed: !state.isReversed });
  if (key === 'enter') return changed(state, { sort: SORTS[sheet.row]!, sheet: undefined });
  const named = SORTS.find((name) => name[0] === key);
  if (named !== undefined) return changed(state, { sort: named, sheet: undefined });
  return isAway(key) ? changed(state, { sheet: undefined }) : { state };
}

/** The row after a key that moves in a list; undefined for other keys. */
function listRow(row: number, action: Action | undefined, length: number): number | undefined {
  if (action === 'up' || action === 'down') return Math.max(0, Math.min(length - 1, row + (action === 'up' ? -1 : 1)));
  return undefined;
}

const isAway = (key: string) => key === 'escape' || key === 'q';

/** Enter does what the line says, as its key would; `!` leaves with its command line. */
function inMenu(state: ScreenState, sheet: SheetOf<'menu'>, input: Typed, world: World): Step {
  const key = keyOf(input);
  const closed = { ...state, sheet: undefined };
  const entries = menuOf(state, world);
  const row = listRow(sheet.row, world.setting.keymap.actionOf(key), entries.length);
  if (row !== undefined) return changed(state, { sheet: { ...sheet, row } });
  const entry = entries[sheet.row];
  if (key === '!' && entry !== undefined) return { state: closed, effect: { kind: 'leave', command: entry.command } };
  if (key === 'enter' && entry !== undefined) return { state: closed, again: entry.key };
  if (entries.some((one) => one.key === key)) return { state: closed, again: key };
  return isAway(key) || key === 'x' ? { state: closed } : { state };
}

export function menuOf(state: ScreenState, world: Pick<World, 'board'>): readonly MenuEntry[] {
  const stream = chosenStream(world.board, state);
  return stream === undefined ? [] : menuEntries(stream, selectedShard(listedShards(stream, state), state));
}

function inRecord(state: ScreenState, sheet: SheetOf<'record'>, input: Typed): Step {
  const key = keyOf(input);
  const by: Readonly<Record<string, number>> = {
    j: 1,
    down: 1,
    k: -1,
    up: -1,
    'page-down': 10,
    space: 10,
    'page-up': -10,
  };
  if (by[key] !== undefined) return changed(state, { sheet: { ...sheet, top: Math.max(0, sheet.top + by[key]) } });
  if (key === 'v') return changed(state, { peekForm: state.peekForm === 'hex' ? 'json' : 'hex' });
  return isAway(key) || key === 'enter' ? changed(state, { sheet: undefined }) : { state };
}

/** Whether the key confirms: `y`, or Enter once the stream's name is typed where a context wants that. Enter alone never does. */
function confirms(sheet: SheetOf<'split'> | SheetOf<'merge'>, key: string, wanted: string | undefined): boolean {
  return wanted === undefined ? key === 'y' : key === 'enter' && sheet.typed === wanted;
}

const FORWARD = ['right', 'tab', 'down'];
const BACKWARD = ['left', 'shift-tab', 'up'];

/** 1 or -1 for keys that go through the choices. Letters among them are text where a name is typed. */
function choiceStep(key: string, types: boolean): number {
  if (FORWARD.includes(key) || (!types && (key === 'l' || key === 'j'))) return 1;
  return BACKWARD.includes(key) || (!types && (key === 'h' || key === 'k')) ? -1 : 0;
}

/** What is left of a confirming sheet's keys: the name as it is typed, and ways out. */
function confirming(state: ScreenState, sheet: SheetOf<'split'> | SheetOf<'merge'>, input: Typed, world: World): Step {
  const key = keyOf(input);
  const types = world.setting.confirmsByName;
  if (key === 'escape' || (!types && (key === 'q' || key === 'n'))) {
    return said({ ...state, sheet: undefined }, 'nothing was changed', world);
  }
  const typed = types ? edited(sheet.typed, input) : undefined;
  return typed === undefined ? { state } : changed(state, { sheet: { ...sheet, typed } });
}

/** The choice of a place, then the answer. */
function inSplit(state: ScreenState, sheet: SheetOf<'split'>, input: Typed, world: World): Step {
  const key = keyOf(input);
  const stream = chosenStream(world.board, state);
  const shard = stream?.shards.find((one) => one.index === sheet.shard);
  if (stream === undefined || shard === undefined || !shard.isOpen) {
    return said({ ...state, sheet: undefined }, 'the shard is gone: nothing was changed', world, true);
  }
  const choices = splitChoices(stream, shard);
  const preview = previewSplit(stream, shard, sheet.at);
  const name = world.setting.confirmsByName ? stream.name : undefined;
  if (confirms(sheet, key, name) && preview.point !== undefined) {
    const pending = { stream: stream.name, shards: [shard.index], word: 'SPLITTING', sinceMs: world.nowMs } as const;
    const effect = { kind: 'split', stream: stream.name, shard: shard.index, point: preview.point } as const;
    return changed(state, { sheet: undefined, pending }, effect);
  }
  if (key === '!' && name === undefined) {
    return changed(state, { sheet: undefined }, { kind: 'leave', command: preview.command });
  }
  const by = choiceStep(key, name !== undefined);
  if (by !== 0) {
    const at = choices[(choices.indexOf(sheet.at) + by + choices.length) % choices.length] ?? sheet.at;
    return changed(state, { sheet: { ...sheet, at } });
  }
  return confirming(state, sheet, input, world);
}

function inMerge(state: ScreenState, sheet: SheetOf<'merge'>, input: Typed, world: World): Step {
  const key = keyOf(input);
  const stream = chosenStream(world.board, state);
  const shard = stream?.shards.find((one) => one.index === sheet.shard && one.isOpen);
  const other = stream?.shards.find((one) => one.index === sheet.other && one.isOpen);
  if (stream === undefined || shard === undefined || other === undefined) {
    return said({ ...state, sheet: undefined }, 'a shard is gone: nothing was changed', world, true);
  }
  const [lower, upper] = mergeOrder(shard, other);
  const name = world.setting.confirmsByName ? stream.name : undefined;
  if (confirms(sheet, key, name)) {
    const shards = [lower.index, upper.index];
    const pending = { stream: stream.name, shards, word: 'MERGING', sinceMs: world.nowMs } as const;
    return changed(
      state,
      { sheet: undefined, pending },
      { kind: 'merge', stream: stream.name, lower: lower.index, upper: upper.index },
    );
  }
  if (key === '!' && name === undefined) {
    return changed(state, { sheet: undefined }, { kind: 'leave', command: mergeCommand(stream, shard, other) });
  }
  if (choiceStep(key, name !== undefined) !== 0) {
    const next = neighbours(stream, shard).find((one) => one !== other) ?? other;
    return changed(state, { sheet: { ...sheet, other: next.index } });
  }
  return confirming(state, sheet, input, world);
}
