/** Parents are read to their end before their children, whatever the order of splits and merges. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Descent, Lineage } from '../../../src/client/lineage.ts';

const shard = (shardId: string, ...parents: string[]): Descent => ({ shardId, parents });

test('shards whose parents stand in the listing wait for them', () => {
  const lineage = new Lineage();
  expect(lineage.begin([shard('a'), shard('b'), shard('c', 'a'), shard('d', 'a')])).toEqual(['a', 'b']);
  expect(lineage.end('a', [shard('c', 'a'), shard('d', 'a')])).toEqual(['c', 'd']);
});

test('a merged child waits for both parents', () => {
  const lineage = new Lineage();
  lineage.begin([shard('a'), shard('b')]);
  expect(lineage.end('a', [shard('c', 'a', 'b')])).toEqual([]);
  expect(lineage.end('b', [shard('c', 'a', 'b')])).toEqual(['c']);
});

test('a parent that has expired or was not asked for is not waited for', () => {
  const lineage = new Lineage();
  expect(lineage.begin([shard('c', 'gone'), shard('a')])).toEqual(['c', 'a']);
  expect(lineage.end('a', [shard('d', 'a', 'other')])).toEqual(['d']);
});

test('a parent that descends from a shard still being read is waited for, once the listing is known', () => {
  const all = [shard('a'), shard('b'), shard('c', 'a'), shard('d', 'a'), shard('e', 'b', 'c')];
  const lineage = new Lineage();
  lineage.begin(all.slice(0, 2));
  expect(lineage.misses([shard('e', 'b', 'c')])).toBe(true);
  lineage.learn(all);
  expect(lineage.end('b', [shard('e', 'b', 'c')])).toEqual([]);
  expect(lineage.end('a', [shard('c', 'a'), shard('d', 'a')])).toEqual(['c', 'd']);
  expect(lineage.end('c', [shard('e', 'b', 'c')])).toEqual(['e']);
});

test('a child is read once although both parents name it', () => {
  const lineage = new Lineage();
  lineage.begin([shard('a'), shard('b')]);
  lineage.end('a', [shard('c', 'a')]);
  expect(lineage.end('b', [shard('c', 'a')])).toEqual([]);
  expect(lineage.end('c', [])).toEqual([]);
});

/** A random history: each step splits one open shard or merges two. */
const histories = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat()), { maxLength: 30 }).map((steps) => {
  const all: Descent[] = [shard('0'), shard('1')];
  const open = ['0', '1'];
  for (const [merge, x, y] of steps) {
    const a = open.splice(x % open.length, 1)[0]!;
    const parents = merge && open.length > 0 ? [a, open.splice(y % open.length, 1)[0]!] : [a];
    for (let i = parents.length; i <= 2; i++) {
      all.push(shard(String(all.length), ...parents));
      open.push(all.at(-1)!.shardId);
    }
  }
  return all;
});

test('over any history every shard is read once, after its parents', () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.infiniteStream(fc.nat()), (all, known, picks) => {
      const lineage = new Lineage();
      const reading = [...lineage.begin(all.slice(0, 2 + (known % all.length)))];
      const done: string[] = [];
      while (reading.length > 0) {
        const id = reading.splice(picks.next().value! % reading.length, 1)[0]!;
        expect(all.find((one) => one.shardId === id)!.parents.every((parent) => done.includes(parent))).toBe(true);
        done.push(id);
        const children = all.filter((one) => one.parents.includes(id));
        if (lineage.misses(children)) lineage.learn(all);
        reading.push(...lineage.end(id, children));
      }
      expect([...done].sort()).toEqual(all.map((one) => one.shardId).sort());
    }),
  );
});
