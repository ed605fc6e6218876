/** Bytes cut into records: the same however they come, bounded in what is held. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { parseFraming } from '../../../../src/cli/put/framing.ts';

/** The records of bytes that come in pieces of these sizes, again and again; in one when there are none. */
function cut(framing: string, input: string | Uint8Array, { sizes = [] as readonly number[], max = 1_000 } = {}) {
  const all = Buffer.from(input as string);
  const made = parseFraming(framing)(max);
  const records: string[] = [];
  const emit = (bytes: Uint8Array, start: number, end: number) => {
    records.push(Buffer.from(bytes.subarray(start, end)).toString());
  };
  for (let at = 0, i = 0; at < all.length; i++) {
    const size = sizes[i % sizes.length] ?? all.length;
    made.push(all.subarray(at, at + size), emit);
    at += size;
  }
  made.end(emit);
  return records;
}

const sizes = fc.array(fc.integer({ min: 1, max: 7 }));
const lengthFramed = (records: readonly string[]) =>
  Buffer.concat(
    records.map((record) => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(Buffer.byteLength(record));
      return Buffer.concat([head, Buffer.from(record)]);
    }),
  );

describe('records do not depend on where the pieces end', () => {
  const texts = fc.array(fc.stringMatching(/^[a-z\r|]{0,5}$/));
  test.each([
    ['lines', (records: readonly string[]) => records.map((one) => `${one}\n`).join('')],
    ['nul', (records: readonly string[]) => records.map((one) => `${one}\0`).join('')],
    ['delim:||;', (records: readonly string[]) => records.map((one) => `${one}||;`).join('')],
    ['length32', lengthFramed],
  ])('%s', (framing, join) => {
    fc.assert(
      fc.property(texts, sizes, (records, pieces) => {
        // A delimiter begins where it can first: what a record ends in must not be its beginning.
        const clean = framing === 'delim:||;' ? records.map((one) => one.replaceAll('|', '')) : records;
        expect(cut(framing, join(clean), { sizes: pieces })).toEqual(clean);
      }),
    );
  });

  test('json: values one behind the other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.jsonValue(), fc.constantFrom('\n', ' ', ',', '\r\n\t'))),
        sizes,
        (values, pieces) => {
          // An array at the top would be unwrapped.
          const texts = values.map(([value]) => JSON.stringify(value)).filter((one) => !one.startsWith('['));
          const input = texts.map((one, i) => one + values[i]![1]).join('');
          expect(cut('json', input, { sizes: pieces })).toEqual(texts);
        },
      ),
    );
  });

  test('json: the elements of an array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), sizes, (values, indent, pieces) => {
        const records = cut('json', JSON.stringify(values, undefined, indent), { sizes: pieces, max: 1e6 });
        expect(records.map((one) => JSON.stringify(JSON.parse(one)))).toEqual(values.map((one) => JSON.stringify(one)));
      }),
    );
  });

  test('csv: rows keep quotes, commas and line feeds inside of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.stringMatching(/^[a-z",\n]{0,4}$/), { minLength: 1 })),
        sizes,
        (rows, pieces) => {
          const texts = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
          expect(cut('csv', texts.map((one) => `${one}\r\n`).join(''), { sizes: pieces })).toEqual(texts);
        },
      ),
    );
  });

  test('whole: everything is one', () => {
    fc.assert(
      fc.property(fc.string(), sizes, (all, pieces) => {
        expect(cut('whole', all, { sizes: pieces })).toEqual([all]);
      }),
    );
  });
});

test('the last line needs no line feed, and an empty input has no line', () => {
  expect(cut('lines', 'a\nb')).toEqual(['a', 'b']);
  expect(cut('lines', '')).toEqual([]);
  expect(cut('lines', 'a\n\nb\n')).toEqual(['a', '', 'b']);
  expect(cut('csv', 'a,b')).toEqual(['a,b']);
});

test('JSON values need nothing between them', () => {
  expect(cut('json', '{"a":"}"}{"b":[1,2]}"c"12,true[3,[4],"x]"]{}')).toEqual([
    '{"a":"}"}',
    '{"b":[1,2]}',
    '"c"',
    '12',
    'true',
    '3',
    '[4]',
    '"x]"',
    '{}',
  ]);
});

test.each([
  ['lines', ['abcdefgh\nij\n']],
  ['lines', ['ab', 'cd', 'efgh\nij\n']],
  ['nul', ['abcdefgh\0ij']],
  ['csv', ['abcd', 'efgh\nij']],
  ['csv', ['abcdefgh\nij']],
])('a record that is too long (%s %j) comes as one byte over, and the next is whole', (framing, pieces) => {
  const made = parseFraming(framing)(3);
  const records: string[] = [];
  const emit = (bytes: Uint8Array, start: number, end: number) =>
    void records.push(Buffer.from(bytes.subarray(start, end)).toString());
  for (const piece of pieces) made.push(Buffer.from(piece), emit);
  made.end(emit);
  expect(records).toEqual(['abcd', 'ij']);
});

test('delimiters may be written with escapes', () => {
  expect(cut('delim:\\x1e', 'a\x1eb')).toEqual(['a', 'b']);
  expect(cut('delim:\\n\\n', 'a\nb\n\nc')).toEqual(['a\nb', 'c']);
  expect(cut('delim:\\\\', 'a\\b')).toEqual(['a', 'b']);
});

test.each([
  ['length32', Buffer.from([0, 0, 0])],
  ['length32', Buffer.from([0, 0, 0, 9, 1])],
  ['json', '{"a":'],
  ['json', '[1,2'],
  ['json', '"abc'],
])('%s: an input that ends too early (%j) is told', (framing, input) => {
  expect(() => cut(framing, input)).toThrow(CliError);
});

test.each(['line', 'delim:', 'delim', ''])('"%s" is no framing', (text) => {
  expect(() => parseFraming(text)).toThrow(CliError);
});
