/** Gives batches to a process each, or as Lambda events to one that lives on; tries again and gives up by itself. */
import { type Item, placeAfter } from '../../client/answers.ts';
import { durationText, grouped, shortShard } from '../values.ts';
import { runOnce } from './batch-run.ts';
import type { Batch } from './batches.ts';
import { type Attempt, type Delivery, deliver } from './deliver.ts';
import { giveUpError } from './failure.ts';
import { LambdaLife } from './lambda-life.ts';
import type { Taker, Work } from './work.ts';

type Tries = Pick<Delivery, 'retries' | 'bisect'> & {
  readonly attempt: (shardId: string, items: readonly Item[]) => Promise<Attempt>;
};

export class BatchWorker implements Taker {
  readonly takesBatches = true;
  readonly #work: Work;
  readonly #lambda: LambdaLife | undefined;
  readonly #open = new Set<string>();
  /** The batch under way: where one process is for all shards, they take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(work: Work) {
    this.#work = work;
    this.#lambda = work.plan.form === 'lambda' ? new LambdaLife(work) : undefined;
  }

  async open(shardId: string): Promise<void> {
    this.#open.add(shardId);
  }

  async take(batch: Batch, signal: AbortSignal): Promise<void> {
    const { ack, options } = this.#work.plan;
    const attempt: Tries['attempt'] = (shardId, items) =>
      this.#lambda?.attempt(shardId, items) ?? runOnce(this.#work, shardId, { items, ack });
    const turn = this.#turn.then(() => {
      signal.throwIfAborted();
      return deliverNoted(this.#work, batch, { ...options, attempt, signal });
    });
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async finish(shardId: string): Promise<void> {
    this.#open.delete(shardId);
    if (this.#open.size === 0) await this.#lambda?.finish();
  }

  async drain(shardId: string): Promise<void> {
    await this.finish(shardId).catch(() => undefined);
  }
}

/** Gives a batch until it is done or given up, and notes how far it is. @throws {CliError} where nothing takes what failed. */
async function deliverNoted(
  work: Work,
  { shardId, items }: Batch,
  { attempt, retries, bisect, signal }: Tries & { readonly signal: AbortSignal },
): Promise<void> {
  const { context, plan, progress } = work;
  const { backoff: backoffMs } = plan.options;
  const shard = shortShard(shardId);
  let waiting = items.length;
  progress.waiting += waiting;
  const delivery: Delivery = {
    attempt: (left) => attempt(shardId, left),
    onDone(done) {
      waiting -= done.length;
      progress.waiting -= done.length;
      const last = done.findLast(({ isLast }) => isLast);
      if (last !== undefined) progress.pass(shardId, placeAfter(last.record));
      progress.answered += done.length;
    },
    async giveUp(left, failure) {
      const first = left[0]!.record.sequenceNumber;
      if (plan.deadLetters === undefined)
        throw giveUpError(failure, `Shard ${shard}: ${first} is the first that is not done`, plan);
      await plan.deadLetters(shardId, left, failure.message);
      context.note(
        `shard ${shard}: ${failure.message}; ${countText(left)} from ${first} on kept in ${plan.options.dlq}`,
      );
    },
    onRetry: (left, failure, waitMs) =>
      context.note(`shard ${shard}: ${failure.message}; ${countText(left)} again in ${durationText(waitMs)}`),
    ...{ retries, bisect, backoffMs, clock: context.clock, signal },
  };
  try {
    await deliver(items, delivery);
  } finally {
    progress.waiting -= waiting;
  }
}

function countText({ length }: readonly Item[]): string {
  return `${grouped(length)} ${length === 1 ? 'record' : 'records'}`;
}

/** One batch by a process of its own, in halves down to the record that is to blame. */
export function isolate(work: Work, batch: Batch, signal: AbortSignal): Promise<void> {
  const { ack } = work.plan;
  const attempt: Tries['attempt'] = (shardId, items) => runOnce(work, shardId, { items, ack });
  return deliverNoted(work, batch, { attempt, retries: 0, bisect: true, signal });
}
