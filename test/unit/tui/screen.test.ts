/** Pictures: every row as wide as the terminal, whatever stands in it; what falls off; what each state says. */
import { join } from 'node:path';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { ASCII } from '../../../src/tui/glyphs.ts';
import { Meter } from '../../../src/tui/meter.ts';
import type { Scene } from '../../../src/tui/scene.ts';
import { NO_FILTERS, type Sheet, type StateChange, VIEWS } from '../../../src/tui/state.ts';
import { PALETTES, themeOf } from '../../../src/tui/theme.ts';
import { screenRows } from '../../../src/tui/views/screen.ts';
import { NOW_MS, observationAt, record, SETTING, sceneOf, streamAt } from './observations.ts';

const NARROW = { columns: 80, rows: 24 };
const WIDE = { columns: 160, rows: 50 };

/** The rows, having checked that they are as many and as wide as the window has room for. */
function picture(scene: Scene): readonly string[] {
  const rows = screenRows(scene);
  expect(rows).toHaveLength(scene.size.rows - 1);
  const { columns } = scene.size;
  expect(rows.filter((row) => stringWidth(row) !== columns)).toEqual([]);
  return rows;
}

const text = (scene: Scene) => picture(scene).join('\n');

const SHEETS: readonly Sheet[] = [
  { kind: 'filter', text: '000', before: '' },
  { kind: 'command', text: 'sho', recall: -1, hint: 'shard  show' },
  { kind: 'help', text: '', top: 0 },
  { kind: 'sort', row: 2 },
  { kind: 'menu', row: 1 },
  { kind: 'record', number: record(1, '', '').sequenceNumber, top: 0 },
  { kind: 'split', shard: 3, at: 'balance', typed: '' },
  { kind: 'merge', shard: 3, other: 4, typed: '' },
  { kind: 'notice', lines: ['a line'] },
];

describe('pictures', () => {
  const cases: readonly (readonly [string, Scene])[] = [
    ...VIEWS.flatMap((view): (readonly [string, Scene])[] => [
      [`${view}-80x24`, sceneOf(NARROW, { view, shard: 3 })],
      [`${view}-160x50`, sceneOf(WIDE, { view, shard: 3 })],
    ]),
    ...SHEETS.map((sheet): readonly [string, Scene] => [
      `sheet-${sheet.kind}-80x24`,
      sceneOf(NARROW, { sheet, shard: 3 }),
    ]),
    ['overview-60x15', sceneOf({ columns: 60, rows: 15 })],
    ['overview-40x10', sceneOf({ columns: 40, rows: 10 })],
    ['overview-ascii-80x24', sceneOf(NARROW, {}, { setting: { ...SETTING, glyphs: ASCII } })],
  ];
  test.each(cases)('%s', async (name, scene) => {
    await expect(`${text(scene)}\n`).toMatchFileSnapshot(join(import.meta.dirname, `pictures/${name}.txt`));
  });
});

describe('the overview at 80x24 says what the design says', () => {
  const rows = picture(sceneOf(NARROW, { shard: 3 }));
  const whole = rows.join('\n');
  test('where this is and how the stream does', () => {
    expect(rows[0]).toMatch(
      /^ sluice top {2}local › orders {2,}ACTIVE {2}8 shards {2}provisioned {2}24h +12:04:31 {2}● 2s $/,
    );
    expect(rows[1]).toMatch(
      /in {2}3\.\d MB\/s {2}2,9\d\d rec\/s │ out {2}6\.\d MB\/s │ throttled \d+\/min ▲ │ lag max 4\.2 s/,
    );
  });
  test('the hottest shard first, with range, rates, capacity, history, throttles and age', () => {
    expect(rows[5]).toMatch(/^▶ 0003▲───█+─+ +1\.0 MB +972 +█{7}[▊█▉] +97% +[▁-█]{16} +\d +4\.2 s ◀$/);
  });
  test('the order of the others by age', () => {
    const names = rows.slice(5, 13).map((row) => row.slice(2, 6));
    expect(names).toEqual(['0003', '0000', '0001', '0002', '0004', '0005', '0006', '0007']);
  });
  test('who reads, and what is in the records', () => {
    expect(whole).toMatch(/audit +efo +8\/8 +0\.2 s/);
    expect(whole).toMatch(/etl\/2\.1 127\.0\.0\.1 +poll +– +4\.2 s/);
    expect(whole).toMatch(/peek 0003 {2}12:04:31\.\d{3} {2}u-\d{4} {5}\{"id":"o-/);
  });
  test('what to do about it', () => {
    expect(whole).toMatch(/▲ HOT 0003 at 97% of .*% is key u-8812/);
  });
});

test('panes fall off from the message line to the totals as the window gets lower', () => {
  const shows = (rows: number) => {
    const whole = text(sceneOf({ columns: 80, rows }));
    return ['HOT', 'peek 0003', 'CONSUMER', 'keys 0', 'throttled', 'ID'].map((sign) => whole.includes(sign));
  };
  expect(shows(24)).toEqual([true, true, true, true, true, true]);
  const counts = Array.from({ length: 15 }, (_, i) => shows(24 - i));
  for (const shown of counts) {
    // What is more important is there whenever what is less important is.
    const first = shown.indexOf(true);
    expect(shown.slice(first).every(Boolean)).toBe(true);
  }
  expect(shows(10)).toEqual([false, false, false, false, true, true]);
});

test('columns leave in the order sparkline, range, throttles, capacity', () => {
  const heads = (columns: number) => {
    const head = picture(sceneOf({ columns, rows: 24 })).find((row) => row.includes('ID') && row.includes('REC/s'))!;
    return ['60 s', 'HASH RANGE', 'THR', 'CAPACITY', 'IN/s', 'AGE'].map((name) => head.includes(name));
  };
  expect(heads(80)).toEqual([true, true, true, true, true, true]);
  expect(heads(68)).toEqual([false, true, true, true, true, true]);
  expect(heads(56)).toEqual([false, false, true, true, true, true]);
  expect(heads(50)).toEqual([false, false, false, true, true, true]);
  expect(heads(40)).toEqual([false, false, false, false, true, true]);
});

test('a head with its arrow is whole, whatever is sorted by', () => {
  for (const [sort, head] of [
    ['capacity', 'CAPACITY▼'],
    ['rec', 'REC/s▼'],
    ['in', 'IN/s▼'],
    ['thr', 'THR▼'],
    ['id', 'ID▼'],
  ] as const) {
    for (const columns of [60, 80, 160]) expect(text(sceneOf({ columns, rows: 24 }, { sort }))).toContain(head);
  }
});

test('a window below 40x10 says so and nothing else', () => {
  expect(screenRows(sceneOf({ columns: 60, rows: 9 }))).toEqual([
    'window too small: 40x10 needed, have 60x9'.padEnd(60),
  ]);
  expect(screenRows(sceneOf({ columns: 38, rows: 9 })).map((row) => row.trim())).toEqual([
    'window too small: 40x10 needed,',
    'have 38x9',
  ]);
});

describe('states', () => {
  test('nothing has come yet', () => {
    const scene = sceneOf(NARROW, {}, { board: undefined, link: { state: 'connecting' } });
    expect(text(scene)).toContain('connecting to http://127.0.0.1:4567');
  });
  test('nothing answers from the beginning', () => {
    const link = { state: 'lost', sinceMs: NOW_MS - 7_000, retryAtMs: NOW_MS + 2_000, reason: 'no answer' } as const;
    const shown = text(sceneOf(NARROW, {}, { board: undefined, link }));
    expect(shown).toContain('DISCONNECTED 7.0 s, retry in 2 s');
    expect(shown).toContain('sluice serve -d');
  });
  test('the server is gone: the last figures stay, pale, with their age', () => {
    const link = {
      state: 'lost',
      sinceMs: NOW_MS - 7_000,
      retryAtMs: NOW_MS + 2_000,
      reason: 'it does not answer',
    } as const;
    const pale = (line: string) => `<${line}>`;
    const setting = { ...SETTING, theme: { ...SETTING.theme, dim: pale } };
    const rows = screenRows(sceneOf(NARROW, {}, { link, setting }));
    expect(rows[0]).toContain('DISCONNECTED 7.0 s, retry in 2 s');
    expect(rows[5]).toMatch(/^<▶ 0003/);
    expect(rows.join('\n')).toContain('it does not answer; what is shown is old');
  });
  test('credentials that have expired bring the command that renews them, without figures and over old ones', () => {
    const login = ['Log in again:  aws sso login --profile x'];
    const link = { state: 'lost', sinceMs: NOW_MS, retryAtMs: NOW_MS, reason: 'they have expired', login } as const;
    for (const board of [undefined, sceneOf(NARROW).board]) {
      const rows = screenRows(sceneOf(NARROW, {}, { link, board }));
      expect(rows.slice(-4).join('\n')).toMatch(/Credentials[\s\S]*aws sso login --profile x[\s\S]*Enter tries again/);
    }
  });
  test('no streams', () => {
    const board = new Meter().take(observationAt(0, {}));
    expect(text(sceneOf(NARROW, {}, { board }))).toContain('No streams in local.');
  });
  test('a stream without shards yet', () => {
    const creating = { ...streamAt(0, 0), status: 'CREATING' } as const;
    const board = new Meter().take(observationAt(0, { '1': creating }));
    expect(text(sceneOf(NARROW, {}, { board }))).toContain('CREATING');
  });
  test('no record for a minute', () => {
    const meter = new Meter();
    let board = meter.take(observationAt(0, { '1': streamAt(0) }));
    for (let seconds = 2; seconds <= 64; seconds += 2) board = meter.take(observationAt(seconds, { '1': streamAt(0) }));
    expect(text(sceneOf(NARROW, {}, { board }))).toContain('no records in 60 s');
  });
  test('paused, for how long', () => {
    expect(text(sceneOf(NARROW, { pausedAtMs: NOW_MS - 14_000 }))).toContain('PAUSED 14 s');
  });
  test('no keys come', () => {
    expect(text(sceneOf(NARROW, {}, { setting: { ...SETTING, isViewOnly: true } }))).toContain('view only');
  });
  test('a stream that was asked for and is not there', () => {
    expect(text(sceneOf(NARROW, { stream: 'ordres' }))).toContain('there is no stream ordres: this is orders');
  });
  test('a split on its way', () => {
    const pending = { stream: 'orders', shards: [3], word: 'SPLITTING', sinceMs: NOW_MS - 1_200 } as const;
    expect(text(sceneOf(NARROW, { pending }))).toContain('0003 SPLITTING 1.2 s');
  });
});

const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

test.each(PALETTES.flatMap((palette) => ([0, 1, 2, 3] as const).map((level) => [palette, level] as const)))(
  'colours of %s at level %i change no text',
  (palette, level) => {
    for (const view of VIEWS) {
      const plain = screenRows(sceneOf(WIDE, { view, shard: 3 }));
      const theme = themeOf(level, palette, undefined);
      const colored = screenRows(sceneOf(WIDE, { view, shard: 3 }, { setting: { ...SETTING, theme } }));
      expect(colored.map((row) => row.replace(COLORS, ''))).toEqual(plain);
    }
  },
);

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '\u001b[2J\u001b]0;title\u0007',
    '日本語のペイロード',
    '👨‍👩‍👧‍👦🇩🇪❤️',
    'e\u0301\u0301\u0301\u0301',
    '\u202eevil\u2066',
    'a\tb\r\nc\u0000',
    'कार्य',
    '\ud800lone',
  ),
);

const changes: fc.Arbitrary<StateChange> = fc.record({
  view: fc.constantFrom(...VIEWS),
  sheet: fc.constantFrom(undefined, ...SHEETS),
  shard: fc.nat(8),
  isWide: fc.boolean(),
  inBits: fc.boolean(),
  showsClosed: fc.boolean(),
  peekForm: fc.constantFrom('json', 'raw', 'hex'),
  pane: fc.constantFrom('shards', 'streams', 'consumers', 'events', 'peek'),
});

test('no name, key or record makes a row wider or narrower, at any size', () => {
  const size = fc.record({ columns: fc.integer({ min: 40, max: 220 }), rows: fc.integer({ min: 10, max: 70 }) });
  fc.assert(
    fc.property(size, changes, hostile, fc.boolean(), (window, change, foreign, isAscii) => {
      const stream = streamAt(30);
      const reader = { ...stream.readers['1']!, agent: foreign };
      const keys = [{ ...stream.keys[0]!, key: foreign }];
      const meter = new Meter();
      meter.take(observationAt(28));
      const board = meter.take(
        observationAt(30, { '1': { ...stream, name: foreign, readers: { '1': reader }, keys } }),
      );
      const records = [record(1, foreign, foreign), record(2, foreign, `{"a":${JSON.stringify(foreign)}}`)];
      const peek = { records, place: `${foreign}/0003`, keptPerSecond: 1, trouble: foreign };
      const filters = { ...NO_FILTERS, events: foreign };
      const setting = isAscii ? { ...SETTING, glyphs: ASCII } : SETTING;
      const rows = picture(sceneOf(window, { ...change, stream: foreign, filters }, { board, peek, setting }));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
      expect(rows.filter((row) => /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(row))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
