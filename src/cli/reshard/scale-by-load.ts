/** Scaling by load: the hottest shard is split again and again, or the coldest pair of neighbours merged. Pure. */
import { balancePoint } from '../../model/balance.ts';
import { byStart, canSplitAt, joinRanges, splitRange } from '../../model/hash-range.ts';
import type { HashRange } from '../../model/shard.ts';
import type { ShardLoad } from './shard-load.ts';

/** Split the shard in which `at` lies, so that the upper one begins there; or merge the two that meet at it. */
export interface ScaleStep {
  readonly kind: 'split' | 'merge';
  readonly at: bigint;
}

/** A shard as the plan thinks of it: the load of each even part of its range. */
interface Segment {
  readonly range: HashRange;
  readonly buckets: readonly number[];
  readonly bytes: number;
}

/** Steps from the open shards to `target` of them; as many as shards come or go. Fewer when nothing can be split any more. */
export function scaleByLoad(loads: readonly ShardLoad[], target: number): readonly ScaleStep[] {
  let segments: readonly Segment[] = [...loads].sort((a, b) => byStart(a.range, b.range));
  const steps: ScaleStep[] = [];
  while (segments.length !== target) {
    const next = segments.length < target ? hottestSplit(segments) : coldestMerge(segments);
    if (next === undefined) break;
    steps.push(next.step);
    segments = next.segments;
  }
  return steps;
}

interface Next {
  readonly step: ScaleStep;
  readonly segments: readonly Segment[];
}

/** Without any traffic the widest is split, in its middle. */
function hottestSplit(segments: readonly Segment[]): Next | undefined {
  const order = segments.map((segment, i) => ({ segment, i, at: cutOf(segment) })).filter(({ at }) => at !== undefined);
  order.sort((a, b) => b.segment.bytes - a.segment.bytes || compare(widthOf(b.segment), widthOf(a.segment)));
  const first = order[0];
  if (first === undefined) return undefined;
  const at = first.at!;
  return { step: { kind: 'split', at }, segments: segments.toSpliced(first.i, 1, ...partsOf(first.segment, at)) };
}

function cutOf({ range, buckets, bytes }: Segment): bigint | undefined {
  const balanced = bytes > 0 ? balancePoint(range, buckets) : undefined;
  const middle = range.start + (range.end - range.start + 1n) / 2n;
  return balanced ?? (canSplitAt(range, middle) ? middle : undefined);
}

/** A cut lies between two parts, or nothing is known of the load. */
function partsOf({ range, buckets }: Segment, at: bigint): readonly [Segment, Segment] {
  const [lower, upper] = splitRange(range, at);
  const parts = Number(
    ((at - range.start) * BigInt(buckets.length) + (range.end - range.start) / 2n) / (range.end - range.start + 1n),
  );
  return [segmentOf(lower, buckets.slice(0, parts)), segmentOf(upper, buckets.slice(parts))];
}

function segmentOf(range: HashRange, buckets: readonly number[]): Segment {
  return { range, buckets, bytes: buckets.reduce((sum, load) => sum + load, 0) };
}

function coldestMerge(segments: readonly Segment[]): Next | undefined {
  const pairs = segments.slice(1).map((upper, i) => {
    const lower = segments[i]!;
    return { i, lower, upper, bytes: lower.bytes + upper.bytes, width: widthOf(lower) + widthOf(upper) };
  });
  pairs.sort((a, b) => a.bytes - b.bytes || compare(a.width, b.width));
  const first = pairs[0];
  if (first === undefined) return undefined;
  const { i, lower, upper, bytes } = first;
  const merged = { range: joinRanges(lower.range, upper.range), buckets: [...lower.buckets, ...upper.buckets], bytes };
  return { step: { kind: 'merge', at: upper.range.start }, segments: segments.toSpliced(i, 2, merged) };
}

function widthOf({ range }: Segment): bigint {
  return range.end - range.start;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
