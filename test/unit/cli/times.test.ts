/** What people write for times and positions. */
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.ts';
import { hasNoZone, parsePosition, parseTime, parseUntil } from '../../../src/cli/times.ts';

/** 2026-11-20T12:04:31.207Z by `date -u -d @1795176271`. */
const nowMs = 1_795_176_271_207;
const moment = { nowMs, zone: 'utc' } as const;

describe('times', () => {
  test.each([
    ['now', nowMs],
    ['today', 1_795_132_800_000],
    ['15m', nowMs - 900_000],
    ['1.5s', nowMs - 1_500],
    ['1763546400', 1_763_546_400_000],
    ['1763546400123', 1_763_546_400_123],
    ['2026-11-19', 1_795_046_400_000],
    ['2026-11-19T10:00Z', 1_795_082_400_000],
    ['2026-11-19T11:00+01:00', 1_795_082_400_000],
    ['2026-11-19T04:30:00-05:30', 1_795_082_400_000],
    ['2026-11-19 10:00:00.5Z', 1_795_082_400_500],
    ['10:30', 1_795_170_600_000],
    ['10:30Z', 1_795_170_600_000],
    // Later than now today, so yesterday.
    ['23:00', 1_795_129_200_000],
  ])('%s', (text, ms) => expect(parseTime(text, moment)).toBe(ms));

  test.each(['', 'soon', '2026-13-01', '2026-02-30', '25:00', '10:61', '2026-11-19T'])('"%s" is none', (text) => {
    expect(() => parseTime(text, moment)).toThrow(CliError);
  });

  test('the time of day to stop at is the first one after the start', () => {
    const startMs = parseTime('2026-11-19T10:00Z', moment);
    expect(parseUntil('10:30Z', startMs, moment)).toBe(startMs + 1_800_000);
    expect(parseUntil('09:30', startMs, moment)).toBe(startMs + 84_600_000);
    expect(parseUntil('15m', startMs, moment)).toBe(nowMs - 900_000);
    expect(parseUntil('10:30Z', undefined, moment)).toBe(1_795_170_600_000);
  });

  test('a number that is neither seconds nor milliseconds since 1970 is refused with both readings', () => {
    try {
      parseTime('15', moment);
      expect.unreachable();
    } catch (error) {
      expect((error as CliError).lines).toEqual([
        '15s      15 seconds ago',
        '1970-01-01T00:00:15.000Z      15 seconds after 1970',
      ]);
    }
  });

  test('whether a zone was written', () => {
    expect(['10:30', '2026-11-19', '2026-11-19T10:00', 'today'].map(hasNoZone)).toEqual(Array(4).fill(true));
    expect(['10:30Z', '2026-11-19T10:00Z', '15m', 'now', '1763546400'].map(hasNoZone)).toEqual(Array(5).fill(false));
  });
});

describe('positions', () => {
  test('words, numbers and times', () => {
    expect(parsePosition('latest', moment)).toEqual({ at: 'latest' });
    expect(parsePosition('horizon', moment)).toEqual({ at: 'horizon' });
    expect(parsePosition('seq:4959', moment)).toEqual({ at: 'number', sequenceNumber: '4959' });
    expect(parsePosition('after:4959', moment)).toEqual({ at: 'afterNumber', sequenceNumber: '4959' });
    expect(parsePosition('15m', moment)).toEqual({ at: 'time', ms: nowMs - 900_000 });
  });

  test('a sequence number is digits', () => expect(() => parsePosition('seq:0x1', moment)).toThrow(CliError));
});
