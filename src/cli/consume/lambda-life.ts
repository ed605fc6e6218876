/** A process that lives on and gets a Lambda event a line, one after the other; each is answered with a line. */
import type { Item } from '../../client/answers.ts';
import { parseLambdaAnswer } from './answer-line.ts';
import { lambdaAttempt } from './batch-run.ts';
import type { Child } from './child.ts';
import type { Attempt } from './deliver.ts';
import { ChildFailure, endedFailure } from './failure.ts';
import { lambdaEvent } from './lambda-event.ts';
import type { Work } from './work.ts';

export class LambdaLife {
  readonly #work: Work;
  #child: Child | undefined;
  /** Takes what it says of the event it has: what failed, or that it ended. */
  #onAnswer: ((came: readonly string[] | Error) => void) | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Sends an event and waits for its answer. */
  async attempt(shardId: string, items: readonly Item[]): Promise<Attempt> {
    const given = items.filter((item) => !item.isEmpty);
    if (given.length === 0) return { done: items.length };
    const child = this.#living(shardId);
    const answered = new Promise<readonly string[] | Error>((resolve) => {
      this.#onAnswer = resolve;
    });
    await child.write(lambdaEvent(shardId, given, this.#work.plan.source));
    const came = await answered;
    this.#onAnswer = undefined;
    if (came instanceof ChildFailure) return { done: 0, failure: came };
    if (came instanceof Error) throw came;
    return lambdaAttempt(items, came);
  }

  /** Lets it end. */
  async finish(): Promise<void> {
    const child = this.#child;
    child?.finish();
    if (child !== undefined) await this.#work.children.endOf(child);
  }

  #living(shardId: string): Child {
    if (this.#child !== undefined) return this.#child;
    const { children, plan } = this.#work;
    const child = children.start(plan.options.per === 'shard' ? shardId : undefined, (line) => {
      const answer = this.#onAnswer === undefined ? undefined : parseLambdaAnswer(line);
      if (answer === undefined) return children.pass(line);
      this.#onAnswer?.(answer.failed);
      return undefined;
    });
    const over = (error: Error) => {
      this.#child = undefined;
      this.#onAnswer?.(error);
    };
    child.ended.then((code) => over(endedFailure(code, 0)), over);
    this.#child = child;
    return child;
  }
}
