/** Foreign text on a terminal: it acts on nothing and is as wide as it says. */
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { safeStart, safeText, spread, toWidth, toWidthRight, widthOf } from '../../../src/tui/text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be left
const ACTS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

describe('safe text', () => {
  test('has nothing that acts on a terminal, and is as wide as its characters together', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const safe = safeText(text);
        expect(safe).not.toMatch(ACTS);
        expect([...safe].reduce((sum, character) => sum + stringWidth(character), 0)).toBe(stringWidth(safe));
        expect(widthOf(safe)).toBe(stringWidth(safe));
      }),
    );
  });
  test.each([
    ['plain text stays', 'u-8812 {"a":1}', 'u-8812 {"a":1}'],
    ['an escape sequence is disarmed', '\u001b[2Jgone', '·[2Jgone'],
    ['lines become one', 'a\r\nb\tc', 'a b c'],
    ['direction marks are shown', 'a\u202eb', 'a·b'],
    ['a family is its members', '👨\u200d👩', '👨👩'],
    ['a flag is its letters', '🇩🇪', 'DE'],
    ['accents join their letter', 'e\u0301', 'é'],
    ['piled marks are cut', 'x\u0316\u0317\u0318\u0319', 'x\u0316\u0317'],
    ['a lone surrogate is a sign', 'a\ud800', 'a·'],
    ['wide letters stay', '日本', '日本'],
  ])('%s', (_, text, safe) => expect(safeText(text)).toBe(safe));
  test('of a long text only the start is looked at', () => {
    expect(safeStart('x'.repeat(1_000_000), 10)).toHaveLength(40);
  });
});

test('any safe text fits any width exactly, at either side', () => {
  fc.assert(
    fc.property(anything, fc.nat(60), (text, width) => {
      expect(stringWidth(toWidth(safeText(text), width))).toBe(width);
      expect(stringWidth(toWidthRight(safeText(text), width))).toBe(width);
    }),
  );
});

test('what is cut says so', () => {
  expect(toWidth('abcdef', 4)).toBe('abc…');
  expect(toWidth('日本語', 5)).toBe('日本…');
  expect(toWidth('日本語', 4)).toBe('日… ');
});

test('of two ends the right one gives way', () => {
  expect(spread('left', 'right', 12)).toBe('left   right');
  expect(spread('left', 'right', 9)).toBe('left     ');
});
