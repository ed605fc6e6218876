/** The columns of the table of shards, in the order in which they stand. Pure. */
import type { ShardFigures } from '../figures.ts';
import { ageText, briefCount, countText, NOTHING, percentText, UNKNOWN } from '../format.ts';
import { bar, rangeBar, sparkline } from '../glyphs.ts';
import type { StreamScene } from '../scene.ts';
import type { SortName } from '../state.ts';
import { heatInk } from '../theme.ts';
import { rateText } from './header.ts';
import type { Column } from './table.ts';

type ShardColumn = Column<ShardFigures>;

/** From this on what goes out has a column, and from the second on the state in a word. */
const WIDE_CELLS = 84;
const WORDY_CELLS = 100;

/** What fits into `inner` cells is chosen later; columns leave in the order sparkline, range, THR, capacity. */
export function shardColumns(scene: StreamScene, inner: number): readonly ShardColumn[] {
  const isWide = inner >= WIDE_CELLS || scene.state.isWide;
  const gap = isWide ? 1 : 2;
  const knowsAll = scene.board.source.kind === 'daemon';
  const countIn: ShardColumn = {
    head: headText(scene, 'rec', 'REC/s'),
    width: isWide ? 5 : 6,
    gap: 1,
    right: true,
    cell: (shard) => countOrDot(shard.recordsIn),
  };
  const bytesOut: ShardColumn = {
    head: headText(scene, 'out', 'OUT/s'),
    width: 7,
    gap,
    right: true,
    leaves: 2,
    cell: (shard) => (knowsAll ? rateText(scene, shard.bytesOut) : UNKNOWN),
  };
  return [
    ...placeColumns(scene, isWide),
    {
      head: headText(scene, 'in', 'IN/s'),
      width: 7,
      gap,
      right: true,
      cell: (shard) => rateText(scene, shard.bytesIn),
    },
    countIn,
    ...capacityColumns(scene, isWide),
    {
      head: isWide ? '60 s IN' : '60 s',
      width: 16,
      gap,
      leaves: 3,
      cell: ({ minute }) => sparkline(minute, scene.setting.glyphs),
    },
    ...(isWide ? [bytesOut] : []),
    ...troubleColumns(scene, { saysState: inner >= WORDY_CELLS || scene.state.isWide, knowsAll }),
    {
      head: headText(scene, 'age', 'AGE'),
      width: 6,
      gap: 1,
      right: true,
      cell: (shard) => (shard.lagMs === undefined ? UNKNOWN : ageText(shard.lagMs)),
    },
  ];
}

function placeColumns(scene: StreamScene, isWide: boolean): readonly ShardColumn[] {
  const { glyphs, theme } = scene.setting;
  // One cell more, for the sign of heat: colour is never alone.
  const width = 1 + Math.max(4, ...scene.shards.map((shard) => shard.name.length));
  const sign = (shard: ShardFigures) => (shard.heat === 'hot' ? glyphs.warn : shard.heat === 'warm' ? '+' : '');
  const range: ShardColumn = {
    head: 'HASH RANGE',
    width: 10,
    gap: 0,
    leaves: 4,
    widthMax: isWide ? 32 : 10,
    cell: ({ from, to }, cells) => rangeBar(from, to, cells, glyphs),
    ink: () => theme.dim,
  };
  return [
    {
      head: headText(scene, 'id', 'ID'),
      width,
      gap: 0,
      cell: (shard) => shard.name + sign(shard),
      ink: (shard) => heatInk(theme, shard.heat),
    },
    range,
  ];
}

/** A bar and a figure of the nearest limit: of writes, and where there is room to say which, of reads too. */
function capacityColumns(scene: StreamScene, isWide: boolean): readonly ShardColumn[] {
  const { glyphs, theme } = scene.setting;
  const share = (shard: ShardFigures) => (isWide ? Math.max(shard.writeShare, shard.readShare) : shard.writeShare);
  const ink = (shard: ShardFigures) => heatInk(theme, shard.heat);
  const letter = (shard: ShardFigures) => (isWide ? ` ${share(shard) > 0 ? shard.binding : ' '}` : '');
  return [
    {
      head: headText(scene, 'capacity', 'CAPACITY'),
      width: isWide ? 10 : 8,
      gap: isWide ? 1 : 2,
      leaves: 6,
      cell: (shard, cells) => bar(share(shard), cells, glyphs),
      ink,
    },
    {
      head: '',
      width: isWide ? 6 : 4,
      gap: 1,
      right: true,
      leaves: 7,
      cell: (shard) => `${percentText(share(shard))}${letter(shard)}`,
      ink,
    },
  ];
}

function troubleColumns(
  scene: StreamScene,
  { saysState, knowsAll }: { readonly saysState: boolean; readonly knowsAll: boolean },
): readonly ShardColumn[] {
  const { glyphs, theme } = scene.setting;
  const throttled: ShardColumn = {
    head: headText(scene, 'thr', 'THR'),
    width: 4,
    gap: 1,
    right: true,
    leaves: 5,
    cell: (shard) => (knowsAll ? briefOrDot(shard.throttledPerMinute) : UNKNOWN),
    ink: (shard) => (shard.throttledPerMinute > 0 ? theme.bad : undefined),
  };
  const state: ShardColumn = {
    head: 'STATE',
    width: 7,
    gap: 1,
    right: true,
    leaves: 1,
    cell: (shard) => stateText(shard, glyphs.warn),
    ink: (shard) => heatInk(theme, shard.heat),
  };
  return saysState ? [throttled, state] : [throttled];
}

/** The state in a word, so that colour is never alone. */
function stateText(shard: ShardFigures, warn: string): string {
  if (!shard.isOpen) return 'closed';
  return shard.heat === 'hot' ? `${warn}${warn} HOT` : shard.heat === 'warm' ? `${warn} warm` : 'open';
}

function headText({ state, setting: { glyphs } }: StreamScene, name: SortName, text: string): string {
  if (state.sort !== name) return text;
  return text + (state.isReversed ? glyphs.sortedUp : glyphs.sortedDown);
}

function briefOrDot(count: number): string {
  return count === 0 ? NOTHING : briefCount(count);
}

function countOrDot(count: number): string {
  return count < 0.05 ? NOTHING : countText(count);
}
