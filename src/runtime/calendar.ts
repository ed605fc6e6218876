/** Dates for people and for headers: between epoch milliseconds and text. Only runtime/ and wire/ touch Date. */

/** 'utc', or 'local' for the zone of the machine. */
export type Zone = 'utc' | 'local';

export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

/** 2026-11-20T12:04:31.207Z. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** 20261120T120431Z, the form of the header x-amz-date. */
export function compactTime(epochMs: number): string {
  return isoTime(epochMs).replace(/[-:]|\.\d{3}/g, '');
}

/** Sat, 21 Nov 2026 10:22:56 GMT, the form of the header Date. */
export function httpDate(epochMs: number): string {
  return new Date(epochMs).toUTCString();
}

/** The instant of an HTTP date (Sat, 21 Nov 2026 10:22:56 GMT); undefined for anything else. */
export function epochOfHttpDate(text: string): number | undefined {
  const ms = /^[A-Z][a-z]{2}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** 12:04:31.207 in the zone. */
export function clockTime(epochMs: number, zone: Zone): string {
  const { hour, minute, second, ms } = civilTime(epochMs, zone);
  return `${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, '0')}`;
}

/** The calendar's fields of an instant. */
export function civilTime(epochMs: number, zone: Zone): CivilTime {
  const date = new Date(zone === 'utc' ? epochMs : epochMs - new Date(epochMs).getTimezoneOffset() * 60_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
  };
}

/** The instant of a calendar time, or undefined when there is no such day or hour (31 February, 25:00). */
export function epochOf(time: CivilTime, zone: Zone): number | undefined {
  const { year, month, day, hour, minute, second, ms } = time;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const back = civilTime(utc, 'utc');
  if (back.month !== month || back.day !== day || back.hour !== hour || back.minute !== minute || second > 59) return;
  return zone === 'utc' ? utc : new Date(year, month - 1, day, hour, minute, second, ms).getTime();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The instant of 20261120T120431Z, or undefined for what is not of that form. */
export function parseCompactTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const time = { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second!, ms: 0 };
  return epochOf(time, 'utc');
}

/** Forms of time that name their zone: the header Date, RFC 3339, and certificates as OpenSSL prints them. */
const ZONED_FORMS = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/,
];

/** The instant of `Fri, 20 Nov 2026 12:04:31 GMT`, `2026-11-20T12:04:31Z` or `Nov 20 12:04:31 2026 GMT`, or undefined. */
export function parseZonedTime(text: string): number | undefined {
  const epochMs = ZONED_FORMS.some((form) => form.test(text)) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
