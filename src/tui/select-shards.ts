/** Which stream is meant, and its shards as they are listed: filtered, sorted, one selected. Pure. */
import type { Board, Heat, ShardFigures, StreamFigures } from './figures.ts';
import type { Scene, StreamScene } from './scene.ts';
import type { ScreenState, SortName } from './state.ts';

/** The stream chosen, else the first. */
export function chosenStream(board: Board | undefined, state: ScreenState): StreamFigures | undefined {
  return board?.streams.find((stream) => stream.name === state.stream) ?? board?.streams[0];
}

const FIGURE: Readonly<Record<SortName, (shard: ShardFigures) => number>> = {
  id: (shard) => -shard.index,
  in: (shard) => shard.bytesIn,
  rec: (shard) => shard.recordsIn,
  capacity: (shard) => shard.writeShare,
  out: (shard) => shard.bytesOut,
  thr: (shard) => shard.throttledPerMinute,
  // Who reads at the tip is as good as nobody behind: rows must not change places with every look.
  age: (shard) => Math.floor((shard.lagMs ?? 0) / 1_000),
};

/** The last list made: keys, the peek pane and the picture ask for the same one. */
let last:
  | { readonly stream: StreamFigures; readonly order: string; readonly shards: readonly ShardFigures[] }
  | undefined;

const HEATS: readonly Heat[] = ['cool', 'warm', 'hot'];

/** Shards that pass, the largest figure first; ids ascend. Of equal ones the hot come first, then they go by id. */
export function listedShards(stream: StreamFigures, state: ScreenState): readonly ShardFigures[] {
  const { sort, isReversed, showsClosed, filters } = state;
  const order = JSON.stringify([sort, isReversed, showsClosed, filters.shards]);
  if (last?.stream === stream && last.order === order) return last.shards;
  const passes = rowFilter(filters.shards);
  const figure = FIGURE[sort];
  const sign = isReversed ? -1 : 1;
  const shards = stream.shards
    .filter((shard) => (shard.isOpen || showsClosed) && (filters.shards === '' || passes(shardText(shard))))
    .sort(
      (a, b) => sign * (figure(b) - figure(a)) || HEATS.indexOf(b.heat) - HEATS.indexOf(a.heat) || a.index - b.index,
    );
  last = { stream, order, shards };
  return shards;
}

/** What a filter looks at. */
function shardText(shard: ShardFigures): string {
  const words = [shard.name, shard.id, shard.isOpen ? 'open' : 'closed'];
  if (shard.heat !== 'cool') words.push(shard.heat.toUpperCase());
  return words.join(' ');
}

/** A pattern as typed: a regular expression, or plain text while it is none; `!` in front turns it round. */
export function rowFilter(typed: string): (text: string) => boolean {
  const isInverse = typed.startsWith('!');
  const pattern = isInverse ? typed.slice(1) : typed;
  if (pattern === '') return () => true;
  const matches = matcherOf(pattern);
  return (text) => matches(text) !== isInverse;
}

/** Longer patterns are taken as text: one that was pasted must not hold up the screen. */
const PATTERN_CHARS_MAX = 64;

function matcherOf(pattern: string): (text: string) => boolean {
  try {
    if (pattern.length > PATTERN_CHARS_MAX) throw new SyntaxError('long');
    const expression = new RegExp(pattern, 'i');
    return (text) => expression.test(text.slice(0, 256));
  } catch {
    return (text) => text.toLowerCase().includes(pattern.toLowerCase());
  }
}

/** The scene with its stream, its listed shards and the selected one; undefined when there is no stream. */
export function streamScene(scene: Scene): StreamScene | undefined {
  const { board, state } = scene;
  const stream = chosenStream(board, state);
  if (board === undefined || stream === undefined) return undefined;
  const shards = listedShards(stream, state);
  return { ...scene, board, stream, shards, shard: selectedShard(shards, state) };
}

/** The one chosen as long as it is listed, else the first. */
export function selectedShard(shards: readonly ShardFigures[], state: ScreenState): ShardFigures | undefined {
  return shards.find((shard) => shard.index === state.shard) ?? shards[0];
}

/** The first of `count` rows to show of a list, so that the selected one is among them, in the middle where it can be. */
export function firstShown(selected: number, length: number, count: number): number {
  return Math.max(0, Math.min(selected - Math.floor(count / 2), length - count));
}
