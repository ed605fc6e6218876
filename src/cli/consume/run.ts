/** One consume from its first record to its end: shards, checkpoints, signals. */
import { hostname } from 'node:os';
import { Consumer } from '../../client/consumer.ts';
import { readShard, type ShardBatch, type ShardOutcome, type ShardReaderOptions } from '../../client/shard-reader.ts';
import { CHECKPOINT_MS, SHARD_READS_PER_SECOND, UNANSWERED_TELL_MS } from '../../model/limits.ts';
import { SECOND_MS } from '../../model/time.ts';
import { type Context, InterruptedError } from '../context.ts';
import { FanOut } from '../tail/fan-out.ts';
import { presentPlaces } from '../tail/horizon.ts';
import { durationText, grouped, shortShard } from '../values.ts';
import { BatchWorker } from './batch-worker.ts';
import type { GroupFile } from './group-file.ts';
import { LineWorker } from './line-worker.ts';
import { MultilangWorker } from './multilang-worker.ts';
import type { GroupProgress } from './progress.ts';
import { workShard } from './shard-work.ts';
import type { Taker, Work } from './work.ts';

type Read = (options: ShardReaderOptions) => AsyncGenerator<ShardBatch, ShardOutcome>;

export class ConsumeRun {
  readonly #work: Work;
  readonly #file: GroupFile;
  readonly #fanOut = new FanOut();
  /** Fires at the first signal: nothing more is read. */
  readonly #stop = new AbortController();
  /** Fires at the second: nothing is waited for. */
  readonly #abandon = new AbortController();
  readonly #shards = new Set<Promise<ShardOutcome>>();
  #shared: Taker | undefined;

  constructor(work: Work, file: GroupFile) {
    this.#work = work;
    this.#file = file;
  }

  /** Until a signal, or the tip with --no-follow. */
  async run(): Promise<void> {
    const { context, progress } = this.#work;
    context.onSignal = (name) => this.#onSignal(name);
    context.status = () => `${grouped(progress.answered)} records answered, ${grouped(progress.waiting)} under way`;
    const ticking = new AbortController();
    const ticks = this.#tick(ticking.signal);
    const signal = AbortSignal.any([context.signal, this.#stop.signal]);
    const reading = this.#read(signal);
    let failure: unknown;
    try {
      // Whoever still works on what it has is not waited for without end.
      await Promise.race([reading, reasonOf(signal)]);
    } catch (error) {
      failure = error;
    }
    const isDrained = await this.#drain(reading);
    ticking.abort();
    await ticks;
    context.onSignal = undefined;
    await this.#fanOut.close();
    await progress.save();
    const answered = `${grouped(progress.answered)} ${progress.answered === 1 ? 'record' : 'records'} answered`;
    if (failure === undefined) return context.note(answered);
    if (!(failure instanceof InterruptedError)) throw failure;
    context.note(isDrained ? `${answered}, stopped` : `${answered}; what was under way comes again at the next start`);
    if (!isDrained) throw failure;
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { context, plan, progress, stream } = this.#work;
    const { follow, poll: pollMs, efo } = plan.options;
    if (efo !== undefined) await this.#fanOut.open(stream, efo === true ? `sluice-${plan.group}` : efo);
    const saved = this.#file.state.places;
    const { from } = this.#file.state;
    const isNew = saved.size === 0;
    const beginning = { stream, position: from, places: isNew ? undefined : saved, strict: false };
    const places = await presentPlaces(beginning);
    const positions = places === undefined ? undefined : new Map([...places].map(([id, one]) => [id, one.position]));
    if (places !== undefined) progress.replace(places);
    const apartMs = stream.target.kind === 'aws' ? SECOND_MS / SHARD_READS_PER_SECOND : undefined;
    let troubled = '';
    const consumer = new Consumer({
      ...{ client: stream.client, clock: context.clock, stream: stream.ref, from, positions, follow, signal },
      shards: positions === undefined ? undefined : (id) => positions.has(id),
      pace: { apartMs, pollMs },
      read: (options) => this.#shard(options, () => consumer.hashRangeOf(options.shardId)),
      onShardStart: (shardId, position) => progress.start(shardId, position),
      onTrouble({ message }) {
        if (message !== troubled) context.note(`${message}, trying again`);
        troubled = message;
      },
    });
    for await (const { shardId, followedBy } of consumer.batches()) {
      if (followedBy === undefined) continue;
      progress.end(shardId, followedBy);
      const next = followedBy.length === 0 ? '' : `, going on in ${followedBy.map(shortShard).join(', ')}`;
      context.note(`${stream.name}: shard ${shortShard(shardId)} is done${next}`);
    }
  }

  /** Reads a shard to its end; its batches go to a process, not to whoever asked. */
  async *#shard(options: ShardReaderOptions, hashRange: () => ReturnType<Consumer['hashRangeOf']>): ReturnType<Read> {
    yield* [];
    const read: Read = this.#fanOut.readerOf(this.#work.stream) ?? readShard;
    const working = workShard(this.#work, options, { taker: this.#takerOf(options.shardId), read, hashRange });
    this.#shards.add(working);
    const forget = () => void this.#shards.delete(working);
    working.then(forget, forget);
    return await working;
  }

  #takerOf(shardId: string): Taker {
    const { plan } = this.#work;
    const isShared = plan.options.per === 'worker';
    const make = (): Taker => {
      if (plan.form === 'multilang') return new MultilangWorker(this.#work);
      if (plan.form === 'lines') return new LineWorker(this.#work, isShared ? undefined : shardId);
      return new BatchWorker(this.#work);
    };
    if (!isShared) return make();
    this.#shared ??= make();
    return this.#shared;
  }

  /** Waits until processes have done what they were given. False when they had to be ended. */
  async #drain(reading: Promise<void>): Promise<boolean> {
    const { context, plan, children, draining } = this.#work;
    const ends = async () => {
      await Promise.allSettled([reading, ...this.#shards]);
      await Promise.all(draining);
      return true;
    };
    const done = ends();
    const rest = context.clock.sleep(plan.options.drainTimeout, this.#abandon.signal).then(
      () => false,
      () => false,
    );
    const isDrained = await Promise.race([done, rest]);
    await children.end(this.#abandon.signal.aborted);
    await done;
    this.#abandon.abort();
    return isDrained;
  }

  #onSignal(name: InterruptedError['signalName']): void {
    const { context, progress } = this.#work;
    if (this.#stop.signal.aborted) {
      this.#abandon.abort();
      return;
    }
    const waiting = `${grouped(progress.waiting)} ${progress.waiting === 1 ? 'record' : 'records'}`;
    context.note(`draining${progress.waiting === 0 ? '' : ` ${waiting}`}, Ctrl-C again to abandon`);
    this.#stop.abort(new InterruptedError(name));
  }

  /** Keeps checkpoints, and tells of a process that gives no answers. */
  async #tick(signal: AbortSignal): Promise<void> {
    const { context, plan, progress } = this.#work;
    const silence = new Silence(context, progress);
    let isTold = false;
    while (!signal.aborted) {
      try {
        await progress.save();
        isTold = false;
      } catch (error) {
        if (!isTold) context.note(`checkpoints cannot be written: ${(error as Error).message}, trying again`);
        isTold = true;
      }
      if (plan.ack === 'line' && plan.form === 'lines') silence.tell();
      await context.clock.sleep(CHECKPOINT_MS, signal).catch(() => undefined);
    }
  }
}

/** Rejects with the signal's reason. */
function reasonOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Says once what an answer looks like, when none comes. */
class Silence {
  readonly #context: Context;
  readonly #progress: GroupProgress;
  #answered = 0;
  #sinceMs: number;
  #isTold = false;

  constructor(context: Context, progress: GroupProgress) {
    this.#context = context;
    this.#progress = progress;
    this.#sinceMs = context.clock.monotonic();
  }

  tell(): void {
    const { answered, waiting } = this.#progress;
    const now = this.#context.clock.monotonic();
    if (answered !== this.#answered || waiting === 0) {
      this.#answered = answered;
      this.#sinceMs = now;
      return;
    }
    if (this.#isTold || now - this.#sinceMs < UNANSWERED_TELL_MS) return;
    this.#isTold = true;
    const silent = durationText(now - this.#sinceMs);
    this.#context.note(`the command has answered none of ${grouped(waiting)} records for ${silent}`);
    this.#context.note('  It is to print "ok <seq>" for each it has done, and flush it; or take --ack auto.');
  }
}

/** This process, as a group's file names it. */
export function ownerHere({ self }: Context): { readonly host: string; readonly pid: number } {
  return { host: hostname(), pid: self.pid };
}
