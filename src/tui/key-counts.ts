/** The heaviest partition keys of what is read, in bounded memory (Space-Saving, fading). */
import { HEAT_HALF_LIFE_MS, METRICS_KEYS_MAX, POLLING_KEYS_MAX } from '../model/limits.ts';
import type { HotKey } from '../model/metrics-frame.ts';

interface Count {
  bytes: number;
  errorBytes: number;
  shard: number;
}

export class KeyCounts {
  readonly #counts = new Map<string, Count>();
  #fadedAtMs = 0;

  /** A key that is not counted takes the place of the lightest, with its bytes as what it may be wrong by. */
  add(key: string, shard: number, bytes: number): void {
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.bytes += bytes;
      known.shard = shard;
      return;
    }
    let errorBytes = 0;
    if (this.#counts.size >= POLLING_KEYS_MAX) {
      const [lightest, count] = [...this.#counts].reduce((least, one) => (one[1].bytes < least[1].bytes ? one : least));
      this.#counts.delete(lightest);
      errorBytes = count.bytes;
    }
    this.#counts.set(key, { bytes: bytes + errorBytes, errorBytes, shard });
  }

  fade(nowMs: number): void {
    const factor = 0.5 ** ((nowMs - this.#fadedAtMs) / HEAT_HALF_LIFE_MS);
    this.#fadedAtMs = nowMs;
    for (const count of this.#counts.values()) {
      count.bytes *= factor;
      count.errorBytes *= factor;
    }
  }

  /** Heaviest first; what is mostly error is left out. */
  heaviest(): readonly HotKey[] {
    return [...this.#counts]
      .filter(([, count]) => count.bytes > 2 * count.errorBytes && count.bytes >= 1)
      .sort((a, b) => b[1].bytes - a[1].bytes)
      .slice(0, METRICS_KEYS_MAX)
      .map(([key, count]) => ({
        key,
        shard: count.shard,
        bytes: Math.round(count.bytes),
        errorBytes: Math.round(count.errorBytes),
      }));
  }
}
