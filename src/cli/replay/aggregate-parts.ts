/**
 * How far a replay is that takes aggregates apart: a sequence number has arrived once every record that came under it
 * has, or a replay that goes on would leave some out. Pure bookkeeping.
 */
import type { ConsumedRecord } from '../../client/shard-reader.ts';

interface Parts {
  underWay: number;
  /** All of them were sent. */
  isWhole: boolean;
}

export class AggregateParts {
  readonly #onArrived: (shardId: string, sequenceNumber: string) => void;
  readonly #open = new Map<string, Parts>();

  constructor(onArrived: (shardId: string, sequenceNumber: string) => void) {
    this.#onArrived = onArrived;
  }

  /** A record is about to be sent. */
  send(shardId: string, { sequenceNumber, subSequence }: ConsumedRecord): void {
    if (subSequence === undefined) return;
    const place = `${shardId} ${sequenceNumber}`;
    const parts = this.#open.get(place) ?? { underWay: 0, isWhole: false };
    parts.underWay++;
    this.#open.set(place, parts);
  }

  /** The record was the last that came under its number. */
  end(shardId: string, { sequenceNumber }: ConsumedRecord): void {
    const parts = this.#open.get(`${shardId} ${sequenceNumber}`);
    if (parts === undefined) return;
    parts.isWhole = true;
    this.#settle(shardId, sequenceNumber, parts);
  }

  /** A record with that number has arrived. */
  arrive(shardId: string, sequenceNumber: string): void {
    const parts = this.#open.get(`${shardId} ${sequenceNumber}`);
    if (parts === undefined) this.#onArrived(shardId, sequenceNumber);
    else {
      parts.underWay--;
      this.#settle(shardId, sequenceNumber, parts);
    }
  }

  #settle(shardId: string, sequenceNumber: string, { underWay, isWhole }: Parts): void {
    if (underWay > 0 || !isWhole) return;
    this.#open.delete(`${shardId} ${sequenceNumber}`);
    this.#onArrived(shardId, sequenceNumber);
  }
}
