/** What people write for times and positions, as values. Pure: now and the zone are parameters. */
import type { Position } from '../client/position.ts';
import { DAY_MS } from '../model/time.ts';
import { civilTime, epochOf, isoTime, type Zone } from '../runtime/calendar.ts';
import { usageError } from './cli-error.ts';
import { durationMs } from './values.ts';

export interface Moment {
  readonly nowMs: number;
  /** The zone in which a time without one is read. */
  readonly zone: Zone;
}

const STAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const CLOCK = /^(\d\d?):(\d\d)(?::(\d\d))?(Z)?$/i;
const EXAMPLES = 'Write for example 2026-11-19T10:00Z, 10:30, 15m (that long ago), today, now, or epoch seconds.';

/**
 * Epoch milliseconds of a time: RFC 3339, a date, HH:MM (the nearest past), `now`, `today` (since midnight), epoch seconds or milliseconds, or a
 * duration (that long ago). A number that could be both a duration and an epoch time is refused with both readings.
 */
export function parseTime(text: string, moment: Moment): number {
  if (text === 'now') return moment.nowMs;
  if (text === 'today') return startOfDay(moment);
  if (/^\d+$/.test(text)) return epochNumber(text);
  const ago = durationMs(text);
  if (ago !== undefined) return moment.nowMs - ago;
  const time = stampTime(text, moment) ?? pastClockTime(text, moment);
  if (time === undefined) throw usageError(`"${text}" is no time`, EXAMPLES);
  return time;
}

/** True for a time written without a zone, which is read in the terminal's. */
export function hasNoZone(text: string): boolean {
  if (text === 'today') return true;
  const zone = STAMP.exec(text)?.[8] ?? CLOCK.exec(text)?.[4];
  return zone === undefined && (STAMP.test(text) || CLOCK.test(text));
}

/** A time at which to stop: HH:MM is the first one after the time where reading starts, if it starts at one. */
export function parseUntil(text: string, startMs: number | undefined, moment: Moment): number {
  const isClock = CLOCK.test(text) && startMs !== undefined;
  return parseTime(text, isClock ? { ...moment, nowMs: startMs + DAY_MS } : moment);
}

function startOfDay({ nowMs, zone }: Moment): number {
  return epochOf({ ...civilTime(nowMs, zone), hour: 0, minute: 0, second: 0, ms: 0 }, zone) ?? nowMs;
}

/** Ten digits are seconds since 1970, thirteen milliseconds. */
function epochNumber(text: string): number {
  if (text.length === 10) return Number(text) * 1_000;
  if (text.length === 13) return Number(text);
  throw usageError(
    `"${text}" can be read as a time in two ways`,
    `${text}s      ${text} seconds ago`,
    `${isoTime(Number(text.slice(0, 12)) * 1_000)}      ${text} seconds after 1970`,
  );
}

function stampTime(text: string, { zone }: Moment): number | undefined {
  const match = STAMP.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((match[7] ?? '0').padEnd(3, '0').slice(0, 3));
  const offset = match[8]?.toUpperCase();
  const time = { year: year!, month: month!, day: day!, hour, minute, second, ms };
  if (offset === undefined) return epochOf(time, zone);
  const utc = epochOf(time, 'utc');
  if (utc === undefined || offset === 'Z') return utc;
  const sign = offset.startsWith('-') ? -1 : 1;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return utc - sign * minutes * 60_000;
}

function pastClockTime(text: string, { nowMs, zone }: Moment): number | undefined {
  const match = CLOCK.exec(text);
  if (match === null) return undefined;
  const useZone = match[4] === undefined ? zone : 'utc';
  const [hour, minute, second] = match.slice(1, 4).map((part) => Number(part ?? 0));
  const clock = { hour: hour!, minute: minute!, second: second!, ms: 0 };
  const today = epochOf({ ...civilTime(nowMs, useZone), ...clock }, useZone);
  if (today === undefined || today <= nowMs) return today;
  return epochOf({ ...civilTime(nowMs - DAY_MS, useZone), ...clock }, useZone);
}

/** `latest`, `horizon`, `seq:<n>` (that record), `after:<n>` (the one behind it), or a time. */
export function parsePosition(text: string, moment: Moment): Position {
  if (text === 'latest') return { at: 'latest' };
  if (text === 'horizon') return { at: 'horizon' };
  const number = /^(seq|after):(.*)$/.exec(text);
  if (number === null) return { at: 'time', ms: parseTime(text, moment) };
  const sequenceNumber = number[2]!;
  if (!/^(0|[1-9]\d{0,128})$/.test(sequenceNumber)) {
    throw usageError(
      `"${sequenceNumber}" is no sequence number`,
      'Write its decimal digits, as tail -o wide shows them.',
    );
  }
  return { at: number[1] === 'seq' ? 'number' : 'afterNumber', sequenceNumber };
}
