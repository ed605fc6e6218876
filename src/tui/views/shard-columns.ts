/** The columns of the table of shards, in the order in which they stand. Pure. */
import type { ShardFigures } from '../figures.ts';
import { ageText, countText, NOTHING, percentText, UNKNOWN } from '../format.ts';
import { bar, rangeBar, sparkline } from '../glyphs.ts';
import type { StreamScene } from '../scene.ts';
import type { SortName } from '../state.ts';
import { heatInk } from '../theme.ts';
import { rateText } from './header.ts';
import type { Column } from './table.ts';

type ShardColumn = Column<ShardFigures>;

/** Below this the figures that only operators of a large window have room for stay away. */
const WIDE_CELLS = 86;

/** What fits into `inner` cells is chosen later; columns leave in the order sparkline, range, THR, capacity. */
export function shardColumns(scene: StreamScene, inner: number): readonly ShardColumn[] {
  const isWide = inner >= WIDE_CELLS || scene.state.isWide;
  const knowsAll = scene.board.source.kind === 'daemon';
  const countIn: ShardColumn = {
    head: headText(scene, 'rec', 'REC/s'),
    width: 6,
    gap: 1,
    right: true,
    cell: (shard) => countOrDot(shard.recordsIn),
  };
  const bytesOut: ShardColumn = {
    head: headText(scene, 'out', 'OUT/s'),
    width: 7,
    right: true,
    leaves: 1,
    cell: (shard) => (knowsAll ? rateText(scene, shard.bytesOut) : UNKNOWN),
  };
  return [
    ...placeColumns(scene, isWide),
    {
      head: headText(scene, 'in', 'IN/s'),
      width: 7,
      right: true,
      cell: (shard) => rateText(scene, shard.bytesIn),
    },
    countIn,
    ...capacityColumns(scene, isWide),
    {
      head: isWide ? '60 s IN' : '60 s',
      width: 16,
      leaves: 3,
      cell: ({ minute }) => sparkline(minute, scene.setting.glyphs),
    },
    ...(isWide ? [bytesOut] : []),
    ...troubleColumns(scene, { isWide, knowsAll }),
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
  const width = Math.max(4, ...scene.shards.map((shard) => shard.name.length));
  const range: ShardColumn = {
    head: 'HASH RANGE',
    width: 10,
    gap: 1,
    leaves: 4,
    widthMax: isWide ? 16 : 10,
    cell: ({ from, to }, cells) => rangeBar(from, to, cells, glyphs),
    ink: () => theme.dim,
  };
  return [
    {
      head: headText(scene, 'id', 'ID'),
      width,
      gap: 0,
      cell: (shard) => shard.name,
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
      width: 8,
      leaves: 6,
      widthMax: isWide ? 10 : 8,
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
  { isWide, knowsAll }: { readonly isWide: boolean; readonly knowsAll: boolean },
): readonly ShardColumn[] {
  const { glyphs, theme } = scene.setting;
  const throttled: ShardColumn = {
    head: headText(scene, 'thr', 'THR'),
    width: 4,
    gap: 1,
    right: true,
    leaves: 5,
    cell: (shard) => (knowsAll ? countOrDot(shard.throttledPerMinute) : UNKNOWN),
    ink: (shard) => (shard.throttledPerMinute > 0 ? theme.bad : undefined),
  };
  const state: ShardColumn = {
    head: 'STATE',
    width: 7,
    gap: 1,
    right: true,
    leaves: 2,
    cell: (shard) => stateText(shard, glyphs.warn),
    ink: (shard) => heatInk(theme, shard.heat),
  };
  return isWide ? [throttled, state] : [throttled];
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

function countOrDot(count: number): string {
  return count < 0.05 ? NOTHING : countText(count);
}
