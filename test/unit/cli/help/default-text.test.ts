/** Defaults in help are written as one would type them: what is shown means the same when it is typed. */
import { expect, test } from 'vitest';
import type { OptionSpec } from '../../../../src/cli/command-spec.ts';
import { choice, count, duration, flag, size } from '../../../../src/cli/command-spec.ts';
import { defaultText } from '../../../../src/cli/help/default-text.ts';
import { commands } from '../../../../src/cli/table.ts';

test('durations and sizes have their unit, counts and words none', () => {
  const shown = (byDefault: number) => defaultText(duration('--a <b>', 'c', { default: byDefault }));
  expect([250, 1_000, 1_500, 90_000, 300_000, 7_200_000].map(shown)).toEqual([
    ...[' [250ms]', ' [1s]', ' [1500ms]', ' [90s]', ' [5m]', ' [2h]'],
  ]);
  expect(defaultText({ ...size('--a <b>', 'c'), default: 1_048_576 })).toBe(' [1MiB]');
  expect(defaultText(count('--a <b>', 'c', { default: 500 }))).toBe(' [500]');
  expect(defaultText(choice('--a <b>', 'c', { choices: ['x', 'y'], default: 'x' }))).toBe(' [x]');
  expect(defaultText(duration('--a <b>', 'c', { default: 0 }))).toBe('');
  expect(defaultText(flag('--no-a', 'c'))).toBe('');
});

const options: readonly OptionSpec[] = commands.flatMap((spec) => Object.values(spec.options as object));
const numbers = options.filter((option) => typeof option.default === 'number' && option.default !== 0);

test.each(numbers)('$flags', (option) => {
  const typed = defaultText(option).slice(2, -1);
  expect(option.parse?.(typed)).toBe(option.default);
});
