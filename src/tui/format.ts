/** Figures as people read them, short enough for a column. Pure. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';

/** What is shown where nothing is known or nothing happened. */
export const NOTHING = '·';
export const UNKNOWN = '–';

const SIZES = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `0 B`, `388 KB`, `1.0 MB`, at most 6 cells. */
export function bytesText(bytes: number): string {
  let value = Math.max(0, bytes);
  let power = 0;
  while (value >= 999.5 && power < SIZES.length - 1) {
    value /= 1_000;
    power++;
  }
  const digits = power >= 2 && value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${SIZES[power]}`;
}

/** As bytesText, but in bits. */
export function bitsText(bytes: number): string {
  return bytesText(bytes * 8).replace('B', 'b');
}

/** `972`, `2,914`, `58.1k`, `3.2M`: at most 6 cells. */
export function countText(count: number): string {
  const value = Math.max(0, count);
  if (value < 9.95 && value > 0 && Math.round(value) !== value) return value.toFixed(1);
  if (value < 99_999.5) return grouped(Math.round(value));
  return value < 999_500 ? `${Math.round(value / 1_000)}k` : `${(value / 1_000_000).toFixed(value < 99.95e6 ? 1 : 0)}M`;
}

/** `972`, `2.9k`, `58k`: at most 4 cells. */
export function briefCount(count: number): string {
  const value = Math.round(count);
  if (value < 1_000) return String(value);
  if (value < 999_500) return value < 9_950 ? `${(value / 1_000).toFixed(1)}k` : `${Math.round(value / 1_000)}k`;
  return value < 9.95e6 ? `${(value / 1e6).toFixed(1)}M` : `${Math.min(999, Math.round(value / 1e6))}M`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `97%`; what is over 999 is not told apart. */
export function percentText(share: number): string {
  return `${Math.min(999, Math.round(share * 100))}%`;
}

/** `0.9 s`, `75 s`, `12 min`, `3.4 h`, `9 d`: at most 6 cells. */
export function ageText(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(Math.max(0, ms) / SECOND_MS).toFixed(1)} s`;
  if (ms < 100 * SECOND_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < 100 * MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  return ms < 72 * HOUR_MS ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.floor(ms / (24 * HOUR_MS))} d`;
}

/** How long something runs: `14 s`, `2m05s`, `2h14m`, `3d04h`. */
export function uptimeText(ms: number): string {
  const seconds = Math.floor(ms / SECOND_MS);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return `${seconds} s`;
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  return hours < 24 ? `${hours}h${two(minutes % 60)}m` : `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `24h`, `7d`: a retention. */
export function hoursText(hours: number): string {
  return hours > 48 && hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
}

/** `0003` of shardId-000000000003. */
export function shortShard(id: string): string {
  const match = /^shardId-(\d+)$/.exec(id);
  return match === null ? id : String(Number(match[1])).padStart(4, '0');
}

/** `49651…04193`: a sequence number that can be told from its neighbours. */
export function shortNumber(number: string): string {
  return number.length <= 12 ? number : `${number.slice(0, 5)}…${number.slice(-5)}`;
}

/** `1.4887e38`: a hash key that can be said aloud. */
export function shortHash(hash: bigint): string {
  const text = String(hash);
  return text.length <= 8 ? text : `${text[0]}.${text.slice(1, 5)}e${text.length - 1}`;
}
