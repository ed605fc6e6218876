/** Made records: templates with helpers, and the ready ones. */
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { GENERATORS } from '../../../../src/cli/put/generators.ts';
import { parseKeyFrom } from '../../../../src/cli/put/key-from.ts';
import { parseGenerator } from '../../../../src/cli/put/template.ts';
import { seededRandom } from '../../../../src/runtime/random.ts';

const at = Date.UTC(2026, 10, 21, 13, 4, 5, 678);
const world = (seed = 1) => ({ clock: { now: () => at }, random: seededRandom(seed) });
const make = (template: string, count = 1) => {
  const generator = parseGenerator(template, world());
  return Array.from({ length: count }, () => generator.next());
};

describe('helpers', () => {
  test('count, tell the time and draw within their bounds', () => {
    expect(make('{{seq}}-{{ seq 10 }}', 3)).toEqual(['1-10', '2-11', '3-12']);
    expect(make('{{now}} {{now s}} {{now ms}}')).toEqual([`2026-11-21T13:04:05.678Z ${Math.floor(at / 1_000)} ${at}`]);
    expect(new Set(make('{{int 3 5}}', 200))).toEqual(new Set(['3', '4', '5']));
    expect(new Set(make('{{pick a "b c"}}', 100))).toEqual(new Set(['a', 'b c']));
    for (const one of make('{{float 1 2 3}}', 100)) expect(one).toMatch(/^[12]\.\d{3}$/);
    expect(make('{{uuid}}')[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('stand in any text, which stays as it is', () => {
    expect(make('{"a":{"b":{{seq}}}}')).toEqual(['{"a":{"b":1}}']);
    expect(make('no helper')).toEqual(['no helper']);
  });

  test.each(['{{nothing}}', '{{int 1}}', '{{int a b}}', '{{pick}}', '{{seq', 'clickstreams'])(
    '%s is refused',
    (text) => {
      expect(() => make(text)).toThrow(CliError);
    },
  );
});

describe.each(Object.entries(GENERATORS))('%s', (name, { keyFrom }) => {
  test('is the same for the same seed, another for another, and has its key', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => {
      const generator = parseGenerator(name, world(seed));
      return Array.from({ length: 50 }, () => generator.next());
    });
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    for (const record of first!) expect(parseKeyFrom(keyFrom)(Buffer.from(record))?.key).toMatch(/./);
    if (name !== 'apache-log') for (const record of first!) JSON.parse(record);
  });
});

test('a line of the log has the combined form', () => {
  expect(make('apache-log')[0]).toMatch(
    /^203\.0\.113\.\d+ - - \[21\/Nov\/2026:13:04:05 \+0000\] "(GET|POST) \/\S* HTTP\/1\.1" \d{3} \d+ "-" "[^"]+"$/,
  );
});
