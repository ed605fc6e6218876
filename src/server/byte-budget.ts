/**
 * A bound for the bytes of all requests, or all answers, under way: who finds it spent waits, in order, unread, and is
 * refused when that takes too long.
 */
import { BODY_BYTES_PER_SECOND_MIN, HOLDER_GRACE_MS, ROOM_WAIT_MS } from '../model/limits.ts';
import { SECOND_MS } from '../model/time.ts';

/** Answers may be longer than what was set aside for them. */
const FLOOD = 4;

/** Bytes that are on their way to or from a client, who may be slow. */
export interface Holder {
  readonly sinceMs: number;
  /** Bytes that have come, or that are to go: who takes an answer has time for all of it. */
  moved(): number;
  /** Ends it; what it holds is given back. */
  cut(): void;
}

interface Waiter {
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (isTaken: boolean) => void;
}

export class ByteBudget {
  /** Those under way: who adds itself takes itself away. */
  readonly holders = new Set<Holder>();
  readonly #bytesMax: number;
  readonly #bytesPerSecondMin: number;
  #held = 0;
  /** As many as there are requests with headers read: bounded by connections and their requests. */
  readonly #waiting: Waiter[] = [];

  /** `bytesPerSecondMin`: less is too slow for who holds room that others wait for. */
  constructor(bytesMax: number, bytesPerSecondMin: number = BODY_BYTES_PER_SECOND_MIN) {
    this.#bytesMax = bytesMax;
    this.#bytesPerSecondMin = bytesPerSecondMin;
  }

  /** Takes `bytes` if they are free now and nobody waits. Whoever is alone gets them whatever their number. */
  tryTake(bytes: number): boolean {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  /** Resolves with true once `bytes` are taken, with false when that took too long. `nowMs` by a monotonic clock. */
  take(bytes: number, nowMs: number): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push({ bytes, sinceMs: nowMs, resolve }));
  }

  /** Counts bytes that exist already (an answer), beyond the bound if need be. */
  add(bytes: number): void {
    this.#held += bytes;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#held -= bytes;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#held += next.bytes;
      next.resolve(true);
    }
  }

  /** Ends those who hold on to room that others wait for. `nowMs` by the clock of `sinceMs`. */
  endTheSlow(nowMs: number): void {
    if (this.#waiting.length === 0) return;
    for (const holder of this.holders) {
      const heldMs = nowMs - holder.sinceMs;
      if (heldMs < HOLDER_GRACE_MS || holder.moved() * SECOND_MS >= heldMs * this.#bytesPerSecondMin) continue;
      this.holders.delete(holder);
      holder.cut();
    }
  }

  /** Refuses those who have waited too long. */
  refuseTheLate(nowMs: number): void {
    const isLate = (waiter: Waiter | undefined) => waiter !== undefined && nowMs - waiter.sinceMs >= ROOM_WAIT_MS;
    while (isLate(this.#waiting[0])) this.#waiting.shift()!.resolve(false);
    this.#admit();
  }

  /** So much beyond the bound that even what wants no room of its own has to wait. */
  get isFlooded(): boolean {
    return this.#held > FLOOD * this.#bytesMax;
  }

  get held(): number {
    return this.#held;
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#bytesMax;
  }
}
