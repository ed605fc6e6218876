/**
 * The log formats LOGTOJSON knows by name: their fields and what a record must look like. Pure.
 * Sources: https://docs.aws.amazon.com/streams/latest/dev/writing-with-agents.html,
 * https://httpd.apache.org/docs/current/logs.html, RFC 3164 and RFC 5424 for the stamps.
 */
import { type JavaPattern, translateJavaRegex } from './java-regex.ts';

export const LOG_FORMATS = [
  'COMMONAPACHELOG',
  'COMBINEDAPACHELOG',
  'APACHEERRORLOG',
  'SYSLOG',
  'RFC3339SYSLOG',
] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogFormatRules {
  readonly fields: readonly string[];
  /** Must match the whole record without its line end; one group a field. */
  readonly pattern: JavaPattern;
  /** A value of `-` means none. */
  readonly dashIsNull: boolean;
}

const HOST = '[\\w-]+(?:\\.[\\w-]+)*\\.?|[\\d.]+';
const USER = '[a-zA-Z0-9._-]+';
const NUMBER = '[+-]?\\d+|-';
const DAY_OF_MONTH = '0[1-9]|[12]\\d|3[01]|[1-9]';
const MONTH =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const WEEKDAY = '(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)';
const TIME = '(?:2[0-3]|[01]?\\d):[0-5]\\d:(?:[0-5]?\\d|60)(?:[:.,]\\d+)?';
const YEAR = '[1-9]\\d*';

const COMMON =
  `(${HOST}) (${USER}) (${USER}) \\[((?:${DAY_OF_MONTH})/(?:${MONTH})/${YEAR}:${TIME}\\s[+-]?\\d+)\\] ` +
  `"([^"]+)" (${NUMBER}) (${NUMBER})`;
const AFTER_STAMP = ` (?:<\\d+.\\d+> )?(${USER}) ([\\w./%-]+)(?:\\[([1-9]\\d*)\\])?: (.*)`;

const COMMON_FIELDS = ['host', 'ident', 'authuser', 'datetime', 'request', 'response', 'bytes'];
const SYSLOG_FIELDS = ['timestamp', 'hostname', 'program', 'processid', 'message'];

/** The rules of a format, compiled anew at each call. */
export function logFormat(format: LogFormat): LogFormatRules {
  const { source, fields, dashIsNull } = RULES[format];
  return { fields, dashIsNull, pattern: { ...translateJavaRegex(source, 'matches'), timed: 'never' } };
}

interface Rules {
  readonly source: string;
  readonly fields: readonly string[];
  readonly dashIsNull: boolean;
}

const RULES: Readonly<Record<LogFormat, Rules>> = {
  COMMONAPACHELOG: { source: `${COMMON}.*`, fields: COMMON_FIELDS, dashIsNull: true },
  COMBINEDAPACHELOG: {
    source: `${COMMON} "([^"]+)" "([^"]+)".*`,
    fields: [...COMMON_FIELDS, 'referer', 'agent'],
    dashIsNull: true,
  },
  APACHEERRORLOG: {
    source:
      `\\[(${WEEKDAY}\\s+(?:${MONTH})\\s+(?:${DAY_OF_MONTH})\\s+${TIME}\\s+${YEAR})\\] \\[(?:(\\w+):)?(\\w+)\\] ` +
      `\\[pid (\\d+)(?::tid (\\d+))?\\] \\[client ((?:${HOST})(?::[1-9]\\d*)?)\\] (.*)`,
    fields: ['timestamp', 'module', 'severity', 'processid', 'threadid', 'client', 'message'],
    dashIsNull: true,
  },
  SYSLOG: {
    source: `((?:${MONTH})\\s+(?:${DAY_OF_MONTH})\\s+${TIME})${AFTER_STAMP}`,
    fields: SYSLOG_FIELDS,
    dashIsNull: false,
  },
  RFC3339SYSLOG: {
    source: `(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2}))${AFTER_STAMP}`,
    fields: SYSLOG_FIELDS,
    dashIsNull: false,
  },
};
