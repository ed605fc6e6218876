/** Pure decisions of the command line: colour, scaling steps, places to split. */
import { describe, expect, test } from 'vitest';
import type { ListedShard } from '../../../src/cli/await-stream.ts';
import { CliError } from '../../../src/cli/cli-error.ts';
import { colorLevel } from '../../../src/cli/paint.ts';
import { keySpaceBar, mergePair, splitPoint } from '../../../src/cli/reshard/reshard-plan.ts';
import { scaleSteps, scaleTarget } from '../../../src/cli/reshard/scale-steps.ts';

describe('colour', () => {
  test.each([
    ['on a terminal', undefined, {}, true, 1],
    ['in a pipe', undefined, {}, false, 0],
    ['the flag wins', 'always', { NO_COLOR: '1' }, false, 1],
    ['the flag wins', 'never', { FORCE_COLOR: '1' }, true, 0],
    ['NO_COLOR over FORCE_COLOR', undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, 0],
    ['an empty NO_COLOR says nothing', undefined, { NO_COLOR: '' }, true, 1],
    ['FORCE_COLOR in a pipe', undefined, { FORCE_COLOR: '1' }, false, 1],
    ['FORCE_COLOR=0', undefined, { FORCE_COLOR: '0' }, true, 0],
    ['CLICOLOR_FORCE in a pipe', undefined, { CLICOLOR_FORCE: '1' }, false, 1],
    ['a dumb terminal', undefined, { TERM: 'dumb' }, true, 0],
    ['256 colours', undefined, { TERM: 'xterm-256color' }, true, 2],
    ['true colour', undefined, { COLORTERM: 'truecolor' }, true, 3],
  ] as const)('%s', (_, when, env, isTerminal, level) => expect(colorLevel(when, env, isTerminal)).toBe(level));
});

describe('scaling', () => {
  test('goes by doubling and halving', () => {
    expect(scaleSteps(4, 8)).toEqual([8]);
    expect(scaleSteps(3, 20)).toEqual([6, 12, 20]);
    expect(scaleSteps(20, 3)).toEqual([10, 5, 3]);
    expect(scaleSteps(5, 5)).toEqual([]);
  });

  test('targets', () => {
    expect(['8', '+2', '-1', 'x2'].map((text) => scaleTarget(text, 4))).toEqual([8, 6, 3, 8]);
    for (const text of ['', '0', '-4', 'x0', 'two', '1.5']) expect(() => scaleTarget(text, 4)).toThrow(CliError);
  });
});

const shard = (index: number, start: bigint, end: bigint): ListedShard => ({
  ShardId: `shardId-${String(index).padStart(12, '0')}`,
  HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
  SequenceNumberRange: { StartingSequenceNumber: '1' },
});
const top = 2n ** 128n - 1n;

describe('splitting and merging', () => {
  test('the middle halves a range, a partition key parts it at its MD5', () => {
    expect(splitPoint(shard(0, 0n, top), 'middle')).toBe(2n ** 127n);
    expect(splitPoint(shard(0, 0n, 99n), 'middle')).toBe(50n);
    expect(splitPoint(shard(0, 0n, top), 'key:a')).toBe(16_955_237_001_963_240_173_058_271_559_858_726_497n);
  });

  test('the API wants it above start + 1 and below the end', () => {
    const small = shard(0, 10n, 20n);
    expect(['12', '19'].map((at) => splitPoint(small, at))).toEqual([12n, 19n]);
    for (const at of ['11', '20', '5', 'nowhere']) expect(() => splitPoint(small, at)).toThrow(CliError);
    expect(() => splitPoint(shard(0, 10n, 12n), 'middle')).toThrow(CliError);
  });

  test('a pair is put in the order of its ranges, and must adjoin', () => {
    const shards = [shard(0, 0n, 9n), shard(1, 10n, 19n), shard(2, 20n, top)];
    const pair = (a: string, b?: string) => mergePair(shards, a, b).map((one) => Number(one.ShardId.slice(-1)));
    expect(pair('1', '0')).toEqual([0, 1]);
    expect(pair('1', '2')).toEqual([1, 2]);
    expect(pair('1')).toEqual([1, 2]);
    expect(pair('2')).toEqual([1, 2]);
    expect(() => pair('0', '2')).toThrow(CliError);
    expect(() => pair('0', '0')).toThrow(CliError);
  });

  test('the bar shows edges and the range marked', () => {
    expect(keySpaceBar([0n, 2n ** 127n], { start: 2n ** 127n, end: top })).toBe(
      `[${'-'.repeat(24)}|${'='.repeat(23)}]`,
    );
  });
});
