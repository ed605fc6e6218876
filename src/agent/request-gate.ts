/** A bound of requests under way for all flows together: Kinesis Agent's sending threads. Who comes first goes first. */
import type { DeliveryTarget } from './delivery-target.ts';

export class RequestGate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(requestsMax: number) {
    this.#free = requestsMax;
  }

  /** The target with its requests counted here. */
  guarded(target: DeliveryTarget): DeliveryTarget {
    return {
      get credentialsExpireMs() {
        return target.credentialsExpireMs;
      },
      put: async (records, signal) => {
        await this.#enter(signal);
        try {
          return await target.put(records, signal);
        } finally {
          this.#leave();
        }
      },
      renew: (cause) => target.renew(cause),
      close: () => target.close(),
    };
  }

  #enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal!.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(enter);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
