/** What put is made of: lines from bytes, keys from lines, what happened to a followed file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.ts';
import type { Context } from '../../../src/cli/context.ts';
import { csvCells, delimitedLine } from '../../../src/cli/delimited.ts';
import { fileChange } from '../../../src/cli/follow-file.ts';
import { parseKeyFrom } from '../../../src/cli/key-from.ts';
import { LineSplitter } from '../../../src/cli/line-splitter.ts';
import { spill, spilled } from '../../../src/cli/spill.ts';
import { systemRandom } from '../../../src/runtime/random.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

describe('lines', () => {
  const split = (pieces: readonly Uint8Array[], max = 1_000) => {
    const splitter = new LineSplitter(max);
    const lines = pieces.flatMap((piece) => [...splitter.push(piece)].map(text));
    const last = splitter.end();
    return last === undefined ? lines : [...lines, text(last)];
  };

  test('do not depend on where the pieces end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z\r]{0,5}$/)),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (lines, sizes) => {
          const all = bytes(lines.map((line) => `${line}\n`).join(''));
          const pieces: Uint8Array[] = [];
          for (let at = 0, i = 0; at < all.length; i++) {
            const size = sizes[i % sizes.length] ?? all.length;
            pieces.push(all.subarray(at, at + size));
            at += size;
          }
          expect(split(pieces)).toEqual(lines);
        },
      ),
    );
  });

  test('the last one needs no line feed', () => expect(split([bytes('a\nb')])).toEqual(['a', 'b']));

  test('one that is too long is cut at one byte over, however it comes, and the next is whole', () => {
    expect(split([bytes('abcdefgh\nij\n')], 3)).toEqual(['abcd', 'ij']);
    expect(split(['ab', 'cd', 'efgh\nij\n'].map(bytes), 3)).toEqual(['abcd', 'ij']);
  });
});

describe('keys', () => {
  const keyOf = (from: string, line: string) => parseKeyFrom(from)(bytes(line))?.key;

  test('one that is too long is cut between characters, at 256 units or one before', () => {
    expect(keyOf('/.+/', 'x'.repeat(300))).toBe('x'.repeat(256));
    expect(keyOf('/.+/', `x${'😀'.repeat(200)}`)).toBe(`x${'😀'.repeat(127)}`);
    expect(keyOf('line-prefix:|', `x${'😀'.repeat(200)}|data`)).toBe(`x${'😀'.repeat(127)}`);
  });

  test.each([
    ['.user.id', '{"user":{"id":7}}', '7'],
    ['.user', '{"user":{"id":7}}', '{"id":7}'],
    ['.user.id', '{"user":null}', undefined],
    ['.id', 'no json', undefined],
    ['.id', '{"id":""}', undefined],
    ['/id=(\\w+)/', 'x id=abc y', 'abc'],
    ['/ERROR|INFO/', 'an ERROR', 'ERROR'],
    ['/id=(\\w+)/', 'none', undefined],
    ['csv:2', 'a,"b,""c""",d', 'b,"c"'],
    ['csv:4', 'a,b', undefined],
    ['hash', 'a', '0cc175b9c0f1b6a831c399e269772661'],
  ])('%s of %s is %s', (from, line, key) => expect(keyOf(from, line)).toBe(key));

  test('a prefix is taken off the record', () => {
    const found = parseKeyFrom('line-prefix:::')(bytes('k::v::w'))!;
    expect([found.key, text(found.data)]).toEqual(['k', 'v::w']);
    expect(parseKeyFrom('line-prefix:|')(bytes('no separator'))).toBeUndefined();
  });

  test('longer than the API takes, they are cut to 256', () => {
    expect(keyOf('/.+/', 'x'.repeat(300))).toHaveLength(256);
  });

  test('a place that is none is refused', () => {
    for (const from of ['', 'id', 'csv:0', 'csv:x', 'line-prefix:', '/(/']) {
      expect(() => parseKeyFrom(from)).toThrow(CliError);
    }
  });
});

test('CSV written is CSV read', () => {
  const cell = fc.stringMatching(/^[a-z", ]{0,6}$/);
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      expect(csvCells(delimitedLine(cells, 'csv').slice(0, -1))).toEqual(cells);
    }),
  );
});

test('what happened to a followed file', () => {
  const opened = { device: 1, inode: 10, bytes: 100 };
  expect(fileChange(opened, opened, 100)).toBe('none');
  expect(fileChange(opened, undefined, 100)).toBe('none');
  expect(fileChange(opened, { ...opened, inode: 11 }, 100)).toBe('rotated');
  expect(fileChange(opened, { ...opened, device: 2 }, 100)).toBe('rotated');
  expect(fileChange({ ...opened, bytes: 5 }, { ...opened, bytes: 5 }, 100)).toBe('truncated');
});

test('puts that fail in the same second save their records beside each other', async () => {
  const state = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const context = { clock: new SimClock(), random: systemRandom, folders: { state } } as unknown as Context;
  const record = (partitionKey: string) => ({ partitionKey, data: bytes(partitionKey), explicitHashKey: undefined });
  const paths = [await spill(context, 's', [record('a')]), await spill(context, 's', [record('b')])];
  const [first, second] = await Promise.all(paths.map(spilled));
  expect([first?.[0]?.partitionKey, second?.[0]?.partitionKey]).toEqual(['a', 'b']);
  await rm(state, { recursive: true });
});
