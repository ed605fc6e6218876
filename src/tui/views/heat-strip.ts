/** The hash space in one line, and the same with its shards named below. Pure. */
import type { ShardFigures } from '../figures.ts';
import { heatCells, resampled } from '../key-space.ts';
import type { Row, StreamScene } from '../scene.ts';
import { spread, toWidth } from '../text.ts';
import { filled } from './frame-parts.ts';

/** ` keys 0 ▁▁▂▃▂…█▂▁ 2^128  `. */
export function heatStrip(scene: StreamScene, width: number): Row {
  const [left, right] = [' keys 0 ', ' 2^128  '];
  const cells = Math.max(1, width - left.length - right.length);
  const loads = resampled(scene.stream.keySpace[0] ?? [], cells);
  return left + heatCells(loads, Math.max(...loads), scene) + right;
}

/** Title, map and the shards' borders, then one line a heavy key as far as there is room. */
export function heatPane(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { stream, setting } = scene;
  const { glyphs, theme } = setting;
  const cells = width - 2;
  const loads = resampled(stream.keySpace[0] ?? [], cells);
  const legend = `cool ${glyphs.levels.join('')} hot   h: ${scene.state.heatStyle}   K: list `;
  const title = spread(` HASH KEY SPACE   bytes/s per 1/${cells} of 2^128`, legend, width);
  const open = stream.shards.filter((shard) => shard.isOpen).sort((a, b) => a.from - b.from);
  const rows = [
    theme.head(title),
    ` ${heatCells(loads, Math.max(...loads), scene)} `,
    theme.dim(` ${shardBorders(open, cells, glyphs.isAscii)} `),
    ...stream.keys.slice(0, 5).map((key) => {
      const share =
        key.share === undefined ? '' : `${Math.round(key.share * 100)} % of ${String(key.shard).padStart(4, '0')}`;
      return spread(toWidth(`   ${key.name}`, Math.max(10, width - 24)), `${share}  `, width);
    }),
  ];
  return filled(rows, height, width);
}

/** `└0000───┴0001───┘`: where shards begin, as far as their names fit. */
export function shardBorders(open: readonly ShardFigures[], cells: number, isAscii: boolean): string {
  const [first, wall, last, line] = isAscii ? ['+', '+', '+', '-'] : ['└', '┴', '┘', '─'];
  const signs = new Array<string>(cells).fill(line!);
  for (const [i, shard] of open.entries()) {
    const at = Math.min(cells - 1, Math.floor(shard.from * cells));
    const end = Math.floor((open[i + 1]?.from ?? 1) * cells);
    signs[at] = i === 0 ? first! : wall!;
    if (end - at > shard.name.length) for (const [j, sign] of [...shard.name].entries()) signs[at + 1 + j] = sign;
  }
  signs[cells - 1] = last!;
  return signs.join('');
}
