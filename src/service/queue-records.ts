/**
 * The records of queues: handed out, acknowledged, hidden and restored. Each call that moves a record is one event of
 * the catalog, durable before its answer, so nothing that was acknowledged comes again after a crash.
 */
import { Buffer } from 'node:buffer';
import { setMaxListeners } from 'node:events';
import { Fault } from '../model/fault.ts';
import { QUEUE_LOOK_MS } from '../model/limits.ts';
import type { QueueMove, RecordPlace } from '../model/queue.ts';
import {
  hiddenDelivery,
  horizonsOf,
  isGone,
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
import { openToken, sealToken, TOKEN_NONCE_BYTES } from '../model/sealed-token.ts';
import type { Scope } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import { record, type ServiceParts } from './parts.ts';
import { type Candidate, type Found, lookThrough } from './queue-look.ts';
import { type FoundQueue, findQueue } from './queues.ts';

export interface ReceiveRequest {
  readonly arn: string;
  readonly side: QueueSide;
  /** Records at most. */
  readonly limit: number;
  readonly waitMs: number;
  /** The queue's own unless given. */
  readonly visibilitySeconds: number | undefined;
}

export interface ReceivedRecord extends Candidate {
  readonly receipt: string;
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

/** What a receipt says of its record. */
type Receipt = readonly [queueId: string, shard: number, offset: number, serial: number];

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

const PURPOSE = 'queue receipt';

export class QueueRecords {
  readonly #parts: ServiceParts;
  readonly #inTurn: InTurn;
  readonly #ended = new AbortController();

  constructor(parts: ServiceParts, inTurn: InTurn) {
    this.#parts = parts;
    this.#inTurn = inTurn;
    // As many listen as calls wait.
    setMaxListeners(0, this.#ended.signal);
  }

  /** Calls that wait for a record get none, now and from now on. */
  endWaits(): void {
    this.#ended.abort();
  }

  /** Records that are visible now; with none, those that become so within the time to wait, maybe still none. */
  async receive(scope: Scope, request: ReceiveRequest, signal: AbortSignal): Promise<readonly ReceivedRecord[]> {
    const { clock } = this.#parts;
    const endMs = clock.monotonic() + request.waitMs;
    // Asked at each look instead of listened to: on Node 20 an AbortSignal.any leaves memory behind at its longest-lived signal.
    while (!signal.aborted) {
      // Looked at out of turn first: who waits holds nobody up.
      const { candidates } = await this.#look(findQueue(this.#parts, scope, request.arn), request);
      const taken = candidates.length === 0 ? [] : await this.#inTurn(() => this.#take(scope, request, signal));
      const leftMs = endMs - clock.monotonic();
      // Where others were sooner, it goes on waiting.
      if (taken.length > 0 || leftMs <= 0) return taken;
      try {
        await clock.sleep(Math.min(leftMs, QUEUE_LOOK_MS), this.#ended.signal);
      } catch {
        return [];
      }
    }
    return [];
  }

  /** Each entry's fault, undefined where it was done. */
  settle(scope: Scope, { arn, side, entries }: SettleRequest): Promise<readonly (Fault | undefined)[]> {
    return this.#inTurn(async () => {
      const at = findQueue(this.#parts, scope, arn);
      const nowMs = this.#parts.clock.now();
      const deliveries: QueueDelivery[] = [];
      const gone: RecordPlace[] = [];
      const outcomes = entries.map(({ receipt, settlement }) => {
        const delivery = this.#received(at, { receipt, side, nowMs });
        if (delivery instanceof Fault) return delivery;
        const { shard, offset } = delivery;
        if (settlement.kind === 'acknowledge') gone.push({ shard, offset });
        else if (settlement.kind === 'restore') deliveries.push(restoredDelivery(delivery, nowMs));
        else deliveries.push(hiddenDelivery(delivery, side, { ...settlement, nowMs }));
        return undefined;
      });
      if (deliveries.length + gone.length > 0) await this.#record(at, { places: {}, deliveries, gone });
      return outcomes;
    });
  }

  async #take(scope: Scope, request: ReceiveRequest, signal: AbortSignal): Promise<readonly ReceivedRecord[]> {
    const at = findQueue(this.#parts, scope, request.arn);
    const { candidates, places, gone } = await this.#look(at, request);
    if (candidates.length === 0 || signal.aborted) return [];
    await this.#record(at, { places, gone, deliveries: candidates.map(({ delivery }) => delivery) });
    return candidates.map((found) => ({ ...found, receipt: this.#receipt(at.queue.id, found.delivery) }));
  }

  #look(
    at: FoundQueue,
    { side, limit, visibilitySeconds = at.queue.visibilitySeconds }: ReceiveRequest,
  ): Promise<Found> {
    const { clock, random, table } = this.#parts;
    const hiding = { nowMs: clock.now(), visibilitySeconds };
    // A count would fall into step with other queues', and each would read the same few shards for ever.
    const start = Math.floor(random.fraction() * at.stream.shards.length);
    return lookThrough(at, table.live(at.stream.id), { side, limit, hiding, start });
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
