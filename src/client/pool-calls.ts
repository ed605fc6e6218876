/** Calls over undici's pool or a proxy, for those who need TLS, a proxy or answers kept open. Loaded only for them. */
import Pool from 'undici/lib/dispatcher/pool.js';
import { type Network, openDispatcher } from './dispatcher.ts';
import { type Carrier, carrierOver } from './http.ts';
import { needsDispatcher } from './proxy.ts';

export interface PoolOptions {
  readonly env: Network['env'] | undefined;
  readonly connectMs: number;
  /** null: as many as there are calls at once. */
  readonly connections: number | null;
  /** How old a connection gets, in milliseconds; as old as the server lets it unless given. */
  readonly lifetimeMs?: number | undefined;
  /** Whether the system asks a silent server now and then if it is still there; undici's default unless given. */
  readonly keepAlive?: boolean | undefined;
}

/** Carries calls to an origin. Proxies have their own ways with connections. @throws {SluiceError} as openDispatcher does. */
export async function openPoolCalls(endpoint: string, options: PoolOptions): Promise<Carrier> {
  const { env, connectMs, connections, lifetimeMs, keepAlive } = options;
  const dispatcher =
    env !== undefined && needsDispatcher(endpoint, env)
      ? await openDispatcher(endpoint, { env, connectMs })
      : new Pool(endpoint, {
          connections,
          pipelining: 1,
          clientTtl: lifetimeMs ?? null,
          connect: { timeout: connectMs, ...(keepAlive !== undefined && { keepAlive }) },
        });
  return carrierOver(dispatcher, endpoint);
}
