/** What people write for durations, sizes, counts and shards, as values. Pure; a bad value is a usage error. */
import { shardId } from '../model/shard.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { usageError } from './cli-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;

/** Milliseconds: `15m`, `1h30m`, `500ms`; a bare number is seconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  throw usageError(`"${text}" is no duration`, 'Write for example 500ms, 30s, 15m, 1h30m or 2d.');
}

/** As parseDuration, but undefined for what is none. */
export function durationMs(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * SECOND_MS;
  if (!DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) ms += Number(amount) * UNIT_MS[unit!]!;
  return ms;
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** Bytes: `B KB MB GB` count in thousands, `KiB MiB GiB` in 1,024s. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  const unit = match === null ? undefined : UNIT_BYTES[match[2]!.toLowerCase()];
  if (match === null || unit === undefined) {
    throw usageError(`"${text}" is no size`, 'Write for example 500KB, 1MiB or 2GB.');
  }
  return Math.round(Number(match[1]) * unit);
}

/** A segment of a server's folder by the name of its file: 16 hex digits, with or without `.seg`. */
export function parseSegment(text: string): number {
  if (/^[0-9a-f]{1,16}(\.seg)?$/.test(text)) return Number.parseInt(text, 16);
  throw usageError(`"${text}" is no segment`, 'Write its name as `sluice serve verify` shows it: 0000000000000003.');
}

/** So many records or bytes a second. */
export interface Rate {
  readonly unit: 'records' | 'bytes';
  readonly perSecond: number;
}

/** Records a second as a number (`500`, `500/s`), bytes a second as a size (`2MB/s`). */
export function parseRate(text: string): Rate {
  const amount = text.replace(/\/s$/, '');
  const isNumber = /^\d+(\.\d+)?$/.test(amount);
  const perSecond = isNumber ? Number(amount) : /^\d.*[a-z]$/i.test(amount) ? parseSize(amount) : 0;
  if (perSecond > 0) return { unit: isNumber ? 'records' : 'bytes', perSecond };
  throw usageError(`"${text}" is no rate`, 'Write for example 500/s or 2MB/s.');
}

/** A whole number of at least 1. */
export function parseCount(text: string): number {
  const count = wholeNumber(text);
  if (count === undefined || count < 1) throw usageError(`"${text}" is no count`, 'Write a whole number, at least 1.');
  return count;
}

/** A whole number of at least 0. */
export function parseWhole(text: string): number {
  const count = wholeNumber(text);
  if (count === undefined) throw usageError(`"${text}" is no count`, 'Write a whole number.');
  return count;
}

/** A whole number of at least 0, or undefined for what is none. */
export function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A TCP port, 0 for any free one. */
export function parsePort(text: string): number {
  const port = wholeNumber(text);
  if (port === undefined || port > 65_535) throw usageError(`"${text}" is no port`, 'Write a number from 0 to 65535.');
  return port;
}

/** The API's id of a shard: `3`, `0003` and the id itself are the same. */
export function parseShard(text: string): string {
  const index = shardIndex(text);
  if (index === undefined) {
    const hint = 'Write its number (3 or 0003), its id (shardId-000000000003), hottest or coldest.';
    throw usageError(`"${text}" is no shard`, hint);
  }
  return shardId(index);
}

function shardIndex(text: string): number | undefined {
  return wholeNumber(text.startsWith('shardId-') ? text.slice('shardId-'.length) : text);
}

/** `0003` for shardId-000000000003: how a shard is shown. */
export function shortShard(id: string): string {
  const index = shardIndex(id);
  return index === undefined ? id : String(index).padStart(4, '0');
}

/** Which shards are meant: numbers, ids, ranges `0-3`, `all`, separated by commas or given again; undefined for all. */
export function parseShards(texts: readonly string[]): ((id: string) => boolean) | undefined {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim());
  if (parts.length === 0 || parts.includes('all')) return undefined;
  const ranges = parts.map((part) => {
    const range = /^(\d+)-(\d+)$/.exec(part);
    if (range === null) {
      const index = shardIndex(parseShard(part))!;
      return { from: index, to: index };
    }
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (from > to) throw usageError(`"${part}" is no range of shards`, 'Write the smaller number first.');
    return { from, to };
  });
  return (id) => {
    const index = shardIndex(id) ?? -1;
    return ranges.some(({ from, to }) => index >= from && index <= to);
  };
}

/** A stream to create: `name` or `name:shards`. */
export function parseStreamShards(text: string): { readonly name: string; readonly shards: number } {
  const colon = text.indexOf(':');
  if (colon < 0) return { name: text, shards: 1 };
  return { name: text.slice(0, colon), shards: parseCount(text.slice(colon + 1)) };
}

/** 1234567 as `1,234,567`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes for people: `118 B`, `14.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1_000 ** power).toFixed(1)} ${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** Milliseconds for people: `850 ms`, `6.1 s`, `3m20s`, `2h05m`, `3d04h`. */
export function durationText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m${two(Math.floor((ms % MINUTE_MS) / SECOND_MS))}s`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}h${two(Math.floor((ms % HOUR_MS) / MINUTE_MS))}m`;
  return `${Math.floor(ms / DAY_MS)}d${two(Math.floor((ms % DAY_MS) / HOUR_MS))}h`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
