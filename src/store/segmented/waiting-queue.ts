/** The calls that wait for a commit, bounded in bytes: until a call is answered its bytes count. */
import { COMMIT_BYTES_MAX, GATHERING_MS_MAX, GATHERING_TURNS_MAX } from '../../model/limits.ts';
import { StoreError } from '../store.ts';
import type { Part, Settle, Waiting } from './commit.ts';

export class WaitingQueue {
  readonly #bytesMax: number;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** Of all calls not answered yet, also of those in a commit under way. */
  #pendingBytes = 0;
  /** Calls that the next commit may have: those that the one before answered, and those that waited then. */
  #expected = 0;
  #turns = 0;
  #sinceMs = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Of the calls that are in no commit yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes the next commit will hold, at least. */
  get nextBytes(): number {
    return this.#waiting[0]?.bytes ?? 0;
  }

  /** `settle` is called at once where there is no room. A call alone may be of any size. */
  push(parts: readonly Part[], settle: Settle): void {
    let bytes = 0;
    for (const part of parts) bytes += part.bytes;
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > this.#bytesMax) {
      return void settle(new StoreError('overloaded', `${this.#pendingBytes} bytes wait for the disk already`));
    }
    this.#pendingBytes += bytes;
    this.#bytes += bytes;
    this.#waiting.push({ parts, bytes, settle });
  }

  /**
   * Whether the next commit need wait no longer; asked once a turn of the loop while there is one to make. Who was just
   * answered often writes again within a few turns, and a commit costs the same for all as for half of them.
   */
  isGathered(nowMs: number): boolean {
    if (this.#waiting.length >= this.#expected || this.#turns === GATHERING_TURNS_MAX) return true;
    if (this.#turns === 0) this.#sinceMs = nowMs;
    else if (nowMs - this.#sinceMs >= GATHERING_MS_MAX) return true;
    this.#turns++;
    return false;
  }

  /** As many calls as one commit may hold; at least one. */
  take(): readonly Waiting[] {
    let bytes = this.nextBytes;
    let count = 1;
    while (count < this.#waiting.length && bytes + this.#waiting[count]!.bytes <= COMMIT_BYTES_MAX) {
      bytes += this.#waiting[count]!.bytes;
      count++;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  /** Answers calls that have been taken. */
  settle(taken: readonly Waiting[], error: StoreError | undefined): void {
    if (taken.length > 0) {
      this.#expected = taken.length + this.#waiting.length;
      this.#turns = 0;
    }
    for (const { bytes, settle } of taken) {
      this.#pendingBytes -= bytes;
      settle(error);
    }
  }

  /** Answers all that still wait. */
  refuse(error: StoreError): void {
    this.#bytes = 0;
    this.settle(this.#waiting.splice(0), error);
  }
}
