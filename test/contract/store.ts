/**
 * The contract of storage engines as tests: every sentence of src/store/store.ts. An engine passes `describeStore` or
 * it is none. Offsets may have gaps, so nothing here counts with them.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AppendSlice,
  encodeBatch,
  offsetIn,
  type RecordBlock,
  type RecordInput,
  recordAt,
} from '../../src/model/record-batch.ts';
import type { Offset, ShardKey } from '../../src/model/shard-key.ts';
import { type Appended, type AppendOutcome, type Durability, type Store, StoreError } from '../../src/store/store.ts';

/** An engine with its surroundings, fresh for each test. */
export interface StoreWorld {
  readonly store: Store;
  /** What its acknowledgements say. */
  readonly durability: Durability;
  /** Sets the wall time the engine sees. */
  setTime(ms: number): void;
  /** Opens the same data again after `close`; absent where nothing survives. */
  reopen?(): Promise<Store>;
  /** Takes away what the world used. */
  dispose(): Promise<void>;
}

const START_MS = 1_700_000_000_000;
const A = 1 as ShardKey;
const B = 2 as ShardKey;
const C = 3 as ShardKey;
const zero = 0 as Offset;
const ALL = { records: 1_000_000, bytes: 1_000_000_000 };

/** A slice of records that carry these texts as data. */
export function sliceOf(shard: ShardKey, ...texts: readonly string[]): AppendSlice {
  const batch = encodeBatch(
    texts.map((text) => ({ partitionKey: `key of ${text}`, data: new TextEncoder().encode(text) })),
  );
  return { shard, batch, picks: Uint32Array.from(texts, (_, i) => i) };
}

/** The texts of the records in some blocks. */
export function textsOf(blocks: readonly RecordBlock[]): string[] {
  return blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => new TextDecoder().decode(recordAt(block, i).data)),
  );
}

/** The offsets of the records in some blocks. */
export function offsetsOf(blocks: readonly RecordBlock[]): Offset[] {
  return blocks.flatMap((block) => Array.from({ length: block.count }, (_, i) => offsetIn(block.first, i)));
}

/** The acknowledgement, when there is one. */
export function appended(outcome: AppendOutcome | undefined): Appended {
  if (outcome === undefined || 'error' in outcome) throw outcome?.error ?? new Error('no outcome');
  return outcome;
}

function kindOf(outcome: AppendOutcome | undefined): string {
  return outcome !== undefined && 'error' in outcome ? outcome.error.kind : 'appended';
}

async function readAll(store: Store, shard: ShardKey): Promise<readonly RecordBlock[]> {
  return (await store.open(shard)).read(zero, ALL);
}

/** Runs the contract against an engine. */
export function describeStore(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`the store contract: ${name}`, () => {
    let world: StoreWorld;
    let store: Store;
    beforeEach(async () => {
      world = await makeWorld();
      store = world.store;
      world.setTime(START_MS);
    });
    afterEach(async () => {
      await store.close();
      await world.dispose();
    });
    const append = async (slice: AppendSlice) => appended((await store.append([slice]))[0]);

    describe('create and open', () => {
      test('a new log is empty', async () => {
        await store.create([A]);
        const log = await store.open(A);
        const { first, next } = await log.range();
        expect(next).toBe(first);
        expect(await log.read(zero, ALL)).toEqual([]);
        expect(await log.find(0)).toBe(next);
      });
      test('creating an empty log again is fine, one with records is refused and keeps them', async () => {
        await store.create([A]);
        await store.create([A, B]);
        await append(sliceOf(A, 'one'));
        await expect(store.create([A])).rejects.toBeInstanceOf(StoreError);
        expect(textsOf(await readAll(store, A))).toEqual(['one']);
      });
      test('opening what was never created says noSuchShard', async () => {
        await expect(store.open(A)).rejects.toMatchObject({ kind: 'noSuchShard' });
      });
      test('many logs are made in one call', async () => {
        const many = Array.from({ length: 1_024 }, (_, i) => (i + 1) as ShardKey);
        await store.create(many);
        const outcomes = await store.append(many.map((shard) => sliceOf(shard, `of ${shard}`)));
        expect(outcomes.map(kindOf)).toEqual(many.map(() => 'appended'));
        expect(textsOf(await readAll(store, 777 as ShardKey))).toEqual(['of 777']);
      });
    });

    describe('append', () => {
      test('gives one outcome a slice, in their order, and the records are readable then', async () => {
        await store.create([A, B]);
        const outcomes = await store.append([sliceOf(B, 'b1', 'b2'), sliceOf(A, 'a1'), sliceOf(B, 'b3')]);
        expect(outcomes).toHaveLength(3);
        const [b12, a1, b3] = outcomes.map(appended);
        expect(offsetsOf(await readAll(store, B))).toEqual([b12!.first, offsetIn(b12!.first, 1), b3!.first]);
        expect(offsetsOf(await readAll(store, A))).toEqual([a1!.first]);
        expect(textsOf(await readAll(store, B))).toEqual(['b1', 'b2', 'b3']);
        expect(new Set(outcomes.map((outcome) => appended(outcome).durability))).toEqual(new Set([world.durability]));
      });
      test('keeps every part of a record', async () => {
        await store.create([A]);
        const records: RecordInput[] = [
          { partitionKey: 'ключ 🔑', data: Uint8Array.of(0, 255, 10), explicitHash: (1n << 128n) - 1n },
          { data: new Uint8Array(0), encrypted: true },
          { partitionKey: '', explicitHash: 0n, data: new Uint8Array(100_000).fill(7) },
        ];
        await append({ shard: A, batch: encodeBatch(records), picks: Uint32Array.of(2, 0, 1) });
        const [block] = await readAll(store, A);
        expect(recordAt(block!, 1)).toEqual(recordAt(encodeBatch(records), 0));
        expect(recordAt(block!, 2)).toEqual(recordAt(encodeBatch(records), 1));
        expect(recordAt(block!, 0)).toEqual(recordAt(encodeBatch(records), 2));
      });
      test('records that came in encrypted stand beside plain ones, in one log and in one call', async () => {
        await store.create([A, B, C]);
        const encrypted = Array.from({ length: 40 }, (_, i) => i % 3 === 0);
        for (const [i, secret] of encrypted.entries()) {
          const batch = encodeBatch([{ partitionKey: `key ${i}`, data: Uint8Array.of(i), encrypted: secret }]);
          const picks = Uint32Array.of(0);
          await store.append([sliceOf(B, `b${i}`), { shard: A, batch, picks }, { shard: C, batch, picks }]);
        }
        const check = async (opened: Store) => {
          for (const shard of [A, C]) {
            const blocks = await readAll(opened, shard);
            const records = blocks.flatMap((block) =>
              Array.from({ length: block.count }, (_, i) => recordAt(block, i)),
            );
            expect(records.map((record) => [record.partitionKey, record.data[0], record.encrypted])).toEqual(
              encrypted.map((secret, i) => [`key ${i}`, i, secret]),
            );
          }
          expect(textsOf(await readAll(opened, B))).toEqual(encrypted.map((_, i) => `b${i}`));
        };
        await check(store);
        if (world.reopen === undefined) return;
        await store.close();
        store = await world.reopen();
        await check(store);
      });
      test('appends to one shard become readable in the order of the calls', async () => {
        await store.create([A, B]);
        const texts = Array.from({ length: 60 }, (_, i) => `call ${i}`);
        const outcomes = await Promise.all(texts.map((text) => store.append([sliceOf(B, 'other'), sliceOf(A, text)])));
        expect(textsOf(await readAll(store, A))).toEqual(texts);
        expect(offsetsOf(await readAll(store, A))).toEqual(outcomes.map((outcome) => appended(outcome[1]).first));
      });
      test('offsets of one shard always grow', async () => {
        await store.create([A]);
        for (let i = 0; i < 20; i++) await append(sliceOf(A, 'x', 'y'));
        const offsets = offsetsOf(await readAll(store, A));
        expect(offsets).toHaveLength(40);
        expect(offsets.every((offset, i) => i === 0 || offset > offsets[i - 1]!)).toBe(true);
      });
      test('a bad slice fails alone', async () => {
        await store.create([A, B]);
        await (await store.open(B)).seal();
        const outcomes = await store.append([sliceOf(C, 'c'), sliceOf(A, 'a'), sliceOf(B, 'b')]);
        expect(outcomes.map(kindOf)).toEqual(['noSuchShard', 'appended', 'sealed']);
        expect(textsOf(await readAll(store, A))).toEqual(['a']);
        expect(await readAll(store, B)).toEqual([]);
      });
      test('arrival is the time of the clock, and never goes back within a shard', async () => {
        await store.create([A]);
        world.setTime(START_MS + 1_000);
        expect((await append(sliceOf(A, 'on time'))).arrivalMs).toBe(START_MS + 1_000);
        world.setTime(START_MS - 60_000);
        expect((await append(sliceOf(A, 'the clock was set back'))).arrivalMs).toBe(START_MS + 1_000);
        world.setTime(START_MS + 2_000);
        expect((await append(sliceOf(A, 'later'))).arrivalMs).toBe(START_MS + 2_000);
        const blocks = await readAll(store, A);
        const arrivals = blocks.flatMap((block) => Array.from({ length: block.count }, () => block.arrivalMs));
        expect(arrivals).toEqual([START_MS + 1_000, START_MS + 1_000, START_MS + 2_000]);
      });
      test('an empty call has no outcomes', async () => {
        expect(await store.append([])).toEqual([]);
      });
      test('what was handed in may be used for something else once it is answered', async () => {
        await store.create([A]);
        const slice = sliceOf(A, 'first', 'second');
        await append(slice);
        slice.batch.arena.fill(0xff);
        expect(textsOf(await readAll(store, A))).toEqual(['first', 'second']);
      });

      test('what was read does not change afterwards', async () => {
        await store.create([A]);
        await append(sliceOf(A, 'first', 'second'));
        const blocks = await readAll(store, A);
        for (let i = 0; i < 30; i++) await append(sliceOf(A, `later ${i}`));
        await store.drop([A]);
        expect(textsOf(blocks)).toEqual(['first', 'second']);
      });
    });

    describe('read', () => {
      test('returns whole records from `from` on, within both limits, one at least', async () => {
        await store.create([A, B]);
        const model: { offset: Offset; text: string; bytes: number }[] = [];
        for (const [i, count] of [1, 3, 1, 5, 2, 4].entries()) {
          const texts = Array.from({ length: count }, (_, n) => `${i}.${n}`.padEnd(5 + ((i * 7 + n * 13) % 40), '*'));
          const [, outcome] = await store.append([sliceOf(B, 'noise'), sliceOf(A, ...texts)]);
          const { first } = appended(outcome);
          for (const [n, text] of texts.entries()) {
            model.push({ offset: offsetIn(first, n), text, bytes: `key of ${text}`.length + text.length });
          }
        }
        const log = await store.open(A);
        const { next } = await log.range();
        const limits = fc.record({
          from: fc.nat(next + 3),
          records: fc.integer({ min: 1, max: 20 }),
          bytes: fc.integer({ min: 1, max: 1_500 }),
        });
        await fc.assert(
          fc.asyncProperty(limits, async ({ from, records, bytes }) => {
            const expected = [];
            let left = bytes;
            for (const record of model.filter(({ offset }) => offset >= from)) {
              if (expected.length > 0 && (expected.length >= records || record.bytes > left)) break;
              left -= record.bytes;
              expected.push(record.text);
            }
            const blocks = await log.read(from as Offset, { records, bytes });
            expect(textsOf(blocks)).toEqual(expected);
            expect(blocks.every((block) => block.count > 0 && block.starts.length > block.count)).toBe(true);
          }),
        );
      });
      test('reading on at `next` visits every record once', async () => {
        await store.create([A]);
        const texts = Array.from({ length: 50 }, (_, i) => `record ${i}`);
        for (let i = 0; i < 50; i += 5) await append(sliceOf(A, ...texts.slice(i, i + 5)));
        const log = await store.open(A);
        const seen: string[] = [];
        let from = zero;
        for (;;) {
          const blocks = await log.read(from, { records: 7, bytes: 100_000 });
          if (blocks.length === 0) break;
          seen.push(...textsOf(blocks));
          from = blocks.at(-1)!.next;
        }
        expect(seen).toEqual(texts);
        expect(from).toBe((await log.range()).next);
      });
      test('one record is given even if it is over the limit', async () => {
        await store.create([A]);
        await append(sliceOf(A, 'x'.repeat(5_000), 'y'));
        expect(textsOf(await (await store.open(A)).read(zero, { records: 10, bytes: 1 }))).toEqual(['x'.repeat(5_000)]);
      });
      test('the end is empty, and range spans the records', async () => {
        await store.create([A]);
        const { first } = await append(sliceOf(A, 'a', 'b'));
        const log = await store.open(A);
        const range = await log.range();
        expect(range.first <= first).toBe(true);
        expect(range.next > offsetIn(first, 1)).toBe(true);
        expect(await log.read(range.next, ALL)).toEqual([]);
      });
    });

    test('find gives the first record that arrived at or after the time, the end when there is none', async () => {
      await store.create([A, B]);
      const arrivals: { ms: number; first: Offset }[] = [];
      for (const step of [0, 5, 0, 0, 10, 1, 100]) {
        world.setTime((arrivals.at(-1)?.ms ?? START_MS) + step);
        const [outcome] = await store.append([sliceOf(A, 'x', 'y'), sliceOf(B, 'z')]);
        const { first, arrivalMs } = appended(outcome);
        arrivals.push({ ms: arrivalMs, first });
      }
      const log = await store.open(A);
      const { next } = await log.range();
      for (let at = START_MS - 2; at < START_MS + 120; at++) {
        const expected = arrivals.find(({ ms }) => ms >= at);
        const blocks = await log.read(await log.find(at), ALL);
        expect(offsetsOf(blocks)[0]).toBe(expected?.first);
        if (expected === undefined) expect(await log.find(at)).toBe(next);
      }
    });

    describe('trim, drop and retain', () => {
      test('a trim keeps all from its horizon on, and may be said again', async () => {
        await store.create([A, B]);
        await append(sliceOf(A, 'a', 'b', 'c'));
        const { first } = await append(sliceOf(A, 'd', 'e'));
        await append(sliceOf(B, 'other'));
        const horizons = [
          { shard: A, before: offsetIn(first, 1) },
          { shard: C, before: zero },
        ];
        await store.trim(horizons);
        await store.trim(horizons);
        const log = await store.open(A);
        expect(textsOf(await log.read(offsetIn(first, 1), ALL))).toEqual(['e']);
        expect(textsOf(await log.read(zero, ALL)).at(-1)).toBe('e');
        expect(textsOf(await readAll(store, B))).toEqual(['other']);
        expect((await log.range()).first <= offsetIn(first, 1)).toBe(true);
      });
      test('a log trimmed to its end is empty and takes records at higher offsets', async () => {
        await store.create([A]);
        const { first } = await append(sliceOf(A, 'a', 'b'));
        const log = await store.open(A);
        const { next } = await log.range();
        await store.trim([{ shard: A, before: next }]);
        expect(await log.read(next, ALL)).toEqual([]);
        expect((await append(sliceOf(A, 'c'))).first > offsetIn(first, 1)).toBe(true);
        expect(textsOf(await log.read(next, ALL))).toEqual(['c']);
      });
      test('dropped logs are gone at once, others stay', async () => {
        await store.create([A, B]);
        await append(sliceOf(A, 'a'));
        await append(sliceOf(B, 'b'));
        const log = await store.open(A);
        await store.drop([A, C]);
        await expect(store.open(A)).rejects.toMatchObject({ kind: 'noSuchShard' });
        await expect(log.read(zero, ALL)).rejects.toMatchObject({ kind: 'noSuchShard' });
        expect(kindOf((await store.append([sliceOf(A, 'x')]))[0])).toBe('noSuchShard');
        expect(textsOf(await readAll(store, B))).toEqual(['b']);
      });
      test('retain keeps only what it names', async () => {
        await store.create([A, B, C]);
        await append(sliceOf(B, 'b'));
        await store.retain([B]);
        await expect(store.open(A)).rejects.toMatchObject({ kind: 'noSuchShard' });
        await expect(store.open(C)).rejects.toMatchObject({ kind: 'noSuchShard' });
        expect(textsOf(await readAll(store, B))).toEqual(['b']);
      });
    });

    test('a sealed log takes nothing more, keeps what it has, and may be sealed again', async () => {
      await store.create([A]);
      const before = store.append([sliceOf(A, 'under way')]);
      const log = await store.open(A);
      await log.seal();
      await log.seal();
      expect(kindOf((await before)[0])).toBe('appended');
      expect(kindOf((await store.append([sliceOf(A, 'late')]))[0])).toBe('sealed');
      expect(textsOf(await log.read(zero, ALL))).toEqual(['under way']);
    });

    describe('watch', () => {
      test('yields the new end for each commit that touches the shard, and ends with the signal', async () => {
        await store.create([A, B]);
        const log = await store.open(A);
        const stop = new AbortController();
        const watching = log.watch(stop.signal)[Symbol.asyncIterator]();
        for (const text of ['one', 'two']) {
          const [woken] = await Promise.all([watching.next(), append(sliceOf(A, text))]);
          expect(woken).toEqual({ done: false, value: (await log.range()).next });
          expect(textsOf(await log.read(zero, ALL)).at(-1)).toBe(text);
        }
        await append(sliceOf(B, 'elsewhere'));
        const waiting = watching.next();
        stop.abort();
        expect((await waiting).done).toBe(true);
      });
      test('counts from the call of watch, and a slow watcher gets only the newest end', async () => {
        await store.create([A]);
        const log = await store.open(A);
        const stop = new AbortController();
        const watching = log.watch(stop.signal)[Symbol.asyncIterator]();
        for (let i = 0; i < 50; i++) await append(sliceOf(A, `record ${i}`));
        expect(await watching.next()).toEqual({ done: false, value: (await log.range()).next });
        const waiting = watching.next();
        stop.abort();
        expect((await waiting).done).toBe(true);
      });
      test('ends when the log is dropped or the store closed', async () => {
        await store.create([A, B]);
        const { signal } = new AbortController();
        const [a, b] = [await store.open(A), await store.open(B)].map((log) =>
          log.watch(signal)[Symbol.asyncIterator](),
        );
        const [waitingA, waitingB] = [a!.next(), b!.next()];
        await store.drop([A]);
        expect((await waitingA).done).toBe(true);
        await store.close();
        expect((await waitingB).done).toBe(true);
      });
      test('an aborted signal ends it at once, and leaving the loop is fine', async () => {
        await store.create([A]);
        const log = await store.open(A);
        for await (const _ of log.watch(AbortSignal.abort())) throw new Error('woken');
        const watched = log.watch(new AbortController().signal);
        await append(sliceOf(A, 'one'));
        for await (const end of watched) {
          expect(end).toBe((await log.range()).next);
          break;
        }
      });
    });

    describe('close, health and usage', () => {
      test('a healthy store says so, and knows what it holds', async () => {
        await store.create([A]);
        const before = store.usage().bytes;
        await append(sliceOf(A, 'x'.repeat(10_000)));
        expect(store.health()).toEqual({ state: 'ok' });
        expect(store.usage().bytes - before).toBeGreaterThanOrEqual(10_000);
      });
      test('closing waits for appends under way and refuses what comes after', async () => {
        await store.create([A]);
        const log = await store.open(A);
        const underWay = Array.from({ length: 20 }, (_, i) => store.append([sliceOf(A, `record ${i}`)]));
        await store.close();
        for (const outcome of await Promise.all(underWay)) expect(kindOf(outcome[0])).toBe('appended');
        await expect(store.append([sliceOf(A, 'late')])).rejects.toMatchObject({ kind: 'closed' });
        await expect(store.create([B])).rejects.toMatchObject({ kind: 'closed' });
        await expect(store.open(A)).rejects.toMatchObject({ kind: 'closed' });
        await expect(log.read(zero, ALL)).rejects.toMatchObject({ kind: 'closed' });
        await store.close();
      });
    });

    describe('after a restart', () => {
      const restart = async (): Promise<boolean> => {
        if (world.reopen === undefined) return false;
        await store.close();
        store = await world.reopen();
        return true;
      };
      test('everything is there, at the same offsets and times', async () => {
        await store.create([A, B]);
        for (let i = 0; i < 10; i++) {
          world.setTime(START_MS + i);
          await store.append([sliceOf(A, `a${i}`, `a${i}'`), sliceOf(B, `b${i}`)]);
        }
        const before = await readAll(store, A);
        if (!(await restart())) return;
        const after = await readAll(store, A);
        expect(textsOf(after)).toEqual(textsOf(before));
        expect(offsetsOf(after)).toEqual(offsetsOf(before));
        const log = await store.open(A);
        expect(await log.find(START_MS + 4)).toBe(before.find((block) => block.arrivalMs === START_MS + 4)!.first);
      });
      test('offsets and arrivals go on above the old ones', async () => {
        await store.create([A]);
        world.setTime(START_MS + 500);
        const last = await append(sliceOf(A, 'a'));
        if (!(await restart())) return;
        world.setTime(START_MS);
        const next = await append(sliceOf(A, 'b'));
        expect(next.first > last.first).toBe(true);
        expect(next.arrivalMs).toBe(START_MS + 500);
      });
      test('an empty log is still there, a sealed one still sealed', async () => {
        await store.create([A, B]);
        await (await store.open(B)).seal();
        if (!(await restart())) return;
        expect(await readAll(store, A)).toEqual([]);
        expect((await store.append([sliceOf(A, 'a'), sliceOf(B, 'b')])).map(kindOf)).toEqual(['appended', 'sealed']);
      });
      test('what retain did not name is gone', async () => {
        await store.create([A, B]);
        await append(sliceOf(A, 'a'));
        if (!(await restart())) return;
        await store.retain([B]);
        await expect(store.open(A)).rejects.toMatchObject({ kind: 'noSuchShard' });
        await store.open(B);
      });
    });
  });
}
