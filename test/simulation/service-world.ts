/**
 * The whole service on a disk that can lose power, with a clock that stands still and seeded luck: producers, readers,
 * reshards, streams that come and go, retention. Cuts are taken beside the life that goes on; each is checked once it is over.
 */
import { applyEvent } from '../../src/model/catalog.ts';
import { encodeBatch, offsetIn, RECORD_FLAG } from '../../src/model/record-batch.ts';
import { sequenceNumber } from '../../src/model/sequence-number.ts';
import { HOUR_MS } from '../../src/model/time.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import type { DurabilityMode } from '../../src/store/segmented/lane-options.ts';
import { bytes, openWorld, recordsOf, scope, type World } from '../unit/service/world.ts';
import { type Checked, checkCut, type Opening, openSimJournal, openSimStore, type Settings } from './service-check.ts';
import { type Cut, type Known, ServiceModel } from './service-model.ts';
import { SimClock } from './sim-clock.ts';
import { type FailureCode, SimDisk } from './sim-disk.ts';

/** What a scripted life does, one after the other. */
export const STEPS = ['put', 'create', 'delete', 'reshard', 'expire', 'roll', 'snapshot'] as const;
export type Step = (typeof STEPS)[number];

export interface ServiceWorldOptions {
  readonly seed: number;
  readonly logger: Logger;
  /** Of the changing calls of the disk, the part at which a cut is taken. */
  readonly cutRate: number;
  /** Told after each cut that was checked. */
  readonly onCut: (cut: Cut) => void;
  /** Drawn by the seed unless given. */
  readonly durability?: DurabilityMode;
  /** In place of random acts and failures. */
  readonly script?: readonly Step[];
  /** Makes what is known of a cut false, to see that it is seen. */
  readonly falsify?: (cut: Cut) => Cut;
}

const KEYS = ['a', 'b', 'e', 'f', 'test', 'key'];

export class ServiceWorld {
  readonly #options: ServiceWorldOptions;
  readonly #random: Random;
  /** Of its own, so that more or fewer cuts leave the life as it is. */
  readonly #cutRandom: Random;
  readonly #model = new ServiceModel();
  readonly #settings: Settings;
  #disk: SimDisk;
  #clock = new SimClock();
  #world: World | undefined;
  #cuts: Cut[] = [];
  #found: readonly Known[] = [];
  #underWay: Promise<unknown>[] = [];

  constructor(options: ServiceWorldOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed * 10);
    this.#cutRandom = seededRandom(options.seed * 10 + 1);
    this.#disk = new SimDisk({ seed: options.seed * 10 + 2 });
    this.#settings = {
      durability: options.durability ?? this.#oneOf(['always', 'always', 'always', 'interval', 'os']),
      segmentBytesMax: this.#oneOf([6_000, 9_000]),
      hotTailBytesMax: this.#oneOf([0, 3_000, 1_000_000]),
      keys: this.#oneOf([undefined, [new Uint8Array(32).fill(1)]]),
    };
  }

  /** Opens, acts, ends and is looked at, `lives` times. */
  async run(lives: number): Promise<void> {
    for (let life = 0; life < lives; life++) {
      this.#disk.onChange = () => this.#maybeCut();
      await this.#open();
      await this.#live();
      this.#disk.onChange = undefined;
      await this.#end();
      for (const cut of this.#cuts.splice(0)) await this.#check(cut);
    }
  }

  get #opening(): Opening {
    return { disk: this.#disk, clock: this.#clock, logger: this.#options.logger, settings: this.#settings };
  }

  async #open(): Promise<void> {
    const plain = await openSimJournal(this.#opening);
    const journal = this.#model.watch(plain, (event) => applyEvent(plain.catalog, event));
    const store = await openSimStore(this.#opening);
    this.#world = await openWorld({ clock: this.#clock, journal, store: () => store });
    // From now on readers see it. Before, another cut may take what was only in memory.
    for (const record of this.#found) this.#model.tell(record);
    if (this.#world.service.streams(scope).length === 0) await this.#quietly(this.#create('s'));
  }

  async #live(): Promise<void> {
    const { script } = this.#options;
    if (script !== undefined) {
      for (const step of script) await this.#quietly(this.#step(step));
      return this.#clock.settle();
    }
    if (this.#random.fraction() < 0.4) {
      const code = this.#oneOf<FailureCode>(['EIO', 'EIO', 'ENOSPC', 'short']);
      this.#disk.failAt(1 + Math.floor(this.#random.fraction() * 250), code);
    }
    const acts = 15 + Math.floor(this.#random.fraction() * 30);
    for (let i = 0; i < acts; i++) await this.#act();
    await this.#clock.settle(Math.floor(this.#random.fraction() * 15));
  }

  async #step(step: Step): Promise<void> {
    const { service } = this.#world!;
    switch (step) {
      case 'put':
        return this.#put('s');
      case 'create':
        return this.#create('t');
      case 'delete':
        return service.deleteStream(scope, 't', { enforceConsumerDeletion: true });
      case 'reshard':
        await this.#reshard('s');
        // For its children to have something that comes after what their parents have.
        return this.#put('s');
      case 'expire':
        this.#clock.set(this.#clock.now() + 25 * HOUR_MS);
        return this.#clock.advance(62_000);
      case 'roll':
        for (let i = 0; i < 12; i++) await this.#put('s');
        return;
      case 'snapshot':
        for (let i = 0; i < 8; i++) await this.#changeRetention('s');
    }
  }

  async #act(): Promise<void> {
    const dice = this.#random.fraction();
    const name = this.#random.fraction() < 0.65 ? 's' : 't';
    if (dice < 0.6) this.#begin(this.#put(name));
    else if (dice < 0.68) await this.#quietly(this.#read(name));
    else if (dice < 0.76) await this.#clock.advance(11_000);
    else if (dice < 0.79) await this.#jump();
    else if (dice < 0.83) this.#begin(this.#reshard(name));
    else if (dice < 0.88) this.#begin(this.#create('t'));
    else if (dice < 0.92) this.#begin(this.#world!.service.deleteStream(scope, 't', { enforceConsumerDeletion: true }));
    else if (dice < 0.96) this.#begin(this.#changeRetention(name));
    else await Promise.all(this.#underWay.splice(0));
    if (this.#random.fraction() < 0.6) await this.#clock.settle(Math.floor(this.#random.fraction() * 10));
  }

  #begin(work: Promise<unknown>): void {
    this.#underWay.push(this.#quietly(work));
  }

  /** Whatever is refused is no news here. */
  #quietly(work: Promise<unknown>): Promise<unknown> {
    return work.catch(() => undefined);
  }

  #create(name: string): Promise<void> {
    return this.#world!.service.createStream(scope, { name, shardCount: 1 + Math.floor(this.#random.fraction() * 2) });
  }

  async #put(name: string): Promise<void> {
    const count = 1 + Math.floor(this.#random.fraction() * 4);
    const texts = Array.from({ length: count }, () => this.#model.newText(this.#random.fraction()));
    const batch = encodeBatch(texts.map((text) => ({ partitionKey: this.#oneOf(KEYS), data: bytes(text) })));
    const isSecret = this.#random.fraction() < 0.3;
    for (let i = 0; i < count; i++) if (isSecret) batch.arena[batch.starts[i]! + 2]! |= RECORD_FLAG.ENCRYPTED;
    const { service, journal } = this.#world!;
    const asked = new Map(this.#model.highest);
    const { runs } = await service.put(scope, name, batch);
    const told: Known[] = [];
    for (const { shard, picks, result } of runs) {
      if ('code' in result) continue;
      const { creationSeconds, index } = shard;
      const stream = [...journal.catalog.streams.values()].find((one) => one.name === name);
      const owner = stream?.shards.find((one) => one.index === index && one.creationSeconds === creationSeconds);
      if (stream === undefined || owner === undefined) continue;
      for (const [i, pick] of picks.entries()) {
        const number = BigInt(sequenceNumber(shard, offsetIn(result.first, i), result.arrivalMs));
        const { arrivalMs } = result;
        told[pick] = { stream: stream.id, shard: owner.key, text: texts[pick]!, number, arrivalMs };
      }
    }
    this.#model.tellAll(Object.values(told), asked);
  }

  async #read(name: string): Promise<void> {
    const { service } = this.#world!;
    const stream = service.streams(scope).find((one) => one.name === name);
    if (stream === undefined) return;
    const shard = this.#oneOf(service.listShards(scope, name));
    if (shard === undefined) return;
    const request = { shardId: String(shard.index), type: 'TRIM_HORIZON' } as const;
    const iterator = await service.getShardIterator(scope, name, request);
    for (const record of recordsOf(await service.getRecords(scope, { iterator, limit: 10_000 }))) {
      const { data: text, sequenceNumber: number, arrivalMs } = record;
      this.#model.tell({ stream: stream.id, shard: shard.key, text, number: BigInt(number), arrivalMs });
    }
  }

  async #jump(): Promise<void> {
    this.#clock.set(this.#clock.now() + Math.floor(this.#random.fraction() * 20 * HOUR_MS));
    await this.#clock.advance(62_000);
  }

  async #reshard(name: string): Promise<void> {
    // Mostly within the second in which the shards were made.
    this.#clock.set(this.#clock.now() + Math.floor(this.#random.fraction() ** 3 * 3_000));
    const { service } = this.#world!;
    const open = service.listShards(scope, name, { filter: { type: 'AT_LATEST' } }).length;
    await service.updateShardCount(scope, name, open > 2 ? Math.ceil(open / 2) : open + 1);
  }

  async #changeRetention(name: string): Promise<void> {
    const { service } = this.#world!;
    const { id, retentionHours } = service.stream(scope, name);
    const hours = this.#oneOf([24, 30, 48]);
    const holds = this.#model.askRetention({ id, name, hours, askedMs: this.#clock.now() });
    if (hours < retentionHours) await service.decreaseRetention(scope, name, hours);
    else await service.increaseRetention(scope, name, hours);
    holds(this.#clock.now());
  }

  async #end(): Promise<void> {
    const dice = this.#random.fraction();
    if (dice < 0.2) {
      await this.#world!.service.close();
      await this.#quietly(this.#world!.store.close());
      await this.#world!.journal.close();
      await Promise.all(this.#underWay.splice(0));
    }
    this.#underWay = [];
    const isKill = dice < 0.4;
    const nowMs = this.#clock.now();
    const moment = { seed: this.#options.seed, isKill, nowMs, disk: this.#disk };
    const cut = this.#model.cut(moment);
    this.#disk = isKill ? this.#disk.kill() : this.#disk.cut();
    this.#clock = new SimClock(nowMs);
    if (this.#model.broken !== undefined) throw this.#model.broken;
    const { found } = await this.#look({ ...cut, disk: this.#disk.afterKill(this.#cutRandom) });
    this.#model.keep(found);
    this.#found = found;
    this.#clock = new SimClock(nowMs);
  }

  #maybeCut(): void {
    if (this.#cutRandom.fraction() >= this.#options.cutRate) return;
    const isKill = this.#cutRandom.fraction() < 0.1;
    const disk = isKill ? this.#disk.afterKill(this.#cutRandom) : this.#disk.afterCut(this.#cutRandom);
    this.#cuts.push(this.#model.cut({ seed: this.#options.seed, isKill, nowMs: this.#clock.now(), disk }));
  }

  async #check(cut: Cut): Promise<void> {
    cut.disk.isQuick = true;
    await this.#look(cut);
    this.#options.onCut(cut);
  }

  #look(cut: Cut): Promise<Checked> {
    const { logger, falsify = (one: Cut) => one } = this.#options;
    const clock = new SimClock(cut.nowMs);
    return checkCut(this.#model, falsify(cut), { disk: cut.disk, clock, logger, settings: this.#settings });
  }

  #oneOf<T>(things: readonly T[]): T {
    return things[Math.floor(this.#random.fraction() * things.length)]!;
  }
}
