/** Whether the lane takes appends, and if not, what it answers. */
import type { Logger } from '../../runtime/logger.ts';
import { StoreError, type StoreHealth } from '../store.ts';

export class Standing {
  readonly #logger: Logger;
  #health: StoreHealth = { state: 'ok' };

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get health(): StoreHealth {
    return this.#health;
  }

  get isOk(): boolean {
    return this.#health.state === 'ok';
  }

  get hasFailed(): boolean {
    return this.#health.state === 'failed';
  }

  /** What a new call is told; undefined while appends are taken. */
  get refusal(): StoreError | undefined {
    if (this.#health.state === 'ok') return undefined;
    return new StoreError(this.#health.state === 'failed' ? 'failed' : 'readOnly', this.#health.reason);
  }

  /** What a call under way is told when the lane fails. */
  get unknown(): StoreError {
    return new StoreError('unknown', this.#health.state === 'ok' ? 'the store failed' : this.#health.reason);
  }

  /** Appends are refused for now; says whether that is new. */
  refuse(reason: string): boolean {
    if (this.#health.state !== 'ok') return false;
    this.#health = { state: 'read-only', reason };
    this.#logger.log('error', 'appends are refused', { reason });
    return true;
  }

  /** Appends are taken again, unless the lane has failed; says whether that is new. */
  accept(): boolean {
    if (this.#health.state !== 'read-only') return false;
    this.#health = { state: 'ok' };
    this.#logger.log('info', 'appends are taken again');
    return true;
  }

  /** For good; says whether that is new. */
  fail(reason: string): boolean {
    if (this.#health.state === 'failed') return false;
    this.#health = { state: 'failed', reason };
    this.#logger.log('error', 'the store has failed and takes no more records', { reason });
    return true;
  }
}
