/** Keys by a person's own settings: what is asked for, and what is told of what cannot be. */
import { expect, test } from 'vitest';
import { keymapOf } from '../../../src/tui/keymap.ts';

test('an action has the keys it is given, and loses its own', () => {
  const { actionOf, problems, bindings } = keymapOf({ split: 'X', down: ['j', 'ctrl-n'] });
  expect(['X', 'S', 'j', 'ctrl-n', 'down'].map(actionOf)).toEqual(['split', undefined, 'down', 'down', undefined]);
  expect(problems).toEqual([]);
  expect(bindings.find((one) => one.action === 'split')?.shown).toBe('X');
});

test('a key that another action has goes over, and that is told', () => {
  const { actionOf, problems } = keymapOf({ split: 'M' });
  expect(actionOf('M')).toBe('split');
  expect(problems).toEqual(['keys.split: M was the key of merge']);
});

test('of two settings that want one key the first has it', () => {
  const { actionOf, problems } = keymapOf({ split: 'X', merge: ['X', 'Y'] });
  expect([actionOf('X'), actionOf('Y')]).toEqual(['split', 'merge']);
  expect(problems).toEqual(['keys.merge: X is given to split already']);
});

test.each([
  [{ explode: 'X' }, /^keys.explode is no action/],
  [{ split: 'ctrl-c' }, /^keys.split: ctrl-c always quits/],
  [{ split: 'ctrl-z' }, /^keys.split: ctrl-z is the terminal/],
  [{ split: '3' }, /^keys.split: 3 is the number of a screen/],
  [{ view: 'v' }, /^keys.view cannot be changed/],
  [{ split: 'meta-x' }, /^keys.split: "meta-x" is no key/],
  [{ split: 7 }, /^keys.split: 7 is no key/],
])('%j is told', (wanted, problem) => {
  const { problems, actionOf } = keymapOf(wanted);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
  expect([actionOf('q'), actionOf('3')]).toEqual(['quit', 'view']);
});

test('what is no list of keys changes nothing', () => {
  for (const wanted of [undefined, null, 'S', 5]) expect(keymapOf(wanted).actionOf('S')).toBe('split');
});
