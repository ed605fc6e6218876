/** Inputs of operations made from their shapes: mostly as they should be, so that they get far, and wrong in places. */
import type { Random } from '../../src/runtime/random.ts';
import type { Members, Shape } from '../../src/wire/shape.ts';
import { below, oneIn, pick } from './run.ts';

/** What earlier answers gave: iterators, sequence numbers, tokens, ARNs. */
export type Seen = string[];

const NAMES = ['a', 'a', 'a', 'b', 'b', 'nobody'];
const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/';
const EDGES = [
  '',
  '0',
  '1',
  '-1',
  '340282366920938463463374607431768211455',
  '9'.repeat(39),
  '9'.repeat(200),
  'shardId-0',
];
const STRANGE = ['\u0000', '\ud800', '\u2028', '😀', '__proto__', 'constructor', '../..', '%s', "'", 'x'.repeat(3_000)];
const NUMBERS = [0, -0, 1, -1, 24, 100, 10_000, 10_001, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 0.5, 1.7e9, 8.64e15];

export function randomMembers(random: Random, members: Members, seen: Seen): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) {
    // Two ways to name a stream exclude each other, more often than not.
    const isNamed = 'StreamName' in input && name === 'StreamARN';
    if (!member.required && (isNamed ? !oneIn(random, 10) : below(random, 3) > 0) && name !== 'StreamName') continue;
    if (oneIn(random, 30)) continue;
    if (name === 'DryRun' && !oneIn(random, 10)) continue;
    input[name] = oneIn(random, 25) ? anything(random, 0) : randomValue(random, { name, shape: member }, seen);
  }
  if (oneIn(random, 40)) input[pick(random, STRANGE)] = anything(random, 0);
  return input;
}

function randomValue(random: Random, of: { readonly name: string; readonly shape: Shape }, seen: Seen): unknown {
  const { name, shape } = of;
  switch (shape.kind) {
    case 'string':
      return textOf(random, name, { values: shape.values, seen });
    case 'integer':
    case 'long':
      return oneIn(random, 4) ? pick(random, NUMBERS) : 1 + below(random, name.endsWith('Count') ? 8 : 30);
    case 'boolean':
      return oneIn(random, 2);
    case 'blob':
      return random.bytes(oneIn(random, 50) ? below(random, 60_000) : below(random, 20));
    case 'timestamp':
      return oneIn(random, 4) ? pick(random, NUMBERS) : Date.now() - below(random, 10_000);
    case 'list':
      return Array.from({ length: below(random, oneIn(random, 30) ? 520 : 5) }, () =>
        randomValue(random, { name, shape: shape.member }, seen),
      );
    case 'map':
      return Object.fromEntries(Array.from({ length: below(random, 5) }, () => [text(random), text(random)]));
    case 'structure':
      return randomMembers(random, shape.members, seen);
  }
}

function textOf(
  random: Random,
  name: string,
  { values, seen }: { readonly values: readonly string[] | undefined; readonly seen: Seen },
): string {
  if (oneIn(random, 20)) return pick(random, EDGES);
  if (oneIn(random, 20)) return pick(random, STRANGE);
  if (values !== undefined) return pick(random, values);
  const consumers = name === 'ConsumerARN' ? seen.filter((text) => text.includes('/consumer/')) : [];
  if (consumers.length > 0) return pick(random, consumers);
  if (name.endsWith('ARN')) return ARN + pick(random, NAMES) + (name === 'ConsumerARN' ? '/consumer/c:1700000000' : '');
  if (name.includes('StreamName') || name === 'ConsumerName') return pick(random, NAMES);
  if (name.includes('Shard') && name !== 'ShardIterator')
    return `shardId-${String(below(random, 12)).padStart(12, '0')}`;
  if (/HashKey$/.test(name)) return String(BigInt(`0x${Buffer.from(random.bytes(16)).toString('hex')}`));
  if (/Iterator|Token|SequenceNumber/.test(name) && seen.length > 0) return pick(random, seen);
  return text(random);
}

function text(random: Random): string {
  return oneIn(random, 3) ? Buffer.from(random.bytes(below(random, 12))).toString('latin1') : `k${below(random, 50)}`;
}

/** Any JSON value, deep ones among them. */
function anything(random: Random, depth: number): unknown {
  switch (below(random, depth > 60 ? 5 : 8)) {
    case 0:
      return null;
    case 1:
      return oneIn(random, 2);
    case 2:
      return pick(random, NUMBERS);
    case 3:
      return pick(random, STRANGE);
    case 4:
      return pick(random, EDGES);
    case 5:
      return { [pick(random, STRANGE)]: anything(random, depth + 1), Data: 5 };
    case 6:
      return nested(random, below(random, 3_000));
    default:
      return [anything(random, depth + 1), anything(random, depth + 1)];
  }
}

function nested(random: Random, depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = oneIn(random, 2) ? [value] : { a: value };
  return value;
}

/** What later inputs can use, out of an answer's text. */
export function harvest(answer: string, seen: Seen): void {
  for (const [, value] of answer.matchAll(/"(?:\w*Iterator|\w*SequenceNumber|NextToken|ConsumerARN)":"([^"]+)"/g)) {
    seen.push(value!);
  }
  if (seen.length > 500) seen.splice(0, seen.length - 300);
}
