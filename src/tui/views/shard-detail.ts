/** One shard on the whole screen: figures, its minute, its keys, where it came from and what reads it. Pure. */
import { clockTime } from '../../runtime/calendar.ts';
import type { ShardFigures } from '../figures.ts';
import { ageText, bytesText, countText, percentText, shortHash, UNKNOWN } from '../format.ts';
import { bar, columnChart, rangeBar } from '../glyphs.ts';
import { heatCells, resampled } from '../key-space.ts';
import type { Row, StreamScene } from '../scene.ts';
import { spread, toWidth } from '../text.ts';
import { heatInk } from '../theme.ts';
import { filled, titledRule } from './frame-parts.ts';
import { rateText } from './header.ts';

const CHART_LINES_MAX = 16;

/** Exactly `height` rows of `width`. */
export function shardDetail(scene: StreamScene, width: number, height: number): readonly Row[] {
  const { shard } = scene;
  if (shard === undefined) return filled([toWidth('  no shard is selected', width)], height, width);
  const [facts, keys] = [factRows(scene, shard, width), keyRows(scene, shard, width)];
  // Titles of the chart and of the range, and the range; the chart takes what is left.
  const lines = Math.max(3, Math.min(CHART_LINES_MAX, height - facts.length - keys.length - 3));
  return filled([...facts, ...minuteRows(scene, shard, { columns: width, rows: lines }), ...keys], height, width);
}

function factRows(scene: StreamScene, shard: ShardFigures, width: number): readonly Row[] {
  const { theme, glyphs } = scene.setting;
  const ink = heatInk(theme, shard.heat);
  const knowsAll = scene.board.source.kind === 'daemon';
  const share = percentText(shard.to - shard.from);
  const heat = shard.heat === 'cool' ? '' : `  ${glyphs.warn} ${shard.heat.toUpperCase()}`;
  const out = knowsAll ? `${rateText(scene, shard.bytesOut)}/s  ${countText(shard.recordsOut)} rec/s` : UNKNOWN;
  const lines: readonly string[] = [
    `   range    ${rangeBar(shard.from, shard.to, Math.max(8, Math.min(48, width - 40)), glyphs)}  ${share} of 2^128`,
    `            ${shortHash(shard.start)} to ${shortHash(shard.end)}`,
    `   in       ${rateText(scene, shard.bytesIn)}/s  ${countText(shard.recordsIn)} rec/s    ${bar(shard.writeShare, 12, glyphs)} ${percentText(shard.writeShare)} of what it may take`,
    `   out      ${out}    ${knowsAll ? `${countText(shard.reads)} GetRecords/s of 5` : ''}`,
    `   refused  ${knowsAll ? `${countText(shard.throttledPerMinute)} in the last minute` : UNKNOWN}`,
    `   lag      ${shard.lagMs === undefined ? `${UNKNOWN}  nobody reads` : ageText(shard.lagMs)}`,
    `   kept     ${storedText(scene, shard)}`,
    `   lineage  ${lineageText(scene, shard)}`,
  ];
  return [
    ink(toWidth(`  ${shard.id}  ${shard.isOpen ? 'OPEN' : 'CLOSED'}${heat}`, width)),
    ...lines.map((line) => toWidth(line, width)),
  ];
}

function storedText({ zone, board }: StreamScene, shard: ShardFigures): string {
  const { firstMs, lastMs, storedBytes, storedRecords } = shard;
  const amount =
    storedBytes === undefined
      ? ''
      : `${bytesText(storedBytes)}${storedRecords === undefined ? '' : ` in ${countText(storedRecords)} records`}  `;
  if (firstMs === undefined || lastMs === undefined) return amount || UNKNOWN;
  return `${amount}oldest ${ageText(board.atMs - firstMs)}, newest ${ageText(board.atMs - lastMs)} (${clockTime(lastMs, zone).slice(0, 8)})`;
}

function lineageText({ stream }: StreamScene, shard: ShardFigures): string {
  const name = (index: number) => String(index).padStart(4, '0');
  const children = stream.shards.filter((one) => one.parents.includes(shard.index)).map((one) => one.name);
  const parents = shard.parents.map(name).join(' and ');
  return `${parents === '' ? 'from the stream’s creation' : `from ${parents}`}${children.length === 0 ? '' : `, became ${children.join(' and ')}`}`;
}

function minuteRows(
  scene: StreamScene,
  shard: ShardFigures,
  { columns: width, rows }: { readonly columns: number; readonly rows: number },
): readonly Row[] {
  const { glyphs, theme } = scene.setting;
  const cells = Math.max(16, width - 12);
  const shown = resampled(shard.minute, cells).map((sum) => (sum * cells) / shard.minute.length);
  const max = Math.max(1, ...shown);
  const lines = columnChart(shown, max, rows, glyphs);
  return [
    titledRule(scene, 'bytes in, last 60 s', width),
    ...lines.map(
      (line, i) =>
        `${theme.dim(toWidth(i === 0 ? ` ${bytesText(max)}` : i === rows - 1 ? ' 0' : '', 10))} ${theme.key(line)} `,
    ),
    titledRule(scene, 'load over its hash range', width),
    `   ${heatCells(resampled(shard.buckets, Math.max(1, width - 6)), Math.max(1, ...resampled(shard.buckets, Math.max(1, width - 6))), scene)}   `,
  ];
}

function keyRows(scene: StreamScene, shard: ShardFigures, width: number): readonly Row[] {
  const keys = scene.stream.keys.filter((key) => key.shard === shard.index);
  const title = titledRule(scene, 'heaviest partition keys', width);
  if (keys.length === 0) return [title, toWidth('   none is heavy', width)];
  return [title, ...keys.map((key) => keyRow(scene, key, width))];
}

/** A key with its part of its shard. */
export function keyRow(scene: StreamScene, key: StreamScene['stream']['keys'][number], width: number): Row {
  const share =
    key.share === undefined
      ? UNKNOWN
      : `${bar(key.share, 16, scene.setting.glyphs)} ${percentText(key.share).padStart(4)}`;
  const place = String(key.shard).padStart(4, '0');
  return spread(toWidth(`   ${place}  ${key.name}`, Math.max(12, width - 28)), `${share}   `, width);
}
