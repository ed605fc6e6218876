/** The key space over time, newest line first, with the shards' borders and the heaviest keys. Pure. */
import { heatCells, resampled } from '../key-space.ts';
import type { Row, StreamScene } from '../scene.ts';
import { spread, toWidth } from '../text.ts';
import { filled, titledRule } from './frame-parts.ts';
import { shardBorders } from './heat-strip.ts';
import { keyRow } from './shard-detail.ts';

const KEY_ROWS_MAX = 8;

/** Exactly `height` rows of `width`. */
export function keySpaceScreen(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { stream, setting, state, shard } = scene;
  const { theme, glyphs } = setting;
  const label = 7;
  const cells = width - label - 2;
  const keys = stream.keys;
  const keyRows =
    keys.length === 0
      ? [toWidth('   no key is heavy', width)]
      : keys.slice(0, KEY_ROWS_MAX).map((key) => keyRow(scene, key, width));
  const room = Math.max(1, height - keyRows.length - 4);
  const lines = stream.keySpace.slice(0, room).map((parts) => resampled(parts, cells));
  const max = Math.max(1, ...lines.flat());
  const title = spread(
    `  HASH KEY SPACE  a line each ${state.intervalMs / 1_000} s, newest first`,
    `h: ${state.heatStyle}  cool ${glyphs.levels.join('')} hot `,
    width,
  );
  const open = stream.shards.filter((one) => one.isOpen).sort((a, b) => a.from - b.from);
  const rows = lines.map((loads, i) => {
    const ago = i === 0 ? 'now' : `-${Math.round((i * state.intervalMs) / 1_000)} s`;
    return `${theme.dim(toWidth(` ${ago}`, label))} ${heatCells(loads, max, scene)} `;
  });
  return filled(
    [
      theme.head(title),
      theme.dim(toWidth(`${' '.repeat(label + 1)}${shardBorders(open, cells, glyphs.isAscii)}`, width)),
      selectedRow(shard, { cells, label, width }),
      ...filled(rows, room, width),
      titledRule(scene, 'heaviest partition keys, by part of their shard', width),
      ...keyRows,
    ],
    height,
    width,
  );
}

/** Marks the selected shard's range under the borders. */
function selectedRow(
  shard: StreamScene['shard'],
  { cells, label, width }: { readonly cells: number; readonly label: number; readonly width: number },
): Row {
  if (shard === undefined) return toWidth('', width);
  const first = Math.floor(shard.from * cells);
  const last = Math.max(first + 1, Math.ceil(shard.to * cells));
  return toWidth(`${toWidth(` ${shard.name}`, label + 1)}${' '.repeat(first)}${'^'.repeat(last - first)}`, width);
}
