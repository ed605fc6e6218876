/**
 * The records of queues: handed out, acknowledged, hidden and restored. Each call that moves a record is one event of
 * the catalog, durable before its answer, so nothing that was acknowledged comes again after a crash.
 */
import { Buffer } from 'node:buffer';
import { Fault } from '../model/fault.ts';
import { GET_RECORDS_BYTES_MAX, QUEUE_DELIVERIES_MAX, QUEUE_LOOK_MS } from '../model/limits.ts';
import { type QueueMove, queueStatus, type RecordPlace } from '../model/queue.ts';
import {
  firstDelivery,
  type Hiding,
  type Horizons,
  hiddenDelivery,
  horizonsOf,
  isGone,
  isVisible,
  nextDelivery,
  type QueueDelivery,
  type QueueSide,
  restoredDelivery,
  sideOf,
} from '../model/queue-delivery.ts';
import {
  badReceipt,
  isDeadLetter,
  isNoDeadLetter,
  queueRecordNotFound,
  receiptOutdated,
} from '../model/queue-faults.ts';
import { offsetIn, payloadBytes, type RecordView, recordAt } from '../model/record-batch.ts';
import { openToken, sealToken, TOKEN_NONCE_BYTES } from '../model/sealed-token.ts';
import { sequenceNumber } from '../model/sequence-number.ts';
import type { Offset } from '../model/shard-key.ts';
import type { Scope } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import type { LiveStream } from './live-stream.ts';
import { record, type ServiceParts } from './parts.ts';
import { type FoundQueue, findQueue } from './queues.ts';
import { readFrom } from './reading.ts';

export interface ReceiveRequest {
  readonly arn: string;
  readonly side: QueueSide;
  /** Records at most. */
  readonly limit: number;
  readonly waitMs: number;
  /** The queue's own unless given. */
  readonly visibilitySeconds: number | undefined;
}

/** A record with its receipt. `view` lives as long as the answer. */
export interface ReceivedRecord {
  readonly receipt: string;
  /** The same in every queue of the stream. */
  readonly recordId: string;
  readonly delivery: QueueDelivery;
  readonly view: RecordView;
}

/** What is asked for a received record. */
export type Settlement =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'hide'; readonly visibilitySeconds: number }
  | { readonly kind: 'restore' };

export interface SettleRequest {
  readonly arn: string;
  readonly side: QueueSide;
  readonly entries: readonly { readonly receipt: string; readonly settlement: Settlement }[];
}

/** A record to be handed out. */
interface Candidate {
  readonly delivery: QueueDelivery;
  readonly recordId: string;
  readonly view: RecordView;
}

/** A queue that is looked through, and what was found so far. */
interface Look extends FoundQueue {
  readonly live: LiveStream;
  readonly horizons: Horizons;
  readonly hiding: Hiding;
  readonly found: Candidate[];
  readonly places: Record<number, Offset>;
  readonly gone: RecordPlace[];
  recordsLeft: number;
  bytesLeft: number;
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

const PURPOSE = 'queue receipt';

export class QueueRecords {
  readonly #parts: ServiceParts;
  readonly #inTurn: InTurn;
  readonly #ended = new AbortController();
  #looks = 0;

  constructor(parts: ServiceParts, inTurn: InTurn) {
    this.#parts = parts;
    this.#inTurn = inTurn;
  }

  /** Calls that wait for a record get none, now and from now on. */
  endWaits(): void {
    this.#ended.abort();
  }

  /** Records that are visible now; with none, those that become so within the time to wait, maybe still none. */
  async receive(scope: Scope, request: ReceiveRequest, signal: AbortSignal): Promise<readonly ReceivedRecord[]> {
    const { clock } = this.#parts;
    const either = AbortSignal.any([signal, this.#ended.signal]);
    const endMs = clock.monotonic() + request.waitMs;
    for (;;) {
      // Looked at out of turn first: who waits holds nobody up.
      const { found } = await this.#look(scope, request);
      if (found.length > 0) return this.#inTurn(() => this.#take(scope, request));
      const leftMs = endMs - clock.monotonic();
      if (leftMs <= 0) return [];
      try {
        await clock.sleep(Math.min(leftMs, QUEUE_LOOK_MS), either);
      } catch {
        return [];
      }
    }
  }

  /** Each entry's fault, undefined where it was done. */
  settle(scope: Scope, { arn, side, entries }: SettleRequest): Promise<readonly (Fault | undefined)[]> {
    return this.#inTurn(async () => {
      const at = findQueue(this.#parts, scope, arn);
      const nowMs = this.#parts.clock.now();
      const move = { places: {}, deliveries: [] as QueueDelivery[], gone: [] as RecordPlace[] };
      const outcomes = entries.map(({ receipt, settlement }) => {
        const delivery = this.#received(at, { receipt, side, nowMs });
        if (delivery instanceof Fault) return delivery;
        if (settlement.kind === 'acknowledge') move.gone.push(placeOf(delivery));
        else if (settlement.kind === 'restore') move.deliveries.push(restoredDelivery(delivery, nowMs));
        else move.deliveries.push(hiddenDelivery(delivery, side, { ...settlement, nowMs }));
        return undefined;
      });
      if (move.deliveries.length + move.gone.length > 0) await this.#record(at, move);
      return outcomes;
    });
  }

  async #take(scope: Scope, request: ReceiveRequest): Promise<readonly ReceivedRecord[]> {
    const look = await this.#look(scope, request);
    const { found, places, gone, queue } = look;
    if (found.length === 0) return [];
    await this.#record(look, { places, gone, deliveries: found.map(({ delivery }) => delivery) });
    return found.map((candidate) => ({ ...candidate, receipt: this.#receipt(queue.id, candidate.delivery) }));
  }

  /** Those handed out before come first. */
  async #look(scope: Scope, { arn, side, limit, visibilitySeconds }: ReceiveRequest): Promise<Look> {
    const at = findQueue(this.#parts, scope, arn);
    const nowMs = this.#parts.clock.now();
    const look: Look = {
      ...at,
      ...{ live: this.#parts.table.live(at.stream.id), horizons: horizonsOf(at.stream, nowMs) },
      hiding: { nowMs, visibilitySeconds: visibilitySeconds ?? at.queue.visibilitySeconds },
      ...{ found: [], places: {}, gone: [], recordsLeft: limit, bytesLeft: GET_RECORDS_BYTES_MAX },
    };
    if (queueStatus(at.queue, nowMs) !== 'ACTIVE') return look;
    await lookAgain(look, side);
    if (side === 'deadLetters') return look;
    look.recordsLeft = Math.min(look.recordsLeft, QUEUE_DELIVERIES_MAX - at.queue.deliveries.length);
    this.#looks += 1;
    await lookFurther(look, this.#looks);
    return look;
  }

  /** The record of a receipt, or what is wrong with it. */
  #received(
    { stream, queue }: FoundQueue,
    { receipt, side, nowMs }: { readonly receipt: string; readonly side: QueueSide; readonly nowMs: EpochMs },
  ): QueueDelivery | Fault {
    const opened = openToken({ key: this.#parts.tokenKey, purpose: PURPOSE }, receipt);
    if (opened === undefined) return badReceipt();
    const [queueId, shard, offset, serial] = JSON.parse(Buffer.from(opened).toString()) as Receipt;
    if (queueId !== queue.id) return badReceipt();
    const delivery = queue.deliveries.find((other) => other.shard === shard && other.offset === offset);
    if (delivery === undefined || isGone(delivery, horizonsOf(stream, nowMs))) return queueRecordNotFound();
    if (delivery.serial !== serial) return receiptOutdated();
    if (sideOf(delivery, queue, nowMs) === side) return delivery;
    return side === 'records' ? isDeadLetter() : isNoDeadLetter();
  }

  #receipt(queueId: string, { shard, offset, serial }: QueueDelivery): string {
    const receipt: Receipt = [queueId, shard, offset, serial];
    const nonce = this.#parts.random.bytes(TOKEN_NONCE_BYTES);
    return sealToken({ key: this.#parts.tokenKey, purpose: PURPOSE }, Buffer.from(JSON.stringify(receipt)), nonce);
  }

  #record({ stream, queue }: FoundQueue, move: QueueMove): Promise<void> {
    return record(this.#parts, { kind: 'queueMoved', id: stream.id, queueId: queue.id, move });
  }
}

type Receipt = readonly [queueId: string, shard: number, offset: number, serial: number];

/** Records that were handed out and are visible again. */
async function lookAgain(look: Look, side: QueueSide): Promise<void> {
  const { queue, horizons, hiding } = look;
  const { nowMs } = hiding;
  for (const delivery of queue.deliveries) {
    if (isGone(delivery, horizons)) {
      look.gone.push(placeOf(delivery));
      continue;
    }
    if (look.recordsLeft === 0 || look.bytesLeft <= 0) continue;
    if (!isVisible(delivery, nowMs) || sideOf(delivery, queue, nowMs) !== side) continue;
    await readInto(look, delivery.shard, {
      ...{ from: delivery.offset, records: 1 },
      deliveryOf: ({ offset }) => (offset === delivery.offset ? nextDelivery(delivery, side, hiding) : undefined),
    });
  }
}

/** Records that were never handed out, one shard after the other, each time from another one on. */
async function lookFurther(look: Look, turn: number): Promise<void> {
  const { stream, queue, live, hiding } = look;
  for (let i = 0; i < stream.shards.length; i++) {
    if (look.recordsLeft <= 0 || look.bytesLeft <= 0) return;
    const { index } = stream.shards[(turn + i) % stream.shards.length]!;
    const shard = live.shard(index);
    if (shard === undefined) continue;
    const from = queue.places[index] ?? (await (await live.log(shard)).range()).first;
    const next = await readInto(look, index, {
      ...{ from, records: look.recordsLeft },
      deliveryOf: (place) => firstDelivery(place, hiding),
    });
    if (next !== undefined) look.places[index] = next;
  }
}

interface ReadInto {
  readonly from: Offset;
  readonly records: number;
  /** undefined: the record is not wanted. */
  readonly deliveryOf: (record: RecordPlace & { readonly arrivalMs: EpochMs }) => QueueDelivery | undefined;
}

/** Reads records into a look. Returns where to read on, undefined when nothing was there. */
async function readInto(
  look: Look,
  index: number,
  { from, records, deliveryOf }: ReadInto,
): Promise<Offset | undefined> {
  const { live, horizons } = look;
  const shard = live.shard(index);
  const horizonMs = horizons.get(index);
  if (shard === undefined || horizonMs === undefined) return undefined;
  const limit = { records, bytes: look.bytesLeft };
  const { blocks } = await readFrom(await live.log(shard), { from, limit, horizonMs });
  for (const block of blocks) {
    for (let i = 0; i < block.count; i++) {
      const place = { shard: index, offset: offsetIn(block.first, i), arrivalMs: block.arrivalMs };
      const delivery = deliveryOf(place);
      if (delivery === undefined) continue;
      const recordId = sequenceNumber(shard, place.offset, place.arrivalMs);
      look.found.push({ delivery, recordId, view: recordAt(block, i) });
      look.recordsLeft -= 1;
      look.bytesLeft -= payloadBytes(block, i);
    }
  }
  return blocks.at(-1)?.next;
}

function placeOf({ shard, offset }: QueueDelivery): RecordPlace {
  return { shard, offset };
}
