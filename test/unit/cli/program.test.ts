/** Which command the words are of, where a name is that of a command as well. */
import { expect, test } from 'vitest';
import { NO_CONFIG } from '../../../src/cli/config/file.ts';
import { runProgram } from '../../../src/cli/program.ts';

/** The command that runs, with its words. */
async function called(line: string) {
  let found: { readonly path: string; readonly args: readonly string[]; readonly options: object } | undefined;
  await runProgram({
    words: line.split(' ').slice(1),
    version: '0',
    columns: () => 80,
    print: () => undefined,
    config: async () => NO_CONFIG,
    run: async ({ path }, { args, options }) => {
      found = { path, args, options };
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
  const found = await called(line);
  expect(found && [found.path, ...found.args].join(' / ')).toBe(path);
});

test('the level of the agent may be written as Kinesis Agent has it', async () => {
  expect((await called('sluice agent -L DEBUG'))?.options).toMatchObject({ logLevel: 'debug' });
  await expect(called('sluice agent -L LOUD')).rejects.toThrow('Allowed choices');
});
