/** Gives the records of a shard to a program of the Kinesis Client Library's MultiLangDaemon, which keeps its own pace of checkpoints. */
import { Answers } from '../../client/answers.ts';
import type { Position } from '../../client/position.ts';
import type { Batch } from './batches.ts';
import type { Child } from './child.ts';
import { ChildFailure, endedFailure } from './failure.ts';
import {
  type Action,
  checkpointMessage,
  initializeMessage,
  parseReply,
  plainMessage,
  type Reply,
  recordsMessage,
} from './multilang-message.ts';
import type { Taker, Work } from './work.ts';

/** Steps during which a program may checkpoint. */
const CHECKPOINTED: ReadonlySet<Action> = new Set(['processRecords', 'shardEnded', 'shutdownRequested']);

export class MultilangWorker implements Taker {
  readonly takesBatches = true;
  readonly #work: Work;
  #child: Child | undefined;
  #answers = new Answers();
  /** What the program is told and has not answered. */
  #step: { readonly action: Action; readonly done: (came: string | Error) => void } | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  async open(shardId: string, from: Position, onFailure: (error: Error) => void): Promise<void> {
    const { children } = this.#work;
    this.#answers = new Answers();
    const child = children.start(shardId, (line) => {
      const reply = parseReply(line);
      if (reply === undefined) return line.trim() === '' ? undefined : children.pass(line);
      return this.#hear(shardId, reply);
    });
    this.#child = child;
    const over = (error: Error) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      // Between two steps nobody waits for it.
      if (this.#step === undefined) onFailure(error);
      else this.#step.done(error);
    };
    child.ended.then((code) => over(endedFailure(code, this.#answers.waiting)), over);
    await this.#call('initialize', initializeMessage(shardId, from));
  }

  async take({ items, lagMs }: Batch): Promise<void> {
    for (const item of items) this.#answers.give(item);
    const given = items.filter((item) => !item.isEmpty);
    if (given.length > 0) await this.#call('processRecords', recordsMessage(given, lagMs));
  }

  async finish(_: string, isClosed: boolean): Promise<void> {
    if (!isClosed) return this.drain();
    await this.#call('shardEnded', plainMessage('shardEnded'));
    const { waiting } = this.#answers;
    await this.#end();
    if (waiting > 0) throw new ChildFailure(`the command did not checkpoint at the end of the shard`);
  }

  /** As when a KCL worker is shut down: a last chance to checkpoint, then the shard is no longer its own. */
  async drain(): Promise<void> {
    if (this.#child === undefined) return;
    try {
      await this.#call('shutdownRequested', plainMessage('shutdownRequested'));
      await this.#call('leaseLost', plainMessage('leaseLost'));
    } catch (error) {
      this.#work.context.note(`${(error as Error).message}, while it was shut down`);
    }
    await this.#end().catch(() => undefined);
  }

  /** Tells the program a step and waits until it is done. @throws {ChildFailure} */
  async #call(action: Action, message: string): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new ChildFailure('the command has ended');
    const answered = new Promise<string | Error>((done) => {
      this.#step = { action, done };
    });
    await child.write(message);
    const came = await answered;
    this.#step = undefined;
    if (came === action) return;
    await this.#end();
    throw typeof came === 'string' ? new ChildFailure(`the command answered ${came} to ${action}`) : came;
  }

  /** Resolves before more of its lines are read. */
  async #hear(shardId: string, reply: Reply): Promise<void> {
    if (reply.action === 'status') return this.#step?.done(reply.responseFor);
    const error = await this.#checkpoint(shardId, reply);
    await this.#child?.write(checkpointMessage(reply, error));
  }

  /** Keeps a place; the name of KCL's exception where it cannot be. */
  async #checkpoint(shardId: string, { sequenceNumber, subSequenceNumber }: Checkpoint): Promise<string | null> {
    const { progress, context } = this.#work;
    const answers = this.#answers;
    const action = this.#step?.action;
    if (action === undefined || !CHECKPOINTED.has(action)) return 'InvalidStateException';
    const { waiting } = answers;
    if (sequenceNumber === null) answers.answerAll();
    else if (!answers.answerThrough(sequenceNumber, subSequenceNumber ?? undefined)) {
      return answers.done?.sequenceNumber === sequenceNumber ? null : 'IllegalArgumentException';
    }
    progress.answered += waiting - answers.waiting;
    if (answers.place !== undefined) progress.pass(shardId, answers.place);
    try {
      await progress.save();
      return null;
    } catch (failure) {
      context.note(`checkpoints cannot be written: ${(failure as Error).message}`);
      return 'KinesisClientLibDependencyException';
    }
  }

  /** Closes its stdin, which ends it. */
  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    child?.finish();
    if (child !== undefined) await this.#work.children.endOf(child);
  }
}

type Checkpoint = Extract<Reply, { action: 'checkpoint' }>;
