/** What is sent of a changed line, on a terminal of one line that keeps letters and colours: it must show the new line. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf, changesBetween } from '../../../src/tui/cells.ts';

const WIDTH = 40;
const ESC = '\u001b';

interface Shown {
  readonly signs: string[];
  readonly colors: string[];
}

const blank = (): Shown => ({ signs: new Array(WIDTH).fill(' '), colors: new Array(WIDTH).fill('') });

/** As ECMA-48 says: CHA goes to a column, EL erases to the end, SGR 1, 31 to 33, 7 and their ends colour what follows. */
function played(line: Shown, bytes: string): Shown {
  const { signs, colors } = { signs: [...line.signs], colors: [...line.colors] };
  let at = 0;
  let [bold, inverse, color] = ['', '', ''];
  for (const [piece, column, erases, sgr] of bytes.matchAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal reads
    /\u001b\[(\d+)G|(\u001b\[K)|\u001b\[(\d*)m|[^\u001b]/g,
  )) {
    if (column !== undefined) at = Number(column) - 1;
    else if (erases !== undefined) {
      for (let cell = at; cell < WIDTH; cell++) [signs[cell], colors[cell]] = [' ', ''];
    } else if (sgr !== undefined) {
      if (sgr === '0' || sgr === '') [bold, inverse, color] = ['', '', ''];
      else if (sgr === '1' || sgr === '22') bold = sgr === '1' ? 'bold' : '';
      else if (sgr === '7' || sgr === '27') inverse = sgr === '7' ? 'inverse' : '';
      else color = sgr === '39' ? '' : sgr;
    } else {
      [signs[at], colors[at]] = [piece, bold + inverse + color];
      at++;
    }
  }
  expect([bold, inverse, color]).toEqual(['', '', '']);
  return { signs, colors };
}

const colored = fc.tuple(
  fc.constantFrom('', '1|22', '31|39', '32|39', '7|27'),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '█', '▁', '·'), maxLength: 9 }),
);
const line = fc.array(colored, { maxLength: 4 }).map((pieces) =>
  pieces
    .map(([codes, text]) => {
      const [on, off] = codes.split('|');
      return codes === '' ? text : `${ESC}[${on}m${text}${ESC}[${off}m`;
    })
    .join(''),
);

test('after the changes the terminal shows the new line, colours too', () => {
  fc.assert(
    fc.property(line, line, (before, after) => {
      const shown = played(blank(), before);
      const changes = changesBetween(cellsOf(before)!, cellsOf(after)!);
      expect(played(shown, changes)).toEqual(played(blank(), after));
    }),
    { numRuns: 500 },
  );
});

test('two figures of a long line take fewer bytes than the line', () => {
  const row = (rate: number, share: number) => `  0003 ${'─'.repeat(60)} ${rate} KB ${'█'.repeat(40)} ${share}%`;
  const changes = changesBetween(cellsOf(row(412, 41))!, cellsOf(row(413, 42))!);
  expect(changes).toBe(`${ESC}[71G3${ESC}[118G2`);
});

test('lines with letters of another width, or none, have no cells', () => {
  expect(cellsOf('漢')).toBeUndefined();
  expect(cellsOf('e\u0301')).toBeUndefined();
});
