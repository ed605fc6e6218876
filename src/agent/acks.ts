/**
 * Which part of a file is done: records finish in any order, the acknowledged position advances over what is finished
 * without a gap. Pure bookkeeping for one generation of one file.
 */
export class Acks {
  /** Start of each record that may be unfinished, in file order. */
  #starts: number[] = [];
  #finished: boolean[] = [];
  /** Ticket of `#starts[0]`. */
  #base = 0;
  /** Entries before it are finished. */
  #head = 0;

  /** Takes a record that begins at `start`; returns its ticket. */
  add(start: number): number {
    this.#starts.push(start);
    this.#finished.push(false);
    return this.#base + this.#starts.length - 1;
  }

  /** The record is delivered, or dropped for good and accounted for. */
  finish(ticket: number): void {
    this.#finished[ticket - this.#base] = true;
    while (this.#head < this.#finished.length && this.#finished[this.#head]) this.#head++;
    if (this.#head === this.#starts.length || this.#head > 4_096) this.#forget();
  }

  /** Everything before the result is finished. `settled` is where reading has decided everything up to. */
  position(settled: number): number {
    return this.#starts[this.#head] ?? settled;
  }

  get isEmpty(): boolean {
    return this.#head === this.#starts.length;
  }

  #forget(): void {
    this.#starts = this.#starts.slice(this.#head);
    this.#finished = this.#finished.slice(this.#head);
    this.#base += this.#head;
    this.#head = 0;
  }
}
