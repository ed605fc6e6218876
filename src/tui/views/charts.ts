/** Ten minutes of a stream, in and out, as filled columns. Pure. */

import { countText, UNKNOWN } from '../format.ts';
import { columnChart } from '../glyphs.ts';
import { resampled } from '../key-space.ts';
import type { Row, StreamScene } from '../scene.ts';
import { toWidth, toWidthRight } from '../text.ts';
import { beside, filled } from './frame-parts.ts';
import { sizeText } from './header.ts';

const LABEL = 8;

/** Both charts side by side; exactly `height` rows. */
export function chartPane(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { stream, setting, board } = scene;
  const left = Math.floor((width - 1) / 2);
  const right = width - 1 - left;
  const peak = Math.max(...stream.historyIn);
  const inTitle = ` IN  ${sizeText(scene, stream.bytesIn)}/s   ${countText(stream.recordsIn)} rec/s   peak ${sizeText(scene, peak)}/s (10 min)`;
  const read = board.readMs === undefined ? '' : `   GetRecords p99 ${board.readMs.toFixed(1)} ms`;
  const outTitle =
    board.source.kind === 'daemon'
      ? ` OUT  ${sizeText(scene, stream.bytesOut)}/s   ${countText(stream.recordsOut)} rec/s${read}`
      : ` OUT  ${UNKNOWN} (only the server knows)`;
  return beside(
    [
      chart(scene, { title: inTitle, values: stream.historyIn }, { columns: left, rows: height }),
      chart(scene, { title: outTitle, values: stream.historyOut }, { columns: right, rows: height }),
    ],
    setting.theme.dim(setting.glyphs.wall),
  );
}

interface Series {
  readonly title: string;
  readonly values: readonly number[];
}

/** Title, columns with their scale at the left, time below. */
export function chart(
  scene: StreamScene,
  { title, values }: Series,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly Row[] {
  const { glyphs, theme } = scene.setting;
  const cells = Math.max(1, columns - LABEL - 1);
  // Each column is the mean of what it covers.
  const shown = resampled(values, cells).map((sum) => (sum * cells) / values.length);
  const max = Math.max(1, ...shown);
  const lines = Math.max(1, rows - 2);
  const body = columnChart(shown, max, lines, glyphs).map((line, i) => {
    const label = i === 0 ? sizeText(scene, max) : i === lines - 1 ? '0' : '';
    return `${theme.dim(toWidthRight(label, LABEL - 1))} ${theme.key(line)} `;
  });
  const middle = Math.floor(cells / 2);
  const axis = `${' '.repeat(LABEL)}${toWidth('-10m', middle)}${toWidth('-5m', Math.max(0, cells - middle - 3))}now `;
  return filled([theme.head(toWidth(title, columns)), ...body, theme.dim(toWidth(axis, columns))], rows, columns);
}
