/** Lines, groups, aggregates, sizes and keys: where records begin and end, and that pieces of input leave no trace. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentRecord } from '../../../src/agent/record-reader.ts';
import { bytesOf, type ReaderOptions, readerFor, recordsOf, textOf } from './reader-fixture.ts';

const places = (records: readonly AgentRecord[]) => records.map((record) => [textOf(record), record.start, record.end]);

describe('lines', () => {
  test('a record has its line feed and its place; the unterminated rest waits', () => {
    const reader = readerFor();
    expect(places(reader.push(bytesOf('a\nbc\nd'), 100))).toEqual([
      ['a\n', 100, 102],
      ['bc\n', 102, 105],
    ]);
    expect(reader).toMatchObject({ settledPosition: 105, nextPosition: 106, holdMs: undefined });
    expect(places(reader.push(bytesOf('e\n'), 106))).toEqual([['de\n', 105, 108]]);
    expect(reader.settledPosition).toBe(108);
  });

  test('a final file gives its last line as it is', () => {
    expect(places(recordsOf(readerFor(), 'a\ntail'))).toEqual([
      ['a\n', 0, 2],
      ['tail', 2, 6],
    ]);
  });

  test('the hole before a writer’s old place is passed over and counted', () => {
    const reader = readerFor();
    expect(places([...reader.push(new Uint8Array(5), 0), ...reader.push(bytesOf('\0\0new\n'), 5)])).toEqual([
      ['new\n', 7, 11],
    ]);
    expect(reader.counters.skippedBytes).toBe(7);
  });

  test('header lines are left out at the beginning of a file only', () => {
    expect(recordsOf(readerFor({ skipHeaderLines: 2 }), 'h1\nh2\na\n').map(textOf)).toEqual(['a\n']);
    expect(readerFor({ skipHeaderLines: 2 }).push(bytesOf('a\n'), 10)).toHaveLength(1);
  });

  test('the footer and all after it are left out', () => {
    const reader = readerFor({ fileFooterPattern: '^-- end( \\d+)?$' });
    expect(recordsOf(reader, 'a\n  -- end 7\r\nb\nc').map(textOf)).toEqual(['a\n']);
    expect(reader).toMatchObject({ stopped: true, settledPosition: 17, counters: { filteredRecords: 1 } });
  });

  test('empty lines are records unless unwanted', () => {
    const reader = readerFor({ sluice: { skipEmptyLines: true } });
    expect(recordsOf(reader, '\n\r\na\n\n').map(textOf)).toEqual(['a\n']);
    expect(reader.counters.filteredRecords).toBe(3);
  });

  test('include and drop choose records', () => {
    const reader = readerFor({ sluice: { include: ['ERROR|WARN'], drop: ['^health'] } });
    expect(recordsOf(reader, 'an ERROR\nfine\nhealth WARN\n').map(textOf)).toEqual(['an ERROR\n']);
  });
});

describe('records of many lines', () => {
  const members = { multiLineStartPattern: '\\d{4}-' };

  test('go on until a line that begins as the pattern says', () => {
    const content = 'before\n2026-01 a\n  at x\n2026-02 b\nx 2026-\n';
    const reader = readerFor(members);
    expect(places(reader.push(bytesOf(content), 0))).toEqual([
      ['before\n', 0, 7],
      ['2026-01 a\n  at x\n', 7, 24],
    ]);
    expect(reader).toMatchObject({ settledPosition: 24, holdMs: 1000 });
    expect(reader.flush().map(textOf)).toEqual(['2026-02 b\nx 2026-\n']);
    expect(reader).toMatchObject({ settledPosition: 42, holdMs: undefined });
  });

  test('are held no time under compat strict', () => {
    const reader = readerFor(members, { compat: 'strict' });
    reader.push(bytesOf('2026-\n'), 0);
    expect(reader.holdMs).toBe(0);
  });

  test('end at the bound of lines', () => {
    const reader = readerFor({ ...members, sluice: { multiLineMaxLines: 2 } });
    expect(recordsOf(reader, '2026-\na\nb\nc\nd\n').map(textOf)).toEqual(['2026-\na\n', 'b\nc\n', 'd\n']);
  });
});

describe('aggregates for Firehose', () => {
  const members = { aggregatedRecordSizeBytes: 8 };

  test('join whole lines up to the size, at least one', () => {
    const reader = readerFor(members, { firehose: true });
    expect(places(reader.push(bytesOf('aa\nbb\ncc\nlonger than 8\nd\n'), 0))).toEqual([
      ['aa\nbb\n', 0, 6],
      ['cc\n', 6, 9],
      ['longer than 8\n', 9, 23],
    ]);
    expect(reader).toMatchObject({ settledPosition: 23, holdMs: 60_000 });
    expect(reader.flush().map(textOf)).toEqual(['d\n']);
  });

  const csv = { ...members, dataProcessingOptions: [{ optionName: 'CSVTOJSON', customFieldNames: ['a'] }] };

  test('are of converted lines; under compat strict the lines are joined first', () => {
    expect(
      recordsOf(readerFor({ ...csv, aggregatedRecordSizeBytes: 20 }, { firehose: true }), 'x\ny\n').map(textOf),
    ).toEqual(['{"a":"x"}\n{"a":"y"}\n']);
    expect(recordsOf(readerFor(csv, { firehose: true, compat: 'strict' }), 'x\ny\n').map(textOf)).toEqual([
      '{"a":"x\\ny"}\n',
    ]);
  });
});

describe('size', () => {
  const limit = 1_048_576;

  test('a long line is cut so that data and key fill the limit and the terminator ends it', () => {
    const reader = readerFor({ partitionKeyOption: 'DETERMINISTIC' });
    const [before, cut, after] = recordsOf(reader, `s\n${'x'.repeat(3 * limit)}\ne\n`);
    expect([textOf(before!), textOf(after!)]).toEqual(['s\n', 'e\n']);
    expect(cut!.data.length + cut!.partitionKey!.length).toBe(limit);
    expect(textOf(cut!)).toBe(`${'x'.repeat(limit - 33)}\n`);
    expect([cut!.start, cut!.end]).toEqual([2, 3 + 3 * limit]);
    expect(reader.counters.truncatedRecords).toBe(1);
  });

  test('a converted record is cut after its key was made of all of it, as in Kinesis Agent', () => {
    const line = `${'x'.repeat(limit)}\n`;
    const brackets = { partitionKeyOption: 'DETERMINISTIC', dataProcessingOptions: [{ optionName: 'ADDBRACKETS' }] };
    const [cut] = recordsOf(readerFor(brackets), line);
    expect(cut!.partitionKey).toBe(createHash('md5').update(`{${line}}`).digest('hex'));
  });

  test('Firehose has 1,024,000 bytes for data alone', () => {
    const [cut] = recordsOf(
      readerFor({ truncatedRecordTerminator: '…' }, { firehose: true }),
      `${'x'.repeat(limit)}\n`,
    );
    expect(cut!.data.length).toBe(1_024_000);
    expect(textOf(cut!).endsWith('x…')).toBe(true);
  });

  test('no character is cut in two, but under compat strict', () => {
    const line = `${'é'.repeat(600_000)}\n`;
    const cutAt = (compat: 'fixed' | 'strict') =>
      recordsOf(readerFor({}, { firehose: true, compat }), line)[0]!.data.length;
    expect(cutAt('fixed')).toBe(1_023_999);
    expect(cutAt('strict')).toBe(1_024_000);
  });

  test('a line longer than the buffer loses its rest, which is counted', () => {
    const reader = readerFor();
    const piece = new Uint8Array(limit).fill(120);
    for (let i = 0; i < 8; i++) expect(reader.push(piece, i * limit)).toEqual([]);
    expect(reader.push(bytesOf('\nnext\n'), 8 * limit).map((record) => record.end)).toEqual([
      8 * limit + 1,
      8 * limit + 6,
    ]);
    expect(reader.counters.skippedBytes).toBe(3 * limit + 1);
  });

  test('split gives parts that together are the line', () => {
    const line = `${'é'.repeat(1_500_000)}\n`;
    const parts = recordsOf(readerFor({ sluice: { onOversize: 'split' } }), line);
    expect(parts).toHaveLength(3);
    expect(parts.map(textOf).join('')).toBe(line);
    expect(parts.every((part) => part.data.length + part.partitionKey!.length <= limit)).toBe(true);
    const wrapped = { dataProcessingOptions: [{ optionName: 'ADDBRACKETS' }], sluice: { onOversize: 'split' } };
    expect(recordsOf(readerFor(wrapped), line).map(textOf).join('')).toBe(`{${line}}`);
  });

  test('a line may be split while it is still being written', () => {
    const reader = readerFor({ sluice: { onOversize: 'split' } });
    const parts = reader.push(new Uint8Array(3 * limit).fill(120), 0);
    expect(parts).toHaveLength(3);
    expect(reader.settledPosition).toBe(parts.at(-1)!.end);
  });

  test('drop counts what it drops', () => {
    const reader = readerFor({ sluice: { onOversize: 'drop' } });
    expect(recordsOf(reader, `${'x'.repeat(2 * limit)}\na\n`).map(textOf)).toEqual(['a\n']);
    expect(reader.counters.oversizeRecords).toBe(1);
  });
});

describe('encodings', () => {
  test('UTF-16 lines end at wide line feeds and become UTF-8; the mark goes', () => {
    const bytes = Buffer.from('\ufeffaé\nĊb\n\u0a00c\n', 'utf16le');
    expect(recordsOf(readerFor({ sluice: { encoding: 'utf16le' } }), bytes).map(textOf)).toEqual([
      'aé\n',
      'Ċb\n',
      '\u0a00c\n',
    ]);
  });

  test('Latin-1 becomes UTF-8', () => {
    expect(recordsOf(readerFor({ sluice: { encoding: 'latin1' } }), Uint8Array.of(0xe9, 10)).map(textOf)).toEqual([
      'é\n',
    ]);
  });

  test('utf8 replaces what is none and drops the mark; raw keeps both', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 10);
    expect(recordsOf(readerFor({ sluice: { encoding: 'utf8' } }), bytes).map(textOf)).toEqual(['\ufffd\n']);
    expect(recordsOf(readerFor(), bytes)[0]!.data).toEqual(bytes);
  });
});

describe('partition keys', () => {
  const keyOf = (members: object, line = 'hello\n', options?: ReaderOptions) =>
    recordsOf(readerFor(members, options), line)[0]?.partitionKey;

  test('DETERMINISTIC is the MD5 of the record', () => {
    expect(keyOf({ partitionKeyOption: 'DETERMINISTIC' })).toBe('b1946ac92492d2347c6235b4d2611184');
    const long = `${'x'.repeat(100)}\n`;
    expect(keyOf({ partitionKeyOption: 'DETERMINISTIC' }, long)).toBe(createHash('md5').update(long).digest('hex'));
  });

  test('RANDOM is the text of a number below a million', () => {
    const keys = Array.from({ length: 1_000 }, () => keyOf({}, 'x\n'));
    for (const key of keys) expect(key).toMatch(/^(0|[1-9]\d{0,5})\.\d{9}$/);
    expect(new Set(keys).size).toBe(1_000);
  });
  test('of our own kinds', () => {
    expect(keyOf({ sluice: { partitionKey: { fixed: 'k' } } })).toBe('k');
    expect(keyOf({ sluice: { partitionKey: { field: 'user' } } }, '{"user":7}\n')).toBe('7');
    expect(keyOf({ sluice: { partitionKey: { field: 'user' } } }, 'plain\n')).toMatch(/^\d+\.\d+$/);
    expect(keyOf({ sluice: { partitionKey: { regex: 'h(el+)' } } })).toBe('ell');
    expect(keyOf({ sluice: { partitionKey: { host: true } } })).toBe('web1');
    expect(keyOf({ sluice: { partitionKey: { file: true } } })).toBe('/t/app.log');
  });

  test('Firehose has none', () => expect(keyOf({}, 'x\n', { firehose: true })).toBeUndefined());
});

describe('pieces of input leave no trace', () => {
  const flows: readonly (readonly [string, object, ReaderOptions])[] = [
    ['single lines', { partitionKeyOption: 'DETERMINISTIC' }, {}],
    ['header and footer', { skipHeaderLines: 1, fileFooterPattern: 'b', partitionKeyOption: 'DETERMINISTIC' }, {}],
    ['many lines', { multiLineStartPattern: 'a', partitionKeyOption: 'DETERMINISTIC' }, {}],
    ['aggregates', { aggregatedRecordSizeBytes: 6 }, { firehose: true }],
    ['UTF-16', { sluice: { encoding: 'utf16le' }, partitionKeyOption: 'DETERMINISTIC' }, {}],
    ['cut records', { sluice: { maxRecordSizeBytes: 40 }, partitionKeyOption: 'DETERMINISTIC' }, {}],
    [
      'split records',
      { sluice: { maxRecordSizeBytes: 36, onOversize: 'split' }, partitionKeyOption: 'DETERMINISTIC' },
      {},
    ],
  ];
  const content = fc
    .array(fc.constantFrom(0, 10, 10, 13, 0x61, 0x62, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80), { maxLength: 80 })
    .map((bytes) => Uint8Array.from(bytes));
  const cuts = fc.array(fc.nat(80), { maxLength: 12 });

  test.each(flows)('%s', (_, members, options) => {
    fc.assert(
      fc.property(content, cuts, (bytes, places) => {
        const whole = readerFor(members, options);
        const pieces = readerFor(members, options);
        const borders = [...new Set([0, ...places.map((place) => Math.min(place, bytes.length)), bytes.length])].sort(
          (a, b) => a - b,
        );
        const given = borders.slice(1).flatMap((end, i) => pieces.push(bytes.slice(borders[i]!, end), borders[i]!));
        expect(given.length === 0 || pieces.settledPosition >= given.at(-1)!.end).toBe(true);
        expect([...given, ...pieces.finish()]).toEqual(recordsOf(whole, bytes));
        expect(pieces.counters).toEqual(whole.counters);
        expect(pieces.settledPosition).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});
