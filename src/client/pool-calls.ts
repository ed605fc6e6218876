/** Calls over undici's pool or a proxy, for those who make many or keep answers open. Loaded only for them. */
import Pool from 'undici/lib/dispatcher/pool.js';
import { type Network, openDispatcher } from './dispatcher.ts';
import { type Carrier, carrierOver } from './http.ts';
import { needsDispatcher } from './proxy.ts';

export interface PoolOptions {
  readonly env: Network['env'] | undefined;
  readonly connectMs: number;
  /** null: as many as there are calls at once. */
  readonly connections: number | null;
}

/** Carries calls to an origin. @throws {SluiceError} as openDispatcher does. */
export async function openPoolCalls(endpoint: string, options: PoolOptions): Promise<Carrier> {
  const { env, connectMs, connections } = options;
  const dispatcher =
    env !== undefined && needsDispatcher(endpoint, env)
      ? await openDispatcher(endpoint, { env, connectMs })
      : new Pool(endpoint, { connections, connectTimeout: connectMs, pipelining: 1 });
  return carrierOver(dispatcher, endpoint);
}
