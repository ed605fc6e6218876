/**
 * How many shards a stream is to have, and the way there: one call at most doubles the number or halves it. Pure.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
 */
import { usageError } from '../cli-error.ts';

/** `8` is eight, `+2` and `-2` count from now, `x2` and `x1.5` multiply. */
export function scaleTarget(text: string, open: number): number {
  const match = /^([+-]?)(\d{1,6})$/.exec(text) ?? /^(x)(\d{1,6}(?:\.\d+)?)$/.exec(text);
  const n = Number(match?.[2]);
  const targets: Readonly<Record<string, number>> = { '': n, '+': open + n, '-': open - n, x: Math.round(open * n) };
  const target = match === null ? 0 : targets[match[1]!]!;
  if (target < 1) throw usageError(`"${text}" is no number of shards`, 'Write for example 8, +2 or x2.');
  return target;
}

/** The numbers of shards on the way from `open` to `target`, which is the last of them. */
export function scaleSteps(open: number, target: number): readonly number[] {
  const steps: number[] = [];
  for (let now = open; now !== target; steps.push(now)) {
    now = target > now ? Math.min(target, now * 2) : Math.max(target, Math.ceil(now / 2));
  }
  return steps;
}
