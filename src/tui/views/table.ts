/** Tables of an exact width: columns leave in a given order when there is no room, and some take what is left. Pure. */
import type { Row } from '../scene.ts';
import { toWidth, toWidthRight, widthOf } from '../text.ts';

export interface Column<R> {
  readonly head: string;
  readonly width: number;
  /** Cells in front of it; 2 unless given. */
  readonly gap?: number;
  readonly right?: boolean;
  /** Columns with the lowest number leave first; those without one stay. */
  readonly leaves?: number;
  /** May become as wide as this. */
  readonly widthMax?: number;
  /** As wide as the column, whatever it holds. */
  readonly cell: (row: R, width: number) => string;
  /** Colours the cell. */
  readonly ink?: ((row: R) => ((text: string) => string) | undefined) | undefined;
}

const spanOf = <R>(column: Column<R>) => column.width + (column.gap ?? 2);
const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);

/** The columns that fit into `width`, the growing ones widened into what is left, in the order given. */
export function fitColumns<R>(columns: readonly Column<R>[], width: number): readonly Column<R>[] {
  let kept = columns;
  while (sum(kept.map(spanOf)) > width) {
    const orders = kept.flatMap((column) => column.leaves ?? []);
    if (orders.length === 0) break;
    const first = Math.min(...orders);
    kept = kept.filter((column) => column.leaves !== first);
  }
  let left = width - sum(kept.map(spanOf));
  return kept.map((column) => {
    if (column.widthMax === undefined || left <= 0) return column;
    const more = Math.min(left, column.widthMax - column.width);
    left -= more;
    return { ...column, width: column.width + more };
  });
}

/** The heads of the columns, one line. A head with its arrow may reach into the gap beside its column. */
export function headRow<R>(columns: readonly Column<R>[], width: number): Row {
  let line = '';
  let end = 0;
  for (const { head, width: cellWidth, gap = 2, right } of columns) {
    const begin = end + gap;
    end = begin + cellWidth;
    line = right ? line.padEnd(end - widthOf(head)) + head : line.padEnd(begin) + head;
  }
  return toWidth(line, width);
}

/** One line of the table. A column too many is cut off; colours do not count. */
export function bodyRow<R>(columns: readonly Column<R>[], row: R, width: number): Row {
  let line = '';
  let used = 0;
  for (const { width: cellWidth, gap = 2, right, cell, ink } of columns) {
    const room = Math.min(cellWidth, width - used - gap);
    if (room <= 0) break;
    const text = right ? toWidthRight(cell(row, room), room) : toWidth(cell(row, room), room);
    line += ' '.repeat(gap) + (ink?.(row)?.(text) ?? text);
    used += gap + room;
  }
  return line + ' '.repeat(Math.max(0, width - used));
}
