/** Bytes as keys: what terminals send, also in pieces; what nobody knows does nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Input, KeyDecoder } from '../../../src/tui/key-decoder.ts';
import { BINDINGS } from '../../../src/tui/keys.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const inputsOf = (text: string): readonly Input[] => {
  const decoder = new KeyDecoder();
  return [...decoder.take(bytes(text)), ...decoder.flush()];
};
const keysOf = (text: string) => inputsOf(text).map((input) => (input.kind === 'key' ? input.key : input));

describe('keys', () => {
  test.each([
    ['letters', 'jK', ['j', 'K']],
    ['arrows', '\u001b[A\u001b[B\u001bOA', ['up', 'down', 'up']],
    ['pages and ends', '\u001b[5~\u001b[6~\u001b[H\u001b[4~', ['page-up', 'page-down', 'home', 'end']],
    ['Tab and back', '\t\u001b[Z', ['tab', 'shift-tab']],
    ['Enter, Backspace, Space', '\r\u007f ', ['enter', 'backspace', 'space']],
    ['control keys', '\u0003\u0004\u000c\u0015', ['ctrl-c', 'ctrl-d', 'ctrl-l', 'ctrl-u']],
    ['Escape alone', '\u001b', ['escape']],
    ['Escape and a key', '\u001bj', ['escape', 'j']],
    ['letters of other scripts', 'é日', ['é', '日']],
  ])('%s', (_, text, keys) => expect(keysOf(text)).toEqual(keys));
});

describe('what stops Ink 6.8 or comes through it as typed text', () => {
  test.each([
    ['Ctrl-F1 of xterm', '\u001b[1;5P'],
    ['Ctrl-Tab of mintty', '\u001b[1;5I'],
    ['focus reports', '\u001b[I\u001b[O'],
    ['an answer to a colour question', '\u001b]11;rgb:0000/0000/0000\u0007'],
    ['a cursor position report', '\u001b[12;40R'],
    ['a mouse report of the old form', '\u001b[M !!'],
    ['a release of a mouse button', '\u001b[<0;3;4m'],
    ['function keys', '\u001b[15~\u001b[1;2R\u001bOP\u001b[[A'],
    ['NUL and other controls', '\u0000\u001c\u009b'],
  ])('%s does nothing', (_, text) => {
    expect(keysOf(text)).toEqual([]);
    expect(keysOf(`${text}j`)).toEqual(['j']);
  });
  test('a paste is one piece of text, whatever it holds', () => {
    expect(inputsOf('\u001b[200~q\u001b[A\nS y\u001b[201~j')).toEqual([
      { kind: 'paste', text: 'q\u001b[A\nS y' },
      { kind: 'key', key: 'j' },
    ]);
  });
  test('a mouse report is a click or a turn of the wheel', () => {
    expect(inputsOf('\u001b[<0;12;7M\u001b[<64;1;1M\u001b[<65;1;1M')).toEqual([
      { kind: 'mouse', action: 'click', column: 12, row: 7 },
      { kind: 'mouse', action: 'wheelUp', column: 1, row: 1 },
      { kind: 'mouse', action: 'wheelDown', column: 1, row: 1 },
    ]);
  });
});

test('it does not matter in what pieces the bytes come', () => {
  const parts = fc.array(
    fc.constantFrom(
      'j',
      '\u001b[A',
      '\u001b[1;5P',
      '\u001b[200~pasted\u001b[201~',
      '\u001b[<0;12;7M',
      'é',
      '\u001bOB',
      ' ',
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(parts, fc.array(fc.nat(12)), (texts, cuts) => {
      const all = bytes(texts.join(''));
      const decoder = new KeyDecoder();
      const inputs: Input[] = [];
      let at = 0;
      for (const cut of [...cuts, all.length]) {
        inputs.push(...decoder.take(all.subarray(at, at + cut)));
        at = Math.min(all.length, at + cut);
      }
      expect([...inputs, ...decoder.flush()]).toEqual(inputsOf(texts.join('')));
    }),
  );
});

test('random bytes never throw, and nothing is left waiting', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      const decoder = new KeyDecoder();
      decoder.take(noise);
      decoder.flush();
      expect(decoder.isWaiting).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('no key means two things', () => {
  const keys = BINDINGS.flatMap((one) => one.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
