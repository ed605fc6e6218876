/** Faults and delays on purpose, while the daemon runs: what --fail and --delay set, and the admin path changes. */
import {
  type Injection,
  injectedDelayMs,
  injectedFault,
  NO_INJECTION,
  parseDelayRule,
  parseFaultRule,
  type RuleProblem,
} from '../model/fault-injection.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';

/** Rules as people write them: `Operation=rate[:code]` and `Operation=duration`. */
export interface InjectionTexts {
  readonly fail: readonly string[];
  readonly delay: readonly string[];
}

export interface FaultInjectorOptions {
  /** Names that rules may have. */
  readonly operations: readonly string[];
  /** The machine's clock. */
  readonly clock: Clock;
  readonly random: Random;
}

export class FaultInjector {
  readonly #options: FaultInjectorOptions;
  #injection: Injection = NO_INJECTION;
  #texts: InjectionTexts = { fail: [], delay: [] };

  constructor(options: FaultInjectorOptions) {
    this.#options = options;
  }

  /** The rules in force. */
  get texts(): InjectionTexts {
    return this.#texts;
  }

  /** Takes these rules in place of all others; with a problem in one of them, changes nothing and returns it. */
  set(texts: InjectionTexts): RuleProblem | undefined {
    const { operations } = this.#options;
    const faults = texts.fail.map((text) => parseFaultRule(text, operations));
    const delays = texts.delay.map((text) => parseDelayRule(text, operations));
    for (const parsed of [...faults, ...delays]) if ('field' in parsed) return parsed;
    const isEmpty = faults.length + delays.length === 0;
    this.#injection = isEmpty
      ? NO_INJECTION
      : { faults: faults as Injection['faults'], delays: delays as Injection['delays'] };
    this.#texts = { fail: [...texts.fail], delay: [...texts.delay] };
    return undefined;
  }

  /** Lets a call wait and then fail, as the rules say; undefined when there is nothing to wait for. @throws {Fault}, also at once. */
  meet(operation: string): Promise<void> | undefined {
    if (this.#injection === NO_INJECTION) return undefined;
    const delayMs = injectedDelayMs(this.#injection, operation);
    if (delayMs > 0) return this.#options.clock.sleep(delayMs).then(() => this.#fail(operation));
    this.#fail(operation);
    return undefined;
  }

  #fail(operation: string): void {
    const fault = injectedFault(this.#injection, operation, this.#options.random.fraction());
    if (fault !== undefined) throw fault;
  }
}
