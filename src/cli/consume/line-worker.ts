/** Gives records to a process as lines for as long as it lives, and to a new one when it has ended; of one shard or of all. */
import type { Batch } from './batches.ts';
import { LineLife } from './line-life.ts';
import type { Taker, Work } from './work.ts';

export class LineWorker implements Taker {
  readonly takesBatches = false;
  readonly #work: Work;
  /** Of the shard it is for; undefined: for all. */
  readonly #shardId: string | undefined;
  readonly #open = new Map<string, (error: Error) => void>();
  readonly #finishing = new Set<string>();
  #life: LineLife | undefined;

  constructor(work: Work, shardId: string | undefined) {
    this.#work = work;
    this.#shardId = shardId;
  }

  async open(shardId: string, _: unknown, onFailure: (error: Error) => void): Promise<void> {
    this.#open.set(shardId, onFailure);
  }

  async take(batch: Batch, signal: AbortSignal): Promise<void> {
    for (let taken = 0; taken < batch.items.length; ) {
      const life = await this.#living(signal);
      taken += await life.take({ ...batch, items: batch.items.slice(taken) }, signal);
    }
  }

  async finish(shardId: string, _: boolean, signal: AbortSignal): Promise<void> {
    // A process that ended with something unanswered has told so by the signal.
    signal.throwIfAborted();
    this.#finishing.add(shardId);
    const life = this.#life;
    const isLast = this.#finishing.size === this.#open.size;
    // Whoever answers now and then answers what is left when it sees that nothing more comes.
    if (isLast) life?.finish();
    try {
      await life?.settled(shardId, signal);
      if (isLast) await life?.endOf();
    } finally {
      this.#close(shardId);
    }
  }

  async drain(shardId: string): Promise<void> {
    this.#close(shardId);
    this.#life?.finish();
    await this.#life?.ended.catch(() => undefined);
  }

  #close(shardId: string): void {
    this.#finishing.delete(shardId);
    this.#open.delete(shardId);
  }

  /** The process that runs, or a new one. */
  async #living(signal: AbortSignal): Promise<LineLife> {
    while (this.#life?.isFinishing) await this.#life.ended;
    signal.throwIfAborted();
    if (this.#life !== undefined) return this.#life;
    const life = new LineLife(this.#work, this.#shardId);
    this.#life = life;
    life.ended.then(
      () => this.#over(life, (shardId) => life.failureOf(shardId)),
      (error: Error) => this.#over(life, () => error),
    );
    return life;
  }

  /** Tells the shards that lost something; one that finishes finds out by itself. */
  #over(life: LineLife, failureOf: (shardId: string) => Error | undefined): void {
    if (this.#life === life) this.#life = undefined;
    for (const [shardId, onFailure] of this.#open) {
      const failure = failureOf(shardId);
      if (failure !== undefined) onFailure(failure);
    }
    const { exitCode, isFinishing } = life;
    if (isFinishing || exitCode === undefined || exitCode === 0) return;
    const isAnswered = [...this.#open.keys()].every((shardId) => failureOf(shardId) === undefined);
    if (isAnswered) this.#work.context.note(`the command ended with ${exitCode}, everything answered`);
  }
}
