/** What one request of node:http or node:http2 holds of the two budgets, from its headers to the end of its answer. */
import type { Readable } from 'node:stream';
import { BODY_BYTES_MAX } from '../model/limits.ts';
import { answerBytesToReserve, declaredBytes, readBody, roomFor } from './body.ts';
import type { ByteBudget, Holder } from './byte-budget.ts';
import type { Incoming } from './incoming.ts';
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
  #moved = 0;

  /** `cut`: ends a request that holds room others wait for and does not move. */
  constructor(budgets: Budgets, cut: () => void) {
    this.#budgets = budgets;
    this.#cut = cut;
  }

  /**
   * Reads the body, taking room for it once it is large, then room for the answer. Whoever finds none in time is
   * throttled. Rejects when the client goes away in the middle.
   */
  async receive(readable: Readable, request: Incoming, roomlessMax: number): Promise<void> {
    const { headers, path } = request;
    if ((declaredBytes(headers) ?? 0) > BODY_BYTES_MAX) return;
    const room = roomFor(headers, roomlessMax);
    request.body = await readBody(readable, {
      onBytes: (bytes) => {
        this.#moved += bytes;
      },
      roomlessBytes: room?.afterBytes ?? Number.POSITIVE_INFINITY,
      takeRoom: () => this.#takeBody(room!.bytes, request),
    });
    if (request.isThrottled) return;
    const turn = this.#takeTurn(answerBytesToReserve(headers, path));
    if (turn !== undefined) request.isThrottled = !(await turn);
  }

  /** Returns what to wait for where there is no room yet: false says that there was none in time. */
  #takeBody(bytes: number, request: Incoming): Promise<boolean> | undefined {
    const { bodies } = this.#budgets;
    if (bodies.tryTake(bytes)) {
      this.#tookBody(bytes);
      return undefined;
    }
    return this.#wait(bodies, bytes, () => this.#tookBody(bytes)).then((isTaken) => {
      request.isThrottled = !isTaken;
      return isTaken;
    });
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

  /** The body has come; takes room for an answer, and returns what to wait for as `#takeBody` does. */
  #takeTurn(bytes: number): Promise<boolean> | undefined {
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
