/** Who signs a call, and where that comes from while it runs out and is renewed. Nothing here asks anybody. */
import type { Clock } from '../runtime/clock.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Wall time after which they are refused; undefined for keys that do not run out. */
  readonly expiresMs?: number | undefined;
  /** Where they are from, for people: `the environment`, `profile "staging"`. */
  readonly origin?: string | undefined;
}

/** Gives credentials that are good now. `refused`: those that the server just refused, which are not given again unless there are no others. */
export type CredentialProvider = (refused?: Credentials) => Promise<Credentials>;

/** Fixed, or asked for before every call. */
export type CredentialSource = Credentials | CredentialProvider;

/** What a server without authentication is signed with, so that a real key never goes to a local socket. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** How long before their end credentials are renewed, as AWS's SDKs do; of a shorter life its last half. */
const RENEW_MS = 300_000;

/**
 * A provider that keeps what `load` gave until it runs out or is refused; many callers at once make it load once.
 * When a renewal fails, what is kept is used to its end.
 */
export function keptCredentials(load: () => Promise<Credentials>, clock: Pick<Clock, 'now'>): CredentialProvider {
  let kept: Credentials | undefined;
  let renewMs = Number.POSITIVE_INFINITY;
  let loading: Promise<Credentials> | undefined;
  const renew = async (): Promise<Credentials> => {
    kept = await load();
    const { expiresMs } = kept;
    const lifeMs = (expiresMs ?? 0) - clock.now();
    renewMs = expiresMs === undefined ? Number.POSITIVE_INFINITY : expiresMs - Math.min(RENEW_MS, lifeMs / 2);
    return kept;
  };
  return async (refused) => {
    const before = kept;
    if (before !== undefined && before !== refused && clock.now() < renewMs) return before;
    loading ??= renew().finally(() => {
      loading = undefined;
    });
    try {
      return await loading;
    } catch (error) {
      if (before === undefined || before === refused || clock.now() >= (before.expiresMs ?? 0)) throw error;
      return before;
    }
  };
}

/** True when both sign the same: asking the server again would change nothing. */
export function sameCredentials(a: Credentials, b: Credentials): boolean {
  return (
    a.accessKeyId === b.accessKeyId && a.sessionToken === b.sessionToken && a.secretAccessKey === b.secretAccessKey
  );
}
