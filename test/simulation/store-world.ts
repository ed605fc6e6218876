/**
 * A store on a simulated disk, driven at random beside a naive model that knows what was acknowledged. Checks after
 * every crash that nothing acknowledged is lost beyond what the mode allows, that nothing is there twice or out of
 * order, and that no offset is ever dealt twice.
 */
import { expect } from 'vitest';
import { type AppendSlice, RECORD_FLAG } from '../../src/model/record-batch.ts';
import type { Offset, ShardKey } from '../../src/model/shard-key.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import type { DurabilityMode } from '../../src/store/segmented/lane-options.ts';
import { openSegmentedStore, type SegmentedStoreOptions } from '../../src/store/segmented/segmented-store.ts';
import type { Store } from '../../src/store/store.ts';
import { offsetsOf, sliceOf, textsOf } from '../contract/store.ts';
import { SimClock } from './sim-clock.ts';
import { SimDisk } from './sim-disk.ts';

export type Ending = 'power cut' | 'kill' | 'clean stop';

interface ModelRecord {
  readonly offset: number;
  readonly text: string;
}

interface ModelShard {
  readonly key: ShardKey;
  /** Acknowledged, or seen after a restart. */
  records: ModelRecord[];
  /** Asked for, outcome not known: may be there after a crash. */
  maybe: Set<string>;
  /** Every offset ever told to anyone, with its record. */
  readonly told: Map<number, string>;
  horizon: number;
  sealed: boolean;
  sealAsked: boolean;
}

const ALL = { records: 1_000_000, bytes: 1_000_000_000 };

export class StoreWorld {
  readonly random: Random;
  readonly clock = new SimClock();
  readonly durability: DurabilityMode;
  readonly #options: Omit<SegmentedStoreOptions, 'disk'>;
  readonly #shards = new Map<ShardKey, ModelShard>();
  disk: SimDisk;
  store!: Store;
  #texts = 0;
  #keys = 0;
  #underWay: Promise<void>[] = [];
  /** Grows with each crash: answers that come from before it do not count. */
  #life = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.disk = new SimDisk({ seed: seed + 1 });
    this.durability = this.#oneOf(['always', 'always', 'interval', 'os']);
    this.#options = {
      clock: this.clock,
      random: seededRandom(seed + 2),
      logger: silentLogger,
      directory: '/data',
      durability: this.durability,
      segmentBytesMax: this.#oneOf([5_000, 20_000, 1_000_000]),
      hotTailBytesMax: this.#oneOf([0, 5_000, 1_000_000]),
      freeBytesMin: 0,
      secondCommitBytesMin: this.#oneOf([0, 0, 3_000]),
      keys: this.#oneOf([undefined, [new Uint8Array(32).fill(1)]]),
    };
  }

  async open(): Promise<void> {
    this.store = await openSegmentedStore({ ...this.#options, disk: this.disk });
    await this.store.retain([...this.#shards.keys()]);
    await this.store.trim(
      [...this.#shards.values()].map(({ key, horizon }) => ({ shard: key, before: horizon as Offset })),
    );
  }

  /** One random thing; most do not wait for their outcome. */
  async act(): Promise<void> {
    const dice = this.random.fraction();
    if (dice < 0.1 || this.#shards.size === 0) await this.#create();
    else if (dice < 0.72) this.#append();
    else if (dice < 0.77) await this.#trim();
    else if (dice < 0.79) this.#seal(this.#anyShard());
    else if (dice < 0.81) await this.#drop(this.#anyShard());
    else if (dice < 0.88) await this.clock.advance(this.random.fraction() * 15_000);
    else if (dice < 0.9) await this.clock.advance(3_700_000);
    else if (dice < 0.95) await Promise.all(this.#underWay.splice(0));
    else await this.checkShard(this.#anyShard());
    if (this.random.fraction() < 0.5) await this.clock.settle(Math.floor(this.random.fraction() * 12));
  }

  /** Ends this life of the store, opens it again and compares. */
  async end(ending: Ending): Promise<void> {
    if (ending === 'clean stop') {
      await this.store.close();
      await Promise.all(this.#underWay.splice(0));
    } else {
      this.#underWay = [];
      this.disk = ending === 'kill' ? this.disk.kill() : this.disk.cut();
    }
    this.#life++;
    await this.open();
    const mayLose = ending === 'power cut' && this.durability !== 'always';
    for (const shard of [...this.#shards.values()]) await this.#checkAfterRestart(shard, mayLose);
  }

  /** What is readable is what was acknowledged, in order; more only where outcomes are open. */
  async checkShard(shard: ModelShard): Promise<void> {
    const expected = shard.records.filter(({ offset }) => offset >= shard.horizon);
    const known = new Set(expected.map(({ offset }) => offset));
    const found = await this.#readFrom(shard, shard.horizon);
    expect(found.filter(({ offset }) => known.has(offset))).toEqual(expected);
    // What was acknowledged while we read may be there or not.
    for (const { offset, text } of found) if (shard.told.get(offset) !== text) this.#expectMaybe(shard, text);
  }

  async #checkAfterRestart(shard: ModelShard, mayLose: boolean): Promise<void> {
    const found = await this.#readFrom(shard, shard.horizon);
    const acknowledged = shard.records.filter(({ offset }) => offset >= shard.horizon);
    const foundAt = new Map(found.map(({ offset, text }) => [offset, text]));
    const kept = acknowledged.filter(({ offset }) => foundAt.has(offset));
    if (!mayLose) expect(kept).toHaveLength(acknowledged.length);
    expect(kept).toEqual(acknowledged.slice(0, kept.length));
    for (const { offset, text } of found) {
      if (shard.told.has(offset)) expect(text).toBe(shard.told.get(offset));
      else this.#expectMaybe(shard, text);
      shard.told.set(offset, text);
    }
    expect(new Set(found.map(({ text }) => text)).size).toBe(found.length);
    shard.records = found;
    shard.maybe = new Set();
    const outcome = (await this.store.append([sliceOf(shard.key, `probe ${++this.#texts}`)]))[0]!;
    const sealed = 'error' in outcome && outcome.error.kind === 'sealed';
    if (shard.sealed) expect(sealed).toBe(true);
    if (sealed) expect(shard.sealAsked).toBe(true);
    shard.sealed = sealed;
    if (!('error' in outcome)) this.#acknowledged(shard, outcome.first, [`probe ${this.#texts}`]);
    else expect(sealed).toBe(true);
  }

  #expectMaybe(shard: ModelShard, text: string): void {
    if (!shard.maybe.has(text)) throw new Error(`log ${shard.key} holds "${text}", which nobody can have seen written`);
  }

  async #readFrom(shard: ModelShard, from: number): Promise<ModelRecord[]> {
    const log = await this.store.open(shard.key);
    const found: ModelRecord[] = [];
    const limit = this.#oneOf([ALL, { records: 3, bytes: 10_000 }, { records: 100, bytes: 500 }]);
    for (let at = from as Offset; ; ) {
      const blocks = await log.read(at, limit);
      if (blocks.length === 0) return found;
      const texts = textsOf(blocks);
      for (const [i, offset] of offsetsOf(blocks).entries()) found.push({ offset, text: texts[i]! });
      at = blocks.at(-1)!.next;
    }
  }

  async #create(): Promise<void> {
    const key = ++this.#keys as ShardKey;
    await this.store.create([key]);
    const shard = { records: [], maybe: new Set<string>(), told: new Map<number, string>(), horizon: 0 };
    this.#shards.set(key, { key, ...shard, sealed: false, sealAsked: false });
  }

  /** Every other slice is of records that are kept encrypted where there is a key. */
  #sliceOf(key: ShardKey, texts: readonly string[]): AppendSlice {
    const slice = sliceOf(key, ...texts);
    const { arena, starts, count } = slice.batch;
    if (this.random.fraction() < 0.5) return slice;
    for (let i = 0; i < count; i++) arena[starts[i]! + 2]! |= RECORD_FLAG.ENCRYPTED;
    return slice;
  }

  #append(): void {
    const life = this.#life;
    const shards = Array.from({ length: 1 + Math.floor(this.random.fraction() * 3) }, () => this.#anyShard());
    const calls = shards.map((shard) => ({
      shard,
      texts: Array.from({ length: 1 + Math.floor(this.random.fraction() * 4) }, () => this.#newText()),
    }));
    for (const { shard, texts } of calls) for (const text of texts) shard.maybe.add(text);
    const answer = this.store.append(calls.map(({ shard, texts }) => this.#sliceOf(shard.key, texts)));
    this.#underWay.push(
      answer.then((outcomes) => {
        if (life !== this.#life) throw new Error('an answer came from before the crash');
        for (const [i, outcome] of outcomes.entries()) {
          const { shard, texts } = calls[i]!;
          if (!('error' in outcome)) this.#acknowledged(shard, outcome.first, texts);
          else if (outcome.error.kind !== 'unknown') for (const text of texts) shard.maybe.delete(text);
        }
      }),
    );
  }

  #acknowledged(shard: ModelShard, first: number, texts: readonly string[]): void {
    for (const [i, text] of texts.entries()) {
      const offset = first + i;
      if (shard.told.has(offset)) throw new Error(`offset ${offset} of log ${shard.key} was dealt twice`);
      expect(offset).toBeGreaterThan(shard.records.at(-1)?.offset ?? -1);
      shard.told.set(offset, text);
      shard.records.push({ offset, text });
      shard.maybe.delete(text);
    }
  }

  async #trim(): Promise<void> {
    const shard = this.#anyShard();
    const at = shard.records[Math.floor(this.random.fraction() * shard.records.length)];
    if (at === undefined) return;
    shard.horizon = Math.max(shard.horizon, at.offset);
    await this.store.trim([{ shard: shard.key, before: shard.horizon as Offset }]);
  }

  #seal(shard: ModelShard): void {
    shard.sealAsked = true;
    const sealing = this.store.open(shard.key).then((log) => log.seal());
    this.#underWay.push(
      sealing.then(() => {
        shard.sealed = true;
      }),
    );
  }

  async #drop(shard: ModelShard): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
    this.#shards.delete(shard.key);
    await this.store.drop([shard.key]);
  }

  #newText(): string {
    return `record ${++this.#texts} `.padEnd(Math.floor(this.random.fraction() ** 3 * 1_500), '.');
  }

  #anyShard(): ModelShard {
    return this.#oneOf([...this.#shards.values()]);
  }

  #oneOf<T>(things: readonly T[]): T {
    return things[Math.floor(this.random.fraction() * things.length)]!;
  }
}
