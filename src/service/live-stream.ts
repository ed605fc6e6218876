/** One stream at work: its value in the catalog, the router of its open shards, appends in flight and open logs. */
import type { AppendSlice, RecordBatch } from '../model/record-batch.ts';
import { type PlacedBatch, type Router, routeBatch, routerOf } from '../model/router.ts';
import type { Shard } from '../model/shard.ts';
import { type SpreadTally, spreadBatch, spreadTally } from '../model/spread.ts';
import type { Stream } from '../model/stream.ts';
import type { AppendOutcome, ShardLog, Store } from '../store/store.ts';

export class LiveStream {
  readonly #store: Store;
  readonly #logs = new Map<number, Promise<ShardLog>>();
  #stream: Stream;
  #router: Router;
  #tally: SpreadTally;
  #byIndex: ReadonlyMap<number, Shard>;
  #gate: Promise<void> | undefined;
  #inFlight = 0;
  #onDrained: (() => void) | undefined;

  constructor(store: Store, stream: Stream) {
    this.#store = store;
    this.#stream = stream;
    this.#router = routerOf(stream.shards);
    this.#tally = spreadTally(this.#router.shards.length);
    this.#byIndex = new Map(stream.shards.map((shard) => [shard.index, shard]));
  }

  get stream(): Stream {
    return this.#stream;
  }

  get router(): Router {
    return this.#router;
  }

  /** Each record's shard: by its keys, or as the stream distributes by itself. */
  place(batch: RecordBatch): PlacedBatch {
    if (this.#stream.distribution !== 'AUTO') return routeBatch(this.#router, batch);
    return { shardOf: spreadBatch(this.#tally, batch) };
  }

  /** Present while shards close and open: a put waits for it, then asks for the router anew. Never rejects. */
  get gate(): Promise<void> | undefined {
    return this.#gate;
  }

  /** Takes over what the catalog says now. */
  update(stream: Stream): void {
    if (stream.shards !== this.#stream.shards) {
      this.#router = routerOf(stream.shards);
      this.#tally = spreadTally(this.#router.shards.length);
      this.#byIndex = new Map(stream.shards.map((shard) => [shard.index, shard]));
      for (const index of this.#logs.keys()) if (!this.#byIndex.has(index)) this.#logs.delete(index);
    }
    this.#stream = stream;
  }

  shard(index: number): Shard | undefined {
    return this.#byIndex.get(index);
  }

  /** Appends through the store, counted as in flight. Call it in the same turn in which the router was asked. */
  append(slices: readonly AppendSlice[]): Promise<readonly AppendOutcome[]> {
    this.#inFlight += 1;
    const appending = this.#store.append(slices);
    appending.then(this.#onAppended, this.#onAppended);
    return appending;
  }

  #onAppended = (): void => {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#onDrained?.();
  };

  /** Runs `work` while no append is in flight and none begins. */
  async quiesced<T>(work: () => Promise<T>): Promise<T> {
    let open = () => {};
    this.#gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    try {
      if (this.#inFlight > 0) {
        await new Promise<void>((resolve) => {
          this.#onDrained = resolve;
        });
      }
      return await work();
    } finally {
      this.#onDrained = undefined;
      this.#gate = undefined;
      open();
    }
  }

  /** The log of a shard of this stream. */
  log(shard: Shard): Promise<ShardLog> {
    const known = this.#logs.get(shard.index);
    if (known !== undefined) return known;
    const opening = this.#store.open(shard.key);
    this.#logs.set(shard.index, opening);
    opening.catch(() => this.#logs.delete(shard.index));
    return opening;
  }
}
