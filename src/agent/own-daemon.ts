/** Whether a server on this machine is a daemon of our own: such a one takes requests in CBOR, of others nobody knows. */
import { UnreachableError } from '../client/client-error.ts';
import type { Carrier } from '../client/http.ts';

/** The path by which a daemon says how it is, to programs on its machine alone. */
const HEALTH = '/_sluice/health';
const STATES: readonly unknown[] = ['ok', 'read-only', 'failed'];

/** Asks it how it is; undefined when nothing listens there now. */
export async function isOwnDaemon(carrier: Carrier, timeoutMs: number): Promise<boolean | undefined> {
  try {
    const { body } = await carrier.exchange({ method: 'GET', path: HEALTH, headers: {}, timeoutMs });
    return STATES.includes(Object(JSON.parse(new TextDecoder().decode(body))).state);
  } catch (error) {
    return error instanceof UnreachableError && !error.sent ? undefined : false;
  }
}
