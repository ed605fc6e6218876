/** What a split or merge would do: where, how the load parts, and the command line that does the same. Pure. */
import { balancePoint, shareBelow } from '../model/balance.ts';
import { canSplitAt, isAdjacent } from '../model/hash-range.ts';
import { METRICS_KEY_CHARS_MAX } from '../model/limits.ts';
import { heavyKey } from './advice.ts';
import type { ShardFigures, StreamFigures } from './figures.ts';
import { percentText } from './format.ts';
import { hashKeyOf } from './hash-key.ts';
import type { SplitAt } from './state.ts';

export interface SplitPreview {
  readonly shard: ShardFigures;
  readonly at: SplitAt;
  /** First hash key of the upper child; undefined when the shard cannot be split there. */
  readonly point: bigint | undefined;
  /** Part of the load that stays below, 0 to 1. */
  readonly below: number;
  readonly note: string;
  /** The same from the shell. */
  readonly command: string;
}

const LEAST_SHARE = 0.02;

/** Ways to split a shard, those that can be done now. */
export function splitChoices(stream: StreamFigures, shard: ShardFigures): readonly SplitAt[] {
  const all: readonly SplitAt[] = ['balance', 'middle', 'key'];
  return all.filter((at) => {
    const point = pointOf(stream, shard, at);
    if (point === undefined || at !== 'balance') return point !== undefined;
    // A point that leaves one side without load balances nothing.
    const below = shareBelow(shard, shard.buckets, point);
    return below >= LEAST_SHARE && below <= 1 - LEAST_SHARE;
  });
}

export function previewSplit(stream: StreamFigures, shard: ShardFigures, at: SplitAt): SplitPreview {
  const point = pointOf(stream, shard, at);
  const hasLoad = shard.buckets.some((load) => load > 0);
  const below = point === undefined ? 0 : hasLoad ? shareBelow(shard, shard.buckets, point) : keyShare(shard, point);
  const key = heavyKey(stream, shard);
  const note =
    key === undefined
      ? hasLoad
        ? 'the load as it was seen in the last seconds'
        : 'no load was seen: by hash keys'
      : `one key, ${key.name}, carries ${percentText(key.share!)}: a split cannot spread it (salt the key)`;
  const command = `sluice split ${shellWord(stream.name)} ${shard.index} --at ${atWord(stream, shard, at, point)}`;
  return { shard, at, point, below, note, command };
}

function pointOf(stream: StreamFigures, shard: ShardFigures, at: SplitAt): bigint | undefined {
  const point = wantedPoint(stream, shard, at);
  return point !== undefined && canSplitAt(shard, point) ? point : undefined;
}

function wantedPoint(stream: StreamFigures, shard: ShardFigures, at: SplitAt): bigint | undefined {
  if (at === 'balance') return balancePoint(shard, shard.buckets);
  if (at === 'middle') return shard.start + (shard.end - shard.start + 1n) / 2n;
  const key = heavyKey(stream, shard);
  // A key that was cut has another hash; one that acts on terminals is in no command line of ours.
  const isPlain = key !== undefined && key.key.length < METRICS_KEY_CHARS_MAX && key.name === key.key;
  return isPlain ? hashKeyOf(key.key) : undefined;
}

function keyShare(shard: ShardFigures, point: bigint): number {
  return Number(((point - shard.start) * 10_000n) / (shard.end - shard.start + 1n)) / 10_000;
}

/** A balanced point is written out: the load will have moved when the line is run again. */
function atWord(stream: StreamFigures, shard: ShardFigures, at: SplitAt, point: bigint | undefined): string {
  if (at === 'middle' || point === undefined) return 'middle';
  const key = heavyKey(stream, shard)?.key;
  return at === 'key' && key !== undefined ? shellWord(`key:${key}`) : String(point);
}

/** The text as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `balance`, `key u-8812`: a way to split, as it is offered. */
export function choiceText(stream: StreamFigures, shard: ShardFigures, at: SplitAt): string {
  return at === 'key' ? `key ${heavyKey(stream, shard)?.name ?? ''}` : at;
}

/** The open shards next to one, the one below first. */
export function neighbours(stream: StreamFigures, shard: ShardFigures): readonly ShardFigures[] {
  const open = stream.shards.filter((one) => one.isOpen);
  const below = open.find((one) => isAdjacent(one, shard));
  const above = open.find((one) => isAdjacent(shard, one));
  return [below, above].filter((one) => one !== undefined);
}

/** The colder neighbour: the one that a merge burdens least. */
export function colderNeighbour(stream: StreamFigures, shard: ShardFigures): ShardFigures | undefined {
  const [first, second] = neighbours(stream, shard);
  if (first === undefined || second === undefined) return first ?? second;
  return second.writeShare < first.writeShare ? second : first;
}

/** Two neighbours in the order of their ranges. */
export function mergeOrder(one: ShardFigures, other: ShardFigures): readonly [ShardFigures, ShardFigures] {
  return one.start < other.start ? [one, other] : [other, one];
}

export function mergeCommand(stream: StreamFigures, one: ShardFigures, other: ShardFigures): string {
  const [lower, upper] = mergeOrder(one, other);
  return `sluice merge ${shellWord(stream.name)} ${lower.index} ${upper.index}`;
}
