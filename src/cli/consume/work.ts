/** What everything that works for one group shares: what to do, where it is noted, and the processes under way. */
import type { Position } from '../../client/position.ts';
import type { Context } from '../context.ts';
import type { OpenStream } from '../target/open-stream.ts';
import type { Batch } from './batches.ts';
import { Child, type ChildOptions } from './child.ts';
import type { ConsumePlan } from './plan.ts';
import type { GroupProgress } from './progress.ts';

export interface Work {
  readonly context: Context;
  readonly stream: OpenStream;
  readonly plan: ConsumePlan;
  readonly progress: GroupProgress;
  readonly children: Children;
  /** Processes that are no longer given anything, and do what they have. */
  readonly draining: Set<Promise<void>>;
}

/** What takes the records of shards: processes, with their way of answering. Notes in the progress what is answered. */
export interface Taker {
  /** Records come in batches rather than as they are read. */
  readonly takesBatches: boolean;
  /** A shard begins. `onFailure` is called when what took its records fails while nobody waits for it. */
  open(shardId: string, from: Position, onFailure: (error: Error) => void): Promise<void>;
  /** Resolves when more may come. @throws {ChildFailure} when the shard has to be read again from where it is noted. */
  take(batch: Batch, signal: AbortSignal): Promise<void>;
  /** A shard is at its end, or reading is: resolves when all is answered. @throws {ChildFailure} when it will not be. */
  finish(shardId: string, isClosed: boolean, signal: AbortSignal): Promise<void>;
  /** Nothing more comes: resolves when the process has done what it was given. Never rejects. */
  drain(shardId: string): Promise<void>;
}

/** The processes under way. */
export class Children {
  readonly #context: Context;
  readonly #plan: ConsumePlan;
  readonly #stream: string;
  readonly #running = new Set<Child>();

  constructor(context: Context, plan: ConsumePlan, stream: string) {
    this.#context = context;
    this.#plan = plan;
    this.#stream = stream;
  }

  /** Starts the command; without a shard it is for all. */
  start(shardId: string | undefined, onLine: ChildOptions['onLine']): Child {
    const { clock, env } = this.#context;
    const { words, group } = this.#plan;
    const facts = { SLUICE_STREAM: this.#stream, SLUICE_GROUP: group, SLUICE_SHARD: shardId };
    const child = new Child({ words, clock, env: { ...env, ...facts }, onLine });
    this.#running.add(child);
    const forget = () => void this.#running.delete(child);
    child.ended.then(forget, forget);
    return child;
  }

  /** Waits for one to end by itself, but not for ever. */
  async endOf(child: Child): Promise<void> {
    const patience = new AbortController();
    const rest = this.#context.clock.sleep(this.#plan.options.drainTimeout, patience.signal).catch(() => undefined);
    await Promise.race([child.ended, rest]);
    patience.abort();
    await child.kill();
  }

  /** Ends all of them, `now` or with a moment to do so themselves. */
  async end(now: boolean): Promise<void> {
    if (now) for (const child of this.#running) child.killNow();
    else await Promise.all([...this.#running].map((child) => child.kill()));
  }

  /** A line of a command that is none of its answers: what it has to say. */
  pass(line: string): Promise<void> | undefined {
    return this.#context.out.write(`${line}\n`);
  }
}
