/** The command line of the screen: `:orders`, `:shard 3`, `:sort age`, `:peek text`, with completion. Pure. */
import { gone, withStream } from './move.ts';
import { chosenStream } from './select-shards.ts';
import { type ScreenState, SORTS, type SortName, VIEWS, type ViewName, withFilter } from './state.ts';
import { changed, type Step, said, type World } from './step.ts';

const WORDS = [
  'shard',
  'peek',
  'consumers',
  'keys',
  'events',
  'streams',
  'overview',
  'sort',
  'filter',
  'interval',
  'ctx',
  'help',
  'quit',
];

/** Carries out a line. */
export function runLine(state: ScreenState, line: string, world: World): Step {
  const [word = '', ...rest] = line.split(/\s+/);
  const text = rest.join(' ');
  if (word === '') return { state };
  switch (word) {
    case 'q':
    case 'quit':
      return { state, effect: { kind: 'quit' } };
    case 'help':
      return changed(state, { sheet: { kind: 'help', text, top: 0 } });
    case 'sort':
      return sorted(state, text, world);
    case 'filter':
      return { state: withFilter(state, text) };
    case 'interval':
      return timed(state, text, world);
    case 'shard':
      return text === '' ? { state: gone(state, 'shard') } : shardNamed(state, text, world);
    case 'peek':
      return { state: withFilter({ ...gone(state, 'peek'), peeks: world.setting.canPeek }, text) };
    case 'ctx':
    case 'context':
      return toContext(state, text, world);
    default:
      return elsewhere(state, word, world);
  }
}

/** Another server, by the name of its context. */
function toContext(state: ScreenState, name: string, world: World): Step {
  const { contexts, target } = world.setting;
  if (name === target) return said(state, `this is ${name}`, world);
  if (contexts.includes(name)) return { state, effect: { kind: 'context', name } };
  return said(state, `there is no context ${name}: ${contexts.join(', ')}`, world, name !== '');
}

/** A view, or a stream. */
function elsewhere(state: ScreenState, word: string, world: World): Step {
  const view = VIEWS.find((name): name is ViewName => name === word);
  if (view !== undefined) return { state: gone(state, view) };
  const names = (world.board?.streams ?? []).map((stream) => stream.name);
  const name = names.find((one) => one === word) ?? only(names.filter((one) => one.startsWith(word)));
  if (name === undefined) return said(state, `"${word}" is no stream and no command: ? lists the keys`, world, true);
  return { state: gone(withStream(state, name), 'overview') };
}

const only = (names: readonly string[]) => (names.length === 1 ? names[0] : undefined);

function sorted(state: ScreenState, text: string, world: World): Step {
  const name = SORTS.find((one): one is SortName => one === text.toLowerCase());
  if (name !== undefined) return changed(state, { sort: name });
  return said(state, `sort by one of ${SORTS.join(', ')}`, world, true);
}

const INTERVAL_MS_MIN = 500;
const INTERVAL_MS_MAX = 60_000;

function timed(state: ScreenState, text: string, world: World): Step {
  const seconds = Number(text.replace(/s$/, ''));
  const ms = seconds * 1_000;
  if (text !== '' && ms >= INTERVAL_MS_MIN && ms <= INTERVAL_MS_MAX) return changed(state, { intervalMs: ms });
  return said(state, 'write seconds, 0.5 to 60', world, true);
}

function shardNamed(state: ScreenState, text: string, world: World): Step {
  const index = Number(/^(?:shardId-)?(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  const shard = chosenStream(world.board, state)?.shards.find((one) => one.index === index);
  if (shard === undefined) return said(state, `there is no shard ${text}`, world, true);
  const shown = {
    ...state,
    shard: index,
    filters: { ...state.filters, shards: '' },
    showsClosed: state.showsClosed || !shard.isOpen,
  };
  return { state: gone(shown, 'shard') };
}

/** The text completed as far as it is certain, and what else it could become. */
export function completed(
  text: string,
  world: World,
  state: ScreenState,
): { readonly text: string; readonly hint: string } {
  const [word = '', ...rest] = text.split(/\s+/);
  const isFirst = rest.length === 0;
  const typed = isFirst ? word : rest.join(' ');
  const fits = candidates(isFirst ? undefined : word, world, state).filter((one) => one.startsWith(typed));
  if (fits.length === 0) return { text, hint: 'nothing begins like this' };
  const shared = fits.reduce((start, one) => sharedStart(start, one));
  const end = fits.length === 1 ? ' ' : '';
  return {
    text: (isFirst ? shared : `${word} ${shared}`) + (isFirst ? end : ''),
    hint: fits.length === 1 ? '' : fits.slice(0, 12).join('  '),
  };
}

function candidates(word: string | undefined, { board, setting }: World, state: ScreenState): readonly string[] {
  const streams = (board?.streams ?? []).map((stream) => stream.name);
  if (word === undefined) return [...WORDS, ...streams];
  if (word === 'sort') return SORTS;
  if (word === 'ctx' || word === 'context') return setting.contexts;
  if (word === 'shard') return (chosenStream(board, state)?.shards ?? []).map((shard) => String(shard.index));
  return [];
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
