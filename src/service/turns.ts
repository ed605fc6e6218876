/** One piece of work after the other, in the order of asking: changes of the catalog are checked and recorded in turn. */
import { Fault } from '../model/fault.ts';
import { CHANGES_WAITING_MAX } from '../model/limits.ts';

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Runs `work` when all earlier work has ended, well or not. @throws {Fault} LimitExceededException when too much waits. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= CHANGES_WAITING_MAX) throw new Fault('LimitExceededException', 'Rate exceeded.');
    this.#waiting += 1;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}
