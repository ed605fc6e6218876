/** What doctor makes of a terminal: its variables and the answers it types. */
import { expect, test } from 'vitest';
import { NO_ANSWERS, terminalAnswers, terminalFinding } from '../../../../src/cli/doctor/terminal.ts';

const ENV = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };
const GOOD = { cells: 4, synchronizes: true, alternates: true };

test.each([
  ['no terminal', {}, false, NO_ANSWERS, 'skip'],
  ['a dumb one', { TERM: 'dumb' }, true, NO_ANSWERS, 'warn'],
  ['one without UTF-8', { TERM: 'xterm', LANG: 'C' }, true, NO_ANSWERS, 'warn'],
  ['one that says nothing of itself', ENV, true, NO_ANSWERS, 'ok'],
  ['a good one', ENV, true, GOOD, 'ok'],
  ['one that takes bars for wide', ENV, true, { ...GOOD, cells: 6 }, 'warn'],
  ['one that knows no wide characters', ENV, true, { ...GOOD, cells: 3 }, 'warn'],
  ['one without an alternate screen', ENV, true, { ...GOOD, alternates: false }, 'warn'],
  ['one that draws in pieces', ENV, true, { ...GOOD, synchronizes: false }, 'ok'],
] as const)('%s', (_, env, isTerminal, answers, state) => {
  const finding = terminalFinding(env, isTerminal, answers);
  expect(finding.state).toBe(state);
  if (state === 'warn') expect(finding.fix).toBeTruthy();
});

test('what is told names how it draws', () => {
  expect(terminalFinding(ENV, true, GOOD).found).toBe('xterm-256color, 256 colours, C.UTF-8, synchronized output');
  expect(terminalFinding(ENV, true, { ...GOOD, synchronizes: false }).found).toContain(', no synchronized output');
});

// As in the manual of the VT510: CPR is CSI row ; column R, DECRPM is CSI ? mode ; state $ y, and state 0 is "not recognized".
test('answers are read wherever they stand among typed keys', () => {
  const text = 'q\u001b[12;5R\u001b[?2026;2$y\u001b[?1049;0$y\u001b[?62;22c';
  expect(terminalAnswers(text)).toEqual({ cells: 4, synchronizes: true, alternates: false });
  expect(terminalAnswers('\u001b[?62;22c')).toEqual(NO_ANSWERS);
});
