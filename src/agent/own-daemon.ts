/**
 * Whether a server on this machine is a daemon of our own, and how it wants its requests: such a one takes CBOR, of others
 * nobody knows, and it says whether it checks signatures.
 */
import { UnreachableError } from '../client/client-error.ts';
import type { Carrier } from '../client/http.ts';

/** The path by which a daemon says how it is, to programs on its machine alone. */
const HEALTH = '/_sluice/health';
const STATES: readonly unknown[] = ['ok', 'read-only', 'failed'];

/** 'away': nothing listens there now. 'other': no daemon of our own. Else the daemon. */
export type Found = 'away' | 'other' | { readonly checksSignatures: boolean };

/** Asks it how it is. One that does not say that it checks no signatures counts as one that does. */
export async function findDaemon(carrier: Carrier, timeoutMs: number): Promise<Found> {
  try {
    const { body } = await carrier.exchange({ method: 'GET', path: HEALTH, headers: {}, timeoutMs });
    const { state, signatures } = Object(JSON.parse(new TextDecoder().decode(body)));
    return STATES.includes(state) ? { checksSignatures: signatures !== 'unchecked' } : 'other';
  } catch (error) {
    return error instanceof UnreachableError && !error.sent ? 'away' : 'other';
  }
}
