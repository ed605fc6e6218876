/**
 * A clock that stands still until it is told to move. Due sleepers wake in the order of their times, and what they
 * set going runs before the next one wakes.
 */
import type { Clock } from '../../src/runtime/clock.ts';

/** Turns of the event loop given to whatever a moved clock set going. */
const SETTLE_TURNS = 30;

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export class SimClock implements Clock {
  #elapsedMs = 0;
  #wallMs: number;
  #sleepers: Sleeper[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#wallMs = startMs;
  }

  now(): number {
    return Math.floor(this.#wallMs);
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  soon(fn: () => void): void {
    setImmediate(fn);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { atMs: this.#elapsedMs + ms, wake };
      signal?.addEventListener('abort', onAbort, { once: true });
      const later = this.#sleepers.findIndex((other) => other.atMs > sleeper.atMs);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
    });
  }

  /** Moves both times forward, waking sleepers on the way. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await this.settle();
    for (let due = this.#sleepers[0]; due !== undefined && due.atMs <= endMs; due = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#moveTo(due.atMs);
      due.wake();
      await this.settle();
    }
    this.#moveTo(endMs);
  }

  /** Sets the wall time alone, as an operator may; it may go back. */
  set(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  /** Lets everything run that waits for no time. */
  async settle(turns = SETTLE_TURNS): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  #moveTo(elapsedMs: number): void {
    this.#wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}
