/** What one request of node:http or node:http2 holds of the two budgets, from its headers to the end of its answer. */
import type { ByteBudget, Holder } from './byte-budget.ts';
import type { ProtocolOptions } from './protocol.ts';

type Budgets = Pick<ProtocolOptions, 'bodies' | 'answers' | 'clock'>;

export class Holding {
  readonly #budgets: Budgets;
  readonly #cut: () => void;
  #bodyBytes = 0;
  #answerBytes = 0;
  #holder: Holder | undefined;
  isEnded = false;
  /** Of the body, come so far. */
  readonly onBytes = (bytes: number): void => {
    this.#moved += bytes;
  };
  #moved = 0;

  /** `cut`: ends a request that holds room others wait for and does not move. */
  constructor(budgets: Budgets, cut: () => void) {
    this.#budgets = budgets;
    this.#cut = cut;
  }

  /** Takes room for the body; returns what to wait for where there is none yet: false says that there was none in time. */
  takeBody(bytes: number): Promise<boolean> | undefined {
    if (bytes === 0) return undefined;
    const { bodies } = this.#budgets;
    if (!bodies.tryTake(bytes)) return this.#wait(bodies, bytes, () => this.#tookBody(bytes));
    this.#tookBody(bytes);
    return undefined;
  }

  async #wait(budget: ByteBudget, bytes: number, took: () => void): Promise<boolean> {
    const isTaken = await budget.take(bytes, this.#budgets.clock.monotonic());
    if (isTaken) took();
    return isTaken;
  }

  #tookBody(bytes: number): void {
    const { bodies } = this.#budgets;
    if (this.isEnded) {
      bodies.give(bytes);
      return;
    }
    this.#bodyBytes = bytes;
    this.#hold(bodies, () => this.#moved);
  }

  /** The body has come; takes room for an answer, and returns what to wait for as `takeBody` does. */
  takeTurn(bytes: number): Promise<boolean> | undefined {
    this.#release();
    const { answers } = this.#budgets;
    if (bytes === 0 && !answers.isFlooded) return undefined;
    if (!answers.tryTake(bytes)) return this.#wait(answers, bytes, () => this.#tookTurn(bytes));
    this.#tookTurn(bytes);
    return undefined;
  }

  #tookTurn(bytes: number): void {
    if (this.isEnded) this.#budgets.answers.give(bytes);
    else this.#answerBytes = bytes;
  }

  /** The answer is there: holds as much as it is long. */
  addAnswer(bytes: number): void {
    const { answers } = this.#budgets;
    answers.add(bytes);
    answers.give(this.#answerBytes);
    this.#answerBytes = bytes;
    this.#hold(answers, () => bytes);
  }

  /** Gives everything back. */
  end(): void {
    this.isEnded = true;
    this.#release();
    this.#budgets.bodies.give(this.#bodyBytes);
    this.#budgets.answers.give(this.#answerBytes);
    this.#bodyBytes = 0;
    this.#answerBytes = 0;
  }

  #hold(budget: ByteBudget, moved: () => number): void {
    this.#holder = { sinceMs: this.#budgets.clock.monotonic(), moved, cut: this.#cut };
    budget.holders.add(this.#holder);
  }

  #release(): void {
    if (this.#holder === undefined) return;
    this.#budgets.bodies.holders.delete(this.#holder);
    this.#budgets.answers.holders.delete(this.#holder);
  }
}
