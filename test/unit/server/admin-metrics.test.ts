/** Frames as they come: whole at first, then what changed, and an end when the client or the daemon goes. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { frameAfter, type MetricsFrame, type MetricsLine } from '../../../src/model/metrics-frame.ts';
import { answerMetrics } from '../../../src/server/admin-metrics.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

interface Opened {
  readonly clock: SimClock;
  readonly out: PassThrough;
  readonly draining: AbortController;
  readonly lines: () => readonly MetricsLine[];
  readonly ended: Promise<void>;
}

function open(frame: (n: number) => object, query = 'interval=1000', highWaterMark = 1_000_000): Opened {
  const clock = new SimClock();
  let asked = 0;
  const source = { clock, frame: () => frame(asked++) as unknown as MetricsFrame };
  const response = answerMetrics(source, 'metrics/stream', query)!;
  const out = new PassThrough({ highWaterMark });
  const draining = new AbortController();
  const ended = response.push!(out, draining.signal);
  let text = Buffer.from(response.body).toString();
  const lines = () => {
    for (let chunk = out.read(); chunk !== null; chunk = out.read()) text += String(chunk);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as MetricsLine);
  };
  return { clock, out, draining, lines, ended };
}

test('the first line is whole, each interval adds what changed, also when nothing did', async () => {
  const { clock, lines } = open((n) => ({ atMs: Math.min(n, 2), pid: 7 }));
  await clock.advance(3_000);
  expect(lines()).toEqual([
    { full: { atMs: 0, pid: 7 } },
    { delta: { atMs: 1 } },
    { delta: { atMs: 2 } },
    { delta: {} },
  ]);
});

test('a reader that takes nothing is not written to, and loses nothing', async () => {
  const { clock, lines } = open((n) => ({ atMs: n, bytes: n * 10 }), 'interval=100', 20);
  await clock.advance(1_000);
  const before = lines();
  expect(before.length).toBeLessThan(6);
  await clock.settle();
  await clock.advance(100);
  const frames = lines();
  const last = frames.reduce<MetricsFrame | undefined>((frame, line) => frameAfter(frame, line), undefined);
  expect(last).toMatchObject({ atMs: expect.any(Number) });
  expect((last as unknown as { bytes: number }).bytes).toBe(last!.atMs * 10);
});

test.each(['the client', 'the daemon'])('it ends when %s goes', async (who) => {
  let frames = 0;
  const { clock, out, draining, ended } = open(() => ({ atMs: frames++ }));
  await clock.advance(1_000);
  expect(frames).toBe(2);
  if (who === 'the client') out.destroy();
  else draining.abort();
  await ended;
  await clock.advance(5_000);
  expect(frames).toBe(2);
});
