/** What a check of `sluice doctor` finds. */
import type { Context } from '../context.ts';
import type { Target } from '../target/target.ts';

export interface Finding {
  /** `ok`; `warn`: it works, but; `fail`: it does not; `skip`: it could not be looked at. */
  readonly state: 'ok' | 'warn' | 'fail' | 'skip';
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** What checks may look at. */
export interface Patient {
  readonly context: Context;
  /** Where commands go; undefined when that cannot be told, which a check of its own says. */
  readonly target: Target | undefined;
  readonly targetError: unknown;
}

export interface Check {
  readonly name: string;
  readonly look: (patient: Patient) => Promise<Finding> | Finding;
}

/** All is as it should be. */
export const ok = (found: string): Finding => ({ state: 'ok', found });
/** It works, but. */
export const warn = (found: string, fix: string): Finding => ({ state: 'warn', found, fix });
/** It does not work. */
export const fail = (found: string, fix: string): Finding => ({ state: 'fail', found, fix });
/** It could not be looked at. */
export const skip = (found: string): Finding => ({ state: 'skip', found });
