/** Frames and their deltas: what the daemon sends and what a screen makes of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deltaBetween, frameAfter, type MetricsFrame, type MetricsLine } from '../../../src/model/metrics-frame.ts';

const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.nat(9), { maxLength: 4 }));
const name = fc.oneof(fc.constantFrom('1', '2', 'name', '__proto__', 'constructor'), fc.string());
const { tree } = fc.letrec<{ tree: object }>((tie) => ({
  tree: fc.dictionary(name, fc.oneof({ depthSize: 'small' }, value, tie('tree')), { maxKeys: 4 }),
}));
const frame = tree as unknown as fc.Arbitrary<MetricsFrame>;
/** As it comes out of the wire. */
const sent = <T>(line: T): T => JSON.parse(JSON.stringify(line)) as T;

test('a delta makes the later frame of the earlier one, over the wire', () => {
  fc.assert(
    fc.property(frame, frame, (before, after) => {
      const line = sent<MetricsLine>({ delta: deltaBetween(before, after) });
      expect(sent(frameAfter(before, line))).toEqual(sent(after));
    }),
  );
});

test('a delta holds what changed and nothing else', () => {
  const before = { atMs: 1, streams: { 1: { name: 'a', shards: { 0: { bytesIn: 1, lagMs: 7 } } }, 2: {} } };
  const after = { atMs: 2, streams: { 1: { name: 'a', shards: { 0: { bytesIn: 5 } } } } };
  const delta = deltaBetween(before as unknown as MetricsFrame, after as unknown as MetricsFrame);
  expect(delta).toEqual({ atMs: 2, streams: { 1: { shards: { 0: { bytesIn: 5, lagMs: null } } }, 2: null } });
  expect(deltaBetween(after as unknown as MetricsFrame, structuredClone(after) as unknown as MetricsFrame)).toEqual({});
});

test('what did not change stays the same object, so a screen need not look at it again', () => {
  const before = { streams: { 1: { heat: [1, 2] }, 2: { heat: [3] } } } as unknown as MetricsFrame;
  const after = frameAfter(before, { delta: { streams: { 1: { openShards: 2 } } } })!;
  expect(after.streams['2']).toBe(before.streams['2']);
  expect(after.streams['1']).toEqual({ heat: [1, 2], openShards: 2 });
});

test('a full line stands by itself, a delta without a frame gives none', () => {
  const full = { atMs: 3 } as MetricsFrame;
  expect(frameAfter({ atMs: 1, events: {} } as MetricsFrame, { full })).toBe(full);
  expect(frameAfter(undefined, { delta: { atMs: 4 } })).toBeUndefined();
});
