/** The table of commands is sound. */
import { describe, expect, test } from 'vitest';
import { attributeName } from '../../../src/cli/command-spec.ts';
import { globalOptions } from '../../../src/cli/global-options.ts';
import { commandHelp, rootHelp } from '../../../src/cli/help/help-text.ts';
import { commands, foreignWords, nouns } from '../../../src/cli/table.ts';

describe.each(commands.map((spec) => [spec.path, spec] as const))('%s', (_, spec) => {
  test('options stand under the names the parser gives them', () => {
    for (const [name, option] of Object.entries(spec.options)) expect(attributeName(option)).toBe(name);
  });

  test('no option hides one of every command, but by taking its name and its place', () => {
    const spellings = (set: object) => Object.values(set).flatMap((option) => option.flags.match(/--?[a-z][a-z-]*/g));
    const kept = Object.entries(globalOptions).filter(([name]) => !Object.hasOwn(spec.options, name));
    const common = new Set(spellings(Object.fromEntries(kept)));
    expect(spellings(spec.options).filter((spelling) => common.has(spelling))).toEqual([]);
  });

  test('its file exports run', async () => {
    expect((await spec.load()).run).toBeTypeOf('function');
  });

  test('its help fits the terminal, but for examples', () => {
    const [head, options] = commandHelp(spec, { columns: 100, all: true }).split('\nOptions');
    expect(head).toContain(spec.summary);
    expect((options ?? '').split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

test('every command stands in the help', () => {
  const [short, long] = [rootHelp(commands, '1.0.0'), rootHelp(commands, '1.0.0', true)];
  for (const { path } of commands) {
    expect(short).toMatch(new RegExp(`^\\w+ .*\\b${path.split(' ')[0]}\\b`, 'm'));
    expect(long).toContain(`  ${path} `);
  }
  expect(short.split('\n').length).toBeLessThanOrEqual(24);
});

test('words from elsewhere lead to commands that are there', () => {
  for (const target of Object.values(foreignWords)) {
    if (target.startsWith('--')) continue;
    expect([...commands.map((spec) => spec.path), ...Object.keys(nouns)]).toContain(target);
  }
});
