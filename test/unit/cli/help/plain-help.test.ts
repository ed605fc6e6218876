/** Help without a parser says what the parser would have said, or nothing. */
import { expect, test } from 'vitest';
import { NO_CONFIG } from '../../../../src/cli/config/file.ts';
import { plainHelp } from '../../../../src/cli/help/plain-help.ts';
import { runProgram } from '../../../../src/cli/program.ts';
import { commands, nouns } from '../../../../src/cli/table.ts';

const columns = 90;
const version = '1.2.3';

async function parsedHelp(words: readonly string[]): Promise<string> {
  let text = '';
  const print = (piece: string) => {
    text += piece;
  };
  const run = () => Promise.reject(new Error('nothing is to be run'));
  await runProgram({ words, version, columns: () => columns, print, config: async () => NO_CONFIG, run });
  return text;
}

const named = ['', ...Object.keys(nouns), ...commands.map(({ path }) => path)];

test.each(named)('sluice %s -h', async (path) => {
  const words = [...path.split(' ').filter((word) => word !== ''), '-h'];
  const help = plainHelp({ words, version, columns });
  expect(help).toMatch(/\n$/);
  expect(help).toBe(await parsedHelp(words));
});

test('what has to be parsed is left to the parser', () => {
  const lines = [
    [],
    ['put'],
    ['put', 'orders', '-h'],
    ['-v', '-h'],
    ['nothing', '-h'],
    ['put', '-h', 'x'],
    ['toString', '-h'],
  ];
  for (const words of lines) expect(plainHelp({ words, version, columns })).toBeUndefined();
});
