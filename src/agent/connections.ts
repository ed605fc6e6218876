/** The connections to a target: as many, as patient and as long-lived as agent.json says, and under the agent's name. */
import type { Carrier } from '../client/http.ts';
import { openPlainCalls } from '../client/plain-calls.ts';
import { needsDispatcher } from '../client/proxy.ts';
import type { Clock } from '../runtime/clock.ts';
import type { HttpConfig } from './config.ts';

export interface ConnectionWorld {
  /** Where proxies and certificates are named. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's. */
  readonly version: string;
  readonly clock: Clock;
}

/** What carries requests to the endpoint; the caller closes it. */
export async function openConnections(endpoint: string, http: HttpConfig, world: ConnectionWorld): Promise<Carrier> {
  const carrier = await openCarrier(new URL(endpoint).origin, http, world);
  const name = { 'user-agent': userAgentOf(http, world.version) };
  return {
    exchange: (request) => carrier.exchange({ ...request, headers: { ...request.headers, ...name } }),
    close: () => carrier.close(),
  };
}

async function openCarrier(origin: string, http: HttpConfig, { env, clock }: ConnectionWorld): Promise<Carrier> {
  const { connectMs, connectionsMax: connections, connectionTtlMs: lifetimeMs, tcpKeepAlive: keepAlive } = http;
  if (origin.startsWith('http:') && !needsDispatcher(origin, env)) {
    const lifetime = lifetimeMs === undefined ? undefined : { ms: lifetimeMs, clock };
    return openPlainCalls(origin, { connections, connectMs, lifetime, keepAlive });
  }
  const { openPoolCalls } = await import('../client/pool-calls.ts');
  return openPoolCalls(origin, { env, connectMs, connections, lifetimeMs, keepAlive });
}

/** userAgentOverride stands for itself, userAgent in front of the program's own name. */
function userAgentOf({ userAgent, userAgentOverride }: HttpConfig, version: string): string {
  if (userAgentOverride !== undefined) return userAgentOverride;
  return [userAgent, `sluice-agent/${version}`].filter((part) => part !== undefined).join(' ');
}
