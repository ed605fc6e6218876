/** The connections to a target: as many, as patient and as long-lived as agent.json says, and under the agent's name. */
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { openDispatcher } from '../client/dispatcher.ts';
import { needsDispatcher } from '../client/proxy.ts';
import type { HttpConfig } from './config.ts';

export interface ConnectionWorld {
  /** Where proxies and certificates are named. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's. */
  readonly version: string;
}

/** What carries requests to the endpoint; the caller closes it. Proxies have their own ways with connections. */
export async function openConnections(
  endpoint: string,
  http: HttpConfig,
  { env, version }: ConnectionWorld,
): Promise<Dispatcher> {
  const { connectMs, connectionsMax, connectionTtlMs, tcpKeepAlive } = http;
  const { origin } = new URL(endpoint);
  const dispatcher = needsDispatcher(origin, env)
    ? await openDispatcher(origin, { env, connectMs })
    : new Pool(origin, {
        connections: connectionsMax,
        pipelining: 1,
        clientTtl: connectionTtlMs ?? null,
        connect: { timeout: connectMs, keepAlive: tcpKeepAlive },
      });
  const name = { 'user-agent': userAgentOf(http, version) };
  return dispatcher.compose(
    (dispatch) => (request, handler) => dispatch({ ...request, headers: { ...request.headers, ...name } }, handler),
  );
}

/** userAgentOverride stands for itself, userAgent in front of the program's own name. */
function userAgentOf({ userAgent, userAgentOverride }: HttpConfig, version: string): string {
  if (userAgentOverride !== undefined) return userAgentOverride;
  return [userAgent, `sluice-agent/${version}`].filter((part) => part !== undefined).join(' ');
}
