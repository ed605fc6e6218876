/** Small decisions of tail: what retention has taken, where to go on, ticks while nothing comes. */
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../../src/cli/context.ts';
import { withoutFrom } from '../../../../src/cli/tail/go-on.ts';
import { trimmedText } from '../../../../src/cli/tail/horizon.ts';
import { TailProgress } from '../../../../src/cli/tail/progress.ts';
import { withTicks } from '../../../../src/cli/tail/ticks.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { ARRIVAL_MS, sighting } from '../sighting.ts';

const HOUR_MS = 3_600_000;

describe('what retention has taken', () => {
  const text = (beginMs: number, createdMs: number) =>
    trimmedText(
      'orders',
      { RetentionPeriodHours: 24, StreamCreationTimestamp: createdMs },
      { beginMs, nowMs: ARRIVAL_MS },
    );

  test('is told when the stream is older than what it keeps', () => {
    expect(text(ARRIVAL_MS - 30 * HOUR_MS, 0)).toBe(
      'orders keeps records for 24 h: reading begins at 2026-11-19T12:04:31.207Z, what arrived before is gone',
    );
  });

  test('is nothing when the stream is younger, or keeps it all', () => {
    expect(text(ARRIVAL_MS - 30 * HOUR_MS, ARRIVAL_MS - HOUR_MS)).toBeUndefined();
    expect(text(ARRIVAL_MS - 23 * HOUR_MS, 0)).toBeUndefined();
  });
});

describe('where another run goes on', () => {
  const progress = () => new TailProgress({ clock: systemClock } as Context);
  const shard = (i: number, lagMs = 0) => ({ stream: 'orders', shardId: `shardId-00000000000${i}`, lagMs });
  const record = (arrivalMs: number) => sighting('', { arrivalMs, sequenceNumber: String(arrivalMs) }).record;

  test('in one shard: behind its last record', () => {
    const one = progress();
    one.start('orders', shard(0).shardId, { at: 'horizon' });
    one.pass(shard(0), record(5_000));
    expect(one.goOn()).toBe('after:5000');
  });

  test('in several: at the last record where all are at their tips, else where the one behind is', () => {
    const several = progress();
    several.pass(shard(0), record(5_000));
    several.pass(shard(1), record(3_000));
    expect(several.goOn()).toBe('1970-01-01T00:00:05.000Z');
    several.pass(shard(1, 10), record(4_000));
    expect(several.goOn()).toBe('1970-01-01T00:00:04.000Z');
  });

  test('nowhere while a shard may have records that were not seen; a shard that is empty does not matter', () => {
    const one = progress();
    one.start('orders', shard(0).shardId, { at: 'horizon' });
    one.start('orders', shard(1).shardId, { at: 'horizon' });
    expect(one.goOn()).toBeUndefined();
    one.pass(shard(0), record(5_000));
    expect(one.goOn()).toBeUndefined();
    one.nothing('orders', shard(1).shardId);
    expect(one.goOn()).toBe('1970-01-01T00:00:05.000Z');
  });

  test('a shard that ended is replaced by those that follow it', () => {
    const one = progress();
    one.pass(shard(0), record(5_000));
    one.end('orders', shard(0).shardId, [shard(1).shardId]);
    expect([...one.streams.get('orders')!]).toEqual([[shard(1).shardId, { position: { at: 'horizon' } }]]);
  });
});

test('the command line is repeated without its position', () => {
  expect(withoutFrom(['tail', 'orders', '--from', '15m', '-g', 'x', '--from=1h'])).toEqual([
    'tail',
    'orders',
    '-g',
    'x',
  ]);
});

test('ticks come between batches, every batch comes once, and a failure is thrown', async () => {
  let onTick = () => {};
  const ticked = new Promise<void>((resolve) => {
    onTick = resolve;
  });
  async function* batches() {
    yield 1;
    await ticked;
    yield 2;
    throw new Error('broken');
  }
  const seen: (number | undefined)[] = [];
  const all = (async () => {
    for await (const one of withTicks(batches(), systemClock, 1)) {
      seen.push(one);
      if (one === undefined) onTick();
    }
  })();
  await expect(all).rejects.toThrow('broken');
  expect(seen.filter((one) => one !== undefined)).toEqual([1, 2]);
  expect(seen).toContain(undefined);
});

test('leaving the loop does not wait for a batch that never comes', async () => {
  async function* silent(): AsyncGenerator<number> {
    await new Promise(() => undefined);
  }
  for await (const one of withTicks(silent(), systemClock, 1)) {
    expect(one).toBeUndefined();
    break;
  }
});
