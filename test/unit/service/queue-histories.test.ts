/**
 * Histories of a queue at random, beside a model of a few lines: what is received is what may be, nothing that was
 * acknowledged comes again and nothing is lost, across restarts. SLUICE_QUEUE_CASES: how many; SLUICE_QUEUE_SEED: from which on.
 */
import { expect, test } from 'vitest';
import { queueArn } from '../../../src/model/queue.ts';
import type { QueueSide } from '../../../src/model/queue-delivery.ts';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import { HOUR_MS, SECOND_MS } from '../../../src/model/time.ts';
import { type Random, seededRandom } from '../../../src/runtime/random.ts';
import type { Settlement } from '../../../src/service/queue-records.ts';
import { bytes, openWorld, scope, type World } from './world.ts';

const CASES = Number(process.env['SLUICE_QUEUE_CASES'] ?? 40);
const FIRST_SEED = Number(process.env['SLUICE_QUEUE_SEED'] ?? 1);
const STEPS = 100;
const RECEIVES_MAX = 2;
const RETENTION_MS = 24 * HOUR_MS;
const never = new AbortController().signal;

/** A record as its queue should have it. */
interface Expected {
  readonly arrivalMs: number;
  visibleMs: number;
  receives: number;
  isDead: boolean;
  isAcknowledged: boolean;
  /** Of all times it was received, the newest last; `undefined` once it was restored. */
  readonly receipts: (string | undefined)[];
}

const below = (random: Random, n: number) => Math.floor(random.fraction() * n);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;

class History {
  readonly #random: Random;
  #world: World;
  readonly #arn: string;
  readonly #records = new Map<string, Expected>();

  constructor(random: Random, world: World, arn: string) {
    this.#random = random;
    this.#world = world;
    this.#arn = arn;
  }

  async step(): Promise<void> {
    const { clock } = this.#world;
    switch (below(this.#random, 10)) {
      case 0:
        return this.#put(1 + below(this.#random, 12));
      case 1:
        return this.#restart();
      case 2:
        return clock.advance(this.#random.fraction() < 0.05 ? RETENTION_MS : below(this.#random, 40) * SECOND_MS);
      case 3:
      case 4:
      case 5:
        return this.#settle();
      default:
        return this.receive(pick(this.#random, ['records', 'records', 'deadLetters']), 1 + below(this.#random, 10));
    }
  }

  /** What may be received now. */
  visible(side: QueueSide): string[] {
    const nowMs = this.#world.clock.now();
    return [...this.#records]
      .filter(([, record]) => this.#isKept(record) && record.visibleMs <= nowMs && this.#sideOf(record) === side)
      .map(([text]) => text);
  }

  async receive(side: QueueSide, limit: number): Promise<void> {
    const { clock, service } = this.#world;
    const visibilitySeconds = below(this.#random, 20);
    const request = { arn: this.#arn, side, limit, waitMs: 0, visibilitySeconds };
    const expected = this.visible(side);
    const received = await service.queueRecords.receive(scope, request, never);
    const texts = received.map(({ view }) => new TextDecoder().decode(view.data));
    expect(texts.length).toBe(Math.min(limit, expected.length));
    expect(new Set(texts).size).toBe(texts.length);
    expect(expected).toEqual(expect.arrayContaining(texts));
    for (const [i, text] of texts.entries()) {
      const record = this.#records.get(text)!;
      record.visibleMs = clock.now() + visibilitySeconds * SECOND_MS;
      record.receives += 1;
      record.isDead = side === 'deadLetters';
      record.receipts.push(received[i]!.receipt);
      expect(received[i]!.delivery.receives).toBe(record.receives);
    }
  }

  async #put(count: number): Promise<void> {
    const { clock, service } = this.#world;
    const texts = Array.from({ length: count }, (_, i) => `${this.#records.size + i}`);
    await service.put(scope, 's', encodeBatch(texts.map((text) => ({ partitionKey: text, data: bytes(text) }))));
    const fresh = { arrivalMs: clock.now(), visibleMs: 0, receives: 0, isDead: false, isAcknowledged: false };
    for (const text of texts) this.#records.set(text, { ...fresh, receipts: [] });
  }

  async #restart(): Promise<void> {
    const { clock, journal, service, store } = this.#world;
    await service.close();
    this.#world = await openWorld({ clock, journal, store: () => store });
  }

  /** One receipt: the newest of a record, or one that is none any more, more often than not on the side where the record is. */
  async #settle(): Promise<void> {
    const all = [...this.#records.values()].flatMap((record) =>
      record.receipts.flatMap((receipt, i) => (receipt === undefined ? [] : [{ record, receipt, i }])),
    );
    const kept = all.filter(({ record }) => this.#isKept(record));
    const newest = kept.filter(({ record, i }) => i === record.receipts.length - 1);
    const outdated = kept.filter(({ record, i }) => i === record.receipts.length - 2);
    const among = pick(this.#random, [all, newest, newest, outdated]);
    if (among.length === 0) return;
    const { record, receipt, i } = pick(this.#random, among);
    const side: QueueSide = pick(this.#random, ['records', 'deadLetters', this.#sideOf(record), this.#sideOf(record)]);
    const settlement = this.#settlement(side);
    const entries = [{ receipt, settlement }];
    const [fault] = await this.#world.service.queueRecords.settle(scope, { arn: this.#arn, side, entries });
    expect(fault?.code ?? '').toBe(this.#faultOf(record, i, side));
    if (fault !== undefined) return;
    if (settlement.kind === 'acknowledge') record.isAcknowledged = true;
    else if (settlement.kind === 'restore') {
      Object.assign(record, { visibleMs: this.#world.clock.now(), receives: 0, isDead: false });
      record.receipts.push(undefined);
    } else {
      record.visibleMs = this.#world.clock.now() + settlement.visibilitySeconds * SECOND_MS;
      record.isDead = side === 'deadLetters';
    }
  }

  #settlement(side: QueueSide): Settlement {
    const kinds =
      side === 'records'
        ? (['acknowledge', 'hide', 'hide'] as const)
        : (['acknowledge', 'hide', 'restore', 'restore'] as const);
    const kind = pick(this.#random, kinds);
    return kind === 'hide' ? { kind, visibilitySeconds: below(this.#random, 60) } : { kind };
  }

  #faultOf(record: Expected, receipt: number, side: QueueSide): string {
    if (!this.#isKept(record)) return 'ResourceNotFoundException';
    const isNewest = receipt === record.receipts.length - 1;
    return isNewest && this.#sideOf(record) === side ? '' : 'InvalidArgumentException';
  }

  #isKept({ arrivalMs, isAcknowledged }: Expected): boolean {
    return !isAcknowledged && arrivalMs + RETENTION_MS > this.#world.clock.now();
  }

  #sideOf({ isDead, receives, visibleMs }: Expected): QueueSide {
    const isSpent = receives >= RECEIVES_MAX && visibleMs <= this.#world.clock.now();
    return isDead || isSpent ? 'deadLetters' : 'records';
  }
}

async function begin(random: Random): Promise<History> {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', mode: 'ON_DEMAND' });
  const settings = { name: 'q', visibilitySeconds: 30, receivesMax: RECEIVES_MAX, start: { type: 'LATEST' as const } };
  const { queue } = await world.service.queues.create({ scope, name: 's' }, { ...settings, tags: {} });
  return new History(random, world, queueArn(scope, queue.id));
}

test('a queue hands out what its model does, whatever happens in between', {
  timeout: 60_000 + CASES * 500,
}, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const history = await begin(seededRandom(seed));
    try {
      for (let i = 0; i < STEPS; i++) await history.step();
      for (const side of ['records', 'deadLetters'] as const) await history.receive(side, 1_000);
    } catch (cause) {
      throw new Error(`SLUICE_QUEUE_SEED=${seed} SLUICE_QUEUE_CASES=1`, { cause });
    }
  }
});
