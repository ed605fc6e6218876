/**
 * How far a sequence of records has arrived when single ones overtake others: up to the first that has not. Records of
 * one partition key arrive in the order they were sent. Pure bookkeeping.
 */

/** A record under way, by where it came from. */
interface UnderWay {
  readonly shardId: string;
  readonly sequenceNumber: string;
  hasArrived: boolean;
}

export class ArrivalOrder {
  readonly #onArrived: (shardId: string, sequenceNumber: string) => void;
  /** In the order sent; those before `#first` are told. */
  #sent: UnderWay[] = [];
  #first = 0;
  readonly #byKey = new Map<string, UnderWay[]>();

  /** Calls back with each record that has arrived together with all before it. */
  constructor(onArrived: (shardId: string, sequenceNumber: string) => void) {
    this.#onArrived = onArrived;
  }

  send(partitionKey: string, shardId: string, sequenceNumber: string): void {
    const record: UnderWay = { shardId, sequenceNumber, hasArrived: false };
    this.#sent.push(record);
    const sameKey = this.#byKey.get(partitionKey);
    if (sameKey === undefined) this.#byKey.set(partitionKey, [record]);
    else sameKey.push(record);
  }

  /** The oldest record of the key that was under way has arrived. */
  arrive(partitionKey: string): void {
    const sameKey = this.#byKey.get(partitionKey)!;
    sameKey.shift()!.hasArrived = true;
    if (sameKey.length === 0) this.#byKey.delete(partitionKey);
    for (; this.#sent[this.#first]?.hasArrived; this.#first++) {
      const { shardId, sequenceNumber } = this.#sent[this.#first]!;
      this.#onArrived(shardId, sequenceNumber);
    }
    if (this.#first < 1_000 || this.#first * 2 < this.#sent.length) return;
    this.#sent = this.#sent.slice(this.#first);
    this.#first = 0;
  }
}
