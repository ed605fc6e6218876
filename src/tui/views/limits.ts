/** How much of what its shards allow a stream uses, and what to do about it. Pure. */

import {
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_READS_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../../model/limits.ts';
import { adviceLines } from '../advice.ts';
import { percentText } from '../format.ts';
import { bar } from '../glyphs.ts';
import type { Row, StreamScene } from '../scene.ts';
import { toWidth } from '../text.ts';
import { filled } from './frame-parts.ts';

/** Exactly `height` rows of `width`. */
export function limitsPane(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { stream, setting } = scene;
  const { glyphs, theme } = setting;
  const open = Math.max(1, stream.openShards);
  const shares: readonly (readonly [string, number])[] = [
    ['write MB/s', stream.bytesIn / (open * SHARD_WRITE_BYTES_PER_SECOND)],
    ['write rec/s', stream.recordsIn / (open * SHARD_WRITE_RECORDS_PER_SECOND)],
    ['read MB/s', stream.bytesOut / (open * SHARD_READ_BYTES_PER_SECOND)],
    ['GetRecords', stream.reads / (open * SHARD_READS_PER_SECOND)],
  ];
  const cells = Math.max(4, width - 22);
  const rows = shares.map(([name, share]) => {
    const ink = share >= 0.95 ? theme.bad : share >= 0.8 ? theme.warn : (text: string) => text;
    return `${toWidth(`   ${name}`, 15)}${ink(bar(share, cells, glyphs))}${toWidth(` ${percentText(share)}`, width - 15 - cells)}`;
  });
  const advice = adviceLines(stream).map((line) => toWidth(`   ${line}`, width));
  return filled(
    [
      theme.head(toWidth(' LIMITS of all open shards', width)),
      ...rows,
      toWidth('', width),
      theme.head(toWidth('   advice', width)),
      ...advice,
    ],
    height,
    width,
  );
}
