/** What put is made of: keys from lines, what happened to a followed file, records that are kept. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import type { Context } from '../../../../src/cli/context.ts';
import { csvCells, delimitedLine } from '../../../../src/cli/delimited.ts';
import { openEnvelope } from '../../../../src/cli/put/envelope.ts';
import { parseKeyFrom } from '../../../../src/cli/put/key-from.ts';
import { Spill } from '../../../../src/cli/put/spill.ts';
import { fileChange } from '../../../../src/cli/record/follow-file.ts';
import { systemRandom } from '../../../../src/runtime/random.ts';
import { SimClock } from '../../../simulation/sim-clock.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

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
    ['.id', '{"id":12345678901234567890}', '12345678901234567890'],
    ['.user.id', '{"id":1,"user": {"n":[1], "id" : -9007199254740993 }}', '-9007199254740993'],
    ['.ids.1', '{"ids":[1,22]}', '22'],
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

describe('records that are kept', () => {
  test('puts that fail in the same second save theirs beside each other, and they are read back', async () => {
    const state = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    const context = { clock: new SimClock(), random: systemRandom, folders: { state } } as unknown as Context;
    const record = (key: string) => ({ partitionKey: key, data: Uint8Array.of(0, 255), explicitHashKey: '7' });
    const spills = ['a', 'b'].map((key) => {
      const spill = new Spill(context, 's');
      spill.add(record(key));
      return spill;
    });
    await Promise.all(spills.map((spill) => spill.close()));
    const lines = await Promise.all(spills.map(({ path }) => readFile(path)));
    expect(lines.map((line) => openEnvelope(line))).toEqual(
      ['a', 'b'].map((key) => ({ ...record(key), data: Buffer.of(0, 255) })),
    );
    await rm(state, { recursive: true });
  });

  test('a file that cannot be written is told at the end', async () => {
    const context = { clock: new SimClock(), random: systemRandom, folders: { state: '/dev/null' } };
    const spill = new Spill(context as unknown as Context, 's');
    spill.add({ partitionKey: 'a', data: bytes('a') });
    await expect(spill.close()).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('envelopes', () => {
  const opened = (line: string) => {
    const found = openEnvelope(bytes(line));
    return found === undefined ? undefined : [found.partitionKey, found.explicitHashKey, text(found.data)];
  };
  test.each([
    [
      '{"key":"k","data":{"id":12345678901234567890, "x":[1]},"enc":"json"}',
      ['k', undefined, '{"id":12345678901234567890, "x":[1]}'],
    ],
    ['{"data":"za\u017c\u00f3","enc":"utf8","key":"k","hash":"7"}', ['k', '7', 'zażó']],
    ['{"key":"k","data":"aGk","enc":"base64"}', ['k', undefined, 'hi']],
    ['{"key":"","data":"hi"}', [undefined, undefined, 'hi']],
  ])('%s', (line, expected) => expect(opened(line)).toEqual(expected));
  test.each([
    '',
    'x',
    '[]',
    'null',
    '{"key":"k"}',
    '{"data":1,"enc":"utf8"}',
    '{"data":"%","enc":"base64"}',
    '{"data":"x","enc":"rot13"}',
  ])('none: %s', (line) => expect(opened(line)).toBeUndefined());
});
