/** Templates of lists and documents. */
import { expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { plainPaint } from '../../../../src/cli/paint.ts';
import { parseLineTemplate } from '../../../../src/cli/template/line-template.ts';

const names = ['name', 'shards', 'created', 'parents', 'tags'];
const row = {
  name: 'orders\u001b[2J',
  shards: 4,
  created: '2026-11-20T12:04:31.207Z',
  parents: ['0001', '0002'],
  tags: { team: 'shop' },
};
/** A minute after `created`. */
const options = { isTerminal: false, paint: plainPaint, now: () => 1_795_176_331_207 };
const shown = (template: string, isTerminal = false) =>
  parseLineTemplate(template, names, { ...options, isTerminal })(row);

test('columns stand where their names do, with the filters of records', () => {
  expect(shown(String.raw`{shards|pad:3}|{created|ago} {parents} {tags}\n`)).toBe(
    '4  |1m00s 0001,0002 {"team":"shop"}\n',
  );
});

test('what a server sent does not drive a terminal', () => {
  expect(shown('{name}')).toBe('orders\u001b[2J');
  expect(shown('{name}', true)).not.toContain('\u001b');
});

test('a field that is not there is refused with the one that may be meant', () => {
  expect(() => shown('{nmae}')).toThrow(CliError);
  expect(() => shown('{nmae}')).toThrow(/did you mean "name"/);
});
