/** What a queue has to hand out now: records that became visible again first, then those that nobody has received yet. */
import { GET_RECORDS_BYTES_MAX, QUEUE_DELIVERIES_MAX } from '../model/limits.ts';
import { queueStatus, type RecordPlace } from '../model/queue.ts';
import {
  firstDelivery,
  type Hiding,
  type Horizons,
  horizonsOf,
  isGone,
  isVisible,
  nextDelivery,
  type QueueDelivery,
  type QueueSide,
  sideOf,
} from '../model/queue-delivery.ts';
import { offsetIn, payloadBytes, type RecordView, recordAt } from '../model/record-batch.ts';
import { sequenceNumber } from '../model/sequence-number.ts';
import type { Offset } from '../model/shard-key.ts';
import type { EpochMs } from '../model/time.ts';
import type { LiveStream } from './live-stream.ts';
import type { FoundQueue } from './queues.ts';
import { readFrom } from './reading.ts';

/** A record to be handed out, with its delivery as it will be. `view` lives as long as the answer. */
export interface Candidate {
  readonly delivery: QueueDelivery;
  /** The same in every queue of the stream. */
  readonly recordId: string;
  readonly view: RecordView;
}

export interface LookRequest {
  readonly side: QueueSide;
  /** Records at most. */
  readonly limit: number;
  readonly hiding: Hiding;
  /** Among the stream's shards, the one that new records are looked for in first. */
  readonly start: number;
}

/** What was found. Nothing of it is recorded yet. */
export interface Found {
  readonly candidates: readonly Candidate[];
  /** Where new records go on, by shard index. */
  readonly places: Readonly<Record<number, Offset>>;
  /** Those that retention took. */
  readonly gone: readonly RecordPlace[];
}

/** Looks through a queue. One that is not ACTIVE hands out nothing. */
export async function lookThrough(at: FoundQueue, live: LiveStream, request: LookRequest): Promise<Found> {
  const look = new Look(at, live, request);
  const { nowMs } = request.hiding;
  if (queueStatus(at.queue, nowMs) !== 'ACTIVE') return look;
  await look.again();
  if (request.side === 'records') await look.further();
  return look;
}

interface ReadInto {
  readonly from: Offset;
  readonly records: number;
  /** undefined: the record is not wanted. */
  readonly deliveryOf: (record: RecordPlace & { readonly arrivalMs: EpochMs }) => QueueDelivery | undefined;
}

class Look implements Found {
  readonly candidates: Candidate[] = [];
  readonly places: Record<number, Offset> = {};
  readonly gone: RecordPlace[] = [];
  readonly #at: FoundQueue;
  readonly #live: LiveStream;
  readonly #request: LookRequest;
  readonly #horizons: Horizons;
  #recordsLeft: number;
  #bytesLeft = GET_RECORDS_BYTES_MAX;

  constructor(at: FoundQueue, live: LiveStream, request: LookRequest) {
    this.#at = at;
    this.#live = live;
    this.#request = request;
    this.#horizons = horizonsOf(at.stream, request.hiding.nowMs);
    this.#recordsLeft = request.limit;
  }

  get #isFull(): boolean {
    return this.#recordsLeft <= 0 || this.#bytesLeft <= 0;
  }

  /** Records that were handed out and are visible again. */
  async again(): Promise<void> {
    const { queue } = this.#at;
    const { side, hiding } = this.#request;
    for (const delivery of queue.deliveries) {
      const { shard, offset } = delivery;
      if (isGone(delivery, this.#horizons)) {
        this.gone.push({ shard, offset });
        continue;
      }
      if (this.#isFull || !isVisible(delivery, hiding.nowMs) || sideOf(delivery, queue, hiding.nowMs) !== side)
        continue;
      await this.#read(shard, {
        from: offset,
        records: 1,
        deliveryOf: (record) => (record.offset === offset ? nextDelivery(delivery, side, hiding) : undefined),
      });
    }
  }

  /** Records that were never handed out, one shard after the other. After `again`, which knows what is gone. */
  async further(): Promise<void> {
    const { stream, queue } = this.#at;
    const { hiding, start } = this.#request;
    const kept = queue.deliveries.length - this.gone.length;
    this.#recordsLeft = Math.min(this.#recordsLeft, QUEUE_DELIVERIES_MAX - kept);
    for (let i = 0; i < stream.shards.length && !this.#isFull; i++) {
      const shard = stream.shards[(start + i) % stream.shards.length]!;
      const from = queue.places[shard.index] ?? (await (await this.#live.log(shard)).range()).first;
      const next = await this.#read(shard.index, {
        from,
        records: this.#recordsLeft,
        deliveryOf: (record) => firstDelivery(record, hiding),
      });
      if (next !== undefined) this.places[shard.index] = next;
    }
  }

  /** Returns where to read on, undefined when nothing was there. */
  async #read(index: number, { from, records, deliveryOf }: ReadInto): Promise<Offset | undefined> {
    const shard = this.#live.shard(index);
    const horizonMs = this.#horizons.get(index);
    if (shard === undefined || horizonMs === undefined) return undefined;
    const limit = { records, bytes: this.#bytesLeft };
    const { blocks } = await readFrom(await this.#live.log(shard), { from, limit, horizonMs });
    for (const block of blocks) {
      for (let i = 0; i < block.count; i++) {
        const record = { shard: index, offset: offsetIn(block.first, i), arrivalMs: block.arrivalMs };
        const delivery = deliveryOf(record);
        if (delivery === undefined) continue;
        const recordId = sequenceNumber(shard, record.offset, record.arrivalMs);
        this.candidates.push({ delivery, recordId, view: recordAt(block, i) });
        this.#recordsLeft -= 1;
        this.#bytesLeft -= payloadBytes(block, i);
      }
    }
    return blocks.at(-1)?.next;
  }
}
