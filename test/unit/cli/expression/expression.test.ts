/** Filter expressions: what they let through, and where they say they are wrong. */
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { parseExpression } from '../../../../src/cli/expression/expression.ts';
import { ARRIVAL_MS, SEQUENCE_NUMBER, sighting } from '../sighting.ts';

const moment = { nowMs: ARRIVAL_MS + 600_000, zone: 'utc' } as const;
const order = sighting('{"id":"o-1","total":41.9,"paid":true,"note":null,"items":[{"sku":"a"},{"sku":"b"}],"a b":1}');
const holds = (text: string, about = order) => parseExpression(text, moment)(about);

describe('an order', () => {
  test.each([
    '.total > 10',
    '.total > 10 and key ^= "u-"',
    '.total < 10 or .paid',
    'not .total < 10',
    'not not .paid',
    '.paid == true and not (.total == 1 or .id == "x")',
    '.id == "o-1"',
    ".id == 'o-1'",
    '.id != "o-2"',
    '.id $= "-1"',
    String.raw`.id ~= "^o-\d$"`,
    '.id in ["o-2", "o-1"]',
    '.total in (1, 41.9)',
    '.items[0].sku == "a" and .items[-1].sku == "b"',
    '.["a b"] == 1',
    'exists(.note) and not exists(.nothing)',
    '.note == null and .nothing == null',
    'not .note and not .nothing',
    'data ~= "sku"',
    'key == "u-8812"',
    'shard == 3',
    'shard in [2, "0003"]',
    'shard == "shardId-000000000003"',
    'stream == "orders"',
    'size > 50 and size < 1KiB',
    'time > 15m and time < 5m',
    'time >= "2026-11-20T12:04:31.207Z"',
    '2026 > 1 and time < "2026-11-20T12:05Z"',
    `seq == ${SEQUENCE_NUMBER}`,
    'seq > 9 and seq ^= "4959"',
    '10 < .total',
    '.total >= 41.9 and .total <= 41.9',
    'lagMs == 0',
  ])('%s', (text) => expect(holds(text)).toBe(true));

  test.each([
    '.total < 10',
    '.total > "10"',
    '.id > 5',
    '.total == "41.9"',
    '.nothing > 1',
    '.nothing < 1',
    '.constructor',
    '.id.length',
    '.items.length',
    '.__proto__',
    'shard == 4',
    'time > 5m',
    'key ^= .nothing',
    'not .paid or .total == 1 and .paid',
  ])('not: %s', (text) => expect(holds(text)).toBe(false));
});

test('and binds more tightly than or, not more tightly than and', () => {
  expect(holds('.paid or .nothing and .nothing')).toBe(true);
  expect(holds('(.paid or .nothing) and .nothing')).toBe(false);
  expect(holds('not .nothing and .paid')).toBe(true);
});

test('data that are no JSON have no paths', () => {
  expect(holds('.total > 10', sighting('plain'))).toBe(false);
  expect(holds('data == "plain"', sighting('plain'))).toBe(true);
  expect(holds('. == "x"', sighting('"x"'))).toBe(true);
});

describe('what is wrong is shown', () => {
  test.each([
    ['.total >', 8],
    ['.total > 10 .x', 12],
    ['.total = 10', 7],
    ['total > 10', 0],
    ['.a and', 6],
    ['(.a', 3],
    ['.a)', 2],
    ['.a ~= "("', 6],
    ['.a ~= .b', 6],
    ['.a == "x', 6],
    ['.a && .b', 3],
    ['.a == 10KB', 6],
    ['size > 10apples', 7],
    ['time > "noon"', 7],
    ['shard == "x"', 9],
    ['.a in 5', 6],
    ['exists(key)', 7],
    ['.items[x]', 6],
    ['.a..b', 3],
    ['', 0],
    [`${'('.repeat(200)}`, 101],
  ])('%s', (text, at) => {
    const error = (() => {
      try {
        parseExpression(text, moment);
        return undefined;
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(CliError);
    const { exit, lines } = error as CliError;
    expect(exit).toBe(2);
    expect(lines[0]).toBe(text);
    expect(lines[1]).toBe(`${' '.repeat(at)}^`);
  });
});
