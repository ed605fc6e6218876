/** Pure decisions of the command line: target, colour, scaling steps, places to split, pace. */
import { describe, expect, test } from 'vitest';
import type { ListedShard } from '../../../src/cli/await-stream.ts';
import { CliError } from '../../../src/cli/cli-error.ts';
import { nextDue, parsePace } from '../../../src/cli/pace.ts';
import { colorLevel } from '../../../src/cli/paint.ts';
import { keySpaceBar, mergePair, splitPoint } from '../../../src/cli/reshard-plan.ts';
import { scaleSteps, scaleTarget } from '../../../src/cli/scale-steps.ts';
import { chooseTarget } from '../../../src/cli/target.ts';

describe('the target', () => {
  const url = (choice: Parameters<typeof chooseTarget>[0]) => chooseTarget(choice).endpoint;

  test('is the flag, then the variables in their order, then the daemon of this machine', () => {
    const env = {
      SLUICE_ENDPOINT: 'http://a:1',
      AWS_ENDPOINT_URL_KINESIS: 'http://b:2',
      AWS_ENDPOINT_URL: 'http://c:3',
    };
    expect(url({ endpoint: 'http://x:9', env })).toBe('http://x:9');
    expect(url({ env })).toBe('http://a:1');
    expect(url({ env: { ...env, SLUICE_ENDPOINT: '' } })).toBe('http://b:2');
    expect(url({ env: { AWS_ENDPOINT_URL: 'http://c:3' } })).toBe('http://c:3');
    expect(url({ env: {}, localUrl: 'http://127.0.0.1:9999' })).toBe('http://127.0.0.1:9999');
    expect(url({ env: {} })).toBe('http://127.0.0.1:4567');
  });

  test('a real key is never sent to this machine', () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_PROFILE: 'prod' };
    const keyAt = (endpoint?: string) => chooseTarget({ endpoint, env }).credentials.accessKeyId;
    expect([undefined, 'http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'].map(keyAt)).toEqual(
      Array(4).fill('local'),
    );
    expect(keyAt('http://kinesis:4567')).toBe('AKIA');
  });

  test('what is no URL is refused', () => {
    for (const endpoint of ['here', 'ftp://x', '127.0.0.1:4567']) {
      expect(() => chooseTarget({ endpoint, env: {} })).toThrow(CliError);
    }
  });
});

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

describe('pace', () => {
  test('words and factors', () => {
    expect(['max', 'original', '4x', '0.5x'].map(parsePace)).toEqual([Number.POSITIVE_INFINITY, 1, 4, 0.5]);
    for (const text of ['', '4', '0x', 'x4', 'fast']) expect(() => parsePace(text)).toThrow(CliError);
  });

  test('a record is due after its gap, sped up; a long silence counts as the longest allowed', () => {
    const pace = { factor: 4, maxGapMs: 5_000 };
    expect(nextDue({ arrivalMs: 1_000, dueMs: 10 }, 1_400, pace)).toEqual({ arrivalMs: 1_400, dueMs: 110 });
    expect(nextDue({ arrivalMs: 1_000, dueMs: 10 }, 3_600_000, pace).dueMs).toBe(10 + 1_250);
    expect(nextDue({ arrivalMs: 1_000, dueMs: 10 }, 900, pace)).toEqual({ arrivalMs: 1_000, dueMs: 10 });
  });
});
