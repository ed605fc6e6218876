/** The top lines: where this is, how the stream does, whether the figures are live. Pure. */
import { clockTime } from '../../runtime/calendar.ts';
import type { StreamFigures } from '../figures.ts';
import { ageText, bitsText, bytesText, countText, hoursText, NOTHING, UNKNOWN } from '../format.ts';
import type { Row, Scene, StreamScene } from '../scene.ts';
import { filterOf } from '../state.ts';
import { safeText, spread, toWidth, widthOf } from '../text.ts';

/** ` sluice top  local › orders   ACTIVE  8 shards …      12:04:31  ● 2 s `. */
export function headerRow(scene: Scene, stream: StreamFigures | undefined, width: number): Row {
  const { theme } = scene.setting;
  const { text: right, isBad } = liveText(scene, width);
  const ink = isBad ? theme.bad : theme.dim;
  const room = width - widthOf(right) - 1;
  if (room < 1) return ink(toWidth(right, width));
  return `${theme.title(toWidth(leftText(scene, stream), room))} ${ink(right)}`;
}

function leftText({ setting, state, board }: Scene, stream: StreamFigures | undefined): string {
  const place = stream === undefined ? setting.target : `${setting.target} › ${safeText(stream.name)}`;
  const parts = [` sluice top  ${safeText(place)} `];
  if (stream !== undefined) {
    const shards = stream.openShards === 1 ? '1 shard' : `${countText(stream.openShards)} shards`;
    const mode = stream.isOnDemand ? 'on-demand' : 'provisioned';
    parts.push(stream.status, shards, mode, hoursText(stream.retentionHours));
  }
  if (board?.source.trouble !== undefined) parts.push(safeText(board.source.trouble));
  const filter = filterOf(state);
  if (filter !== '') parts.push(`/${safeText(filter)}`);
  return parts.join('  ');
}

/** The right end: the time, and what the figures are worth. */
function liveText(scene: Scene, width: number): { readonly text: string; readonly isBad: boolean } {
  const { state, link, nowMs, setting, board, zone } = scene;
  const dot = setting.glyphs.live;
  const limitedMs = board?.source.limitedMs;
  const interval = limitedMs === undefined ? `${state.intervalMs / 1_000}s` : `${limitedMs / 1_000}s (limited)`;
  if (link.state === 'lost') {
    const since = ageText(nowMs - link.sinceMs);
    const retry = Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1_000));
    const text = `${dot} DISCONNECTED ${since}${width < 60 ? '' : `, retry in ${retry} s`} `;
    return { text, isBad: true };
  }
  const time = clockTime(board?.atMs ?? nowMs, zone).slice(0, 8);
  if (state.pausedAtMs !== undefined)
    return { text: `${time}  PAUSED ${ageText(nowMs - state.pausedAtMs)} `, isBad: true };
  if (link.state === 'connecting') return { text: `${time}  connecting `, isBad: false };
  return { text: `${time}  ${dot} ${interval} `, isBad: false };
}

/** `3.0 MB` or bits, as chosen. */
export function sizeText(scene: Scene, bytes: number): string {
  return scene.state.inBits ? bitsText(bytes) : bytesText(bytes);
}

/** A rate of bytes: `1.0 MB`, or a dot for none. */
export function rateText(scene: Scene, bytesPerSecond: number): string {
  return bytesPerSecond < 0.5 ? NOTHING : sizeText(scene, bytesPerSecond);
}

/** ` in  3.0 MB/s  2,914 rec/s │ out  6.0 MB/s │ throttled 12/min ▲ │ lag max 4.2 s `. */
export function totalsRow(scene: StreamScene, width: number): Row {
  const { stream, setting, board } = scene;
  const { glyphs, theme } = setting;
  const knowsOut = board.source.kind === 'daemon';
  const late = board.cloudWatch?.stream === stream.name ? board.cloudWatch.figures : undefined;
  const bytesOut = knowsOut ? stream.bytesOut : late?.bytesOut;
  const out = bytesOut === undefined ? UNKNOWN : `${sizeText(scene, bytesOut)}/s`;
  const refused = knowsOut ? stream.throttledPerMinute : late?.throttledPerMinute;
  const throttled =
    refused === undefined ? UNKNOWN : `${countText(refused)}/min${refused > 0 ? ` ${glyphs.warn}` : ''}`;
  const lagMs = late?.lagMs ?? stream.lagMs;
  const lag = lagMs === undefined ? UNKNOWN : ageText(lagMs);
  const old = late === undefined ? [] : [`${ageText(Math.max(0, board.atMs - late.atMs))} old`];
  const wall = ` ${glyphs.wall} `;
  const parts = [
    ` in  ${sizeText(scene, stream.bytesIn)}/s  ${countText(stream.recordsIn)} rec/s`,
    `out  ${out}`,
    `throttled ${throttled}`,
    `${knowsOut || late !== undefined ? 'lag max' : 'behind'} ${lag}`,
    ...old,
  ];
  const text = toWidth(parts.join(wall), width);
  return stream.throttledPerMinute > 0 ? theme.warn(text) : text;
}

/** The first line of the wide layout: the server rather than the stream. */
export function wideHeaderRow(scene: Scene, width: number): Row {
  const { setting, board } = scene;
  const { theme } = setting;
  const count = board?.streams.length ?? 0;
  const parts = [` sluice top   ${safeText(setting.target)}`];
  if (setting.endpoint !== setting.target) parts.push(setting.endpoint);
  parts.push(count === 1 ? '1 stream' : `${count} streams`);
  if (board !== undefined) parts.push(board.source.label);
  if (board?.source.rssBytes !== undefined) parts.push(`rss ${bytesText(board.source.rssBytes)}`);
  if (board?.source.trouble !== undefined) parts.push(safeText(board.source.trouble));
  const { text, isBad } = liveText(scene, width);
  const right = `${text}  ${setting.isReadOnly ? 'read-only' : 'read-write'} `;
  const line = spread(toWidth(parts.join('   '), width - widthOf(right) - 1), right, width);
  return isBad ? theme.bad(line) : theme.title(line);
}
