/** Which command the words are of, where a name is that of a command as well. */
import { expect, test } from 'vitest';
import { NO_CONFIG } from '../../../src/cli/config/file.ts';
import { runProgram } from '../../../src/cli/program.ts';

/** The path of the command that runs, with its arguments. */
async function ran(line: string): Promise<string | undefined> {
  let found: string | undefined;
  await runProgram({
    words: line.split(' ').slice(1),
    version: '0',
    columns: () => 80,
    print: () => undefined,
    config: async () => NO_CONFIG,
    run: async ({ path }, { args }) => {
      found = [path, ...args].join(' / ');
    },
  });
  return found;
}

test.each([
  ['sluice consume orders -g list -- cat', 'consume / orders'],
  ['sluice consume -g list orders -- cat', 'consume / orders'],
  ['sluice consume orders --group=reset -- cat', 'consume / orders'],
  ['sluice consume orders -g describe --dlq register -- cat', 'consume / orders'],
  ['sluice consume list', 'consume list'],
  ['sluice consume list list', 'consume list / list'],
  ['sluice consume describe orders -g list', 'consume describe / orders'],
  ['sluice consume -q list orders', 'consume list / orders'],
  ['sluice consume --endpoint http://127.0.0.1:1 list', 'consume list'],
  ['sluice serve --name status', 'serve'],
  ['sluice serve status --name stop', 'serve status'],
  ['sluice --quiet serve status', 'serve status'],
  ['sluice stream describe list', 'stream describe / list'],
  ['sluice tail serve', 'tail / serve'],
])('%s', async (line, path) => {
  expect(await ran(line)).toBe(path);
});
