/** Connections that need more than a pool: through a proxy, or trusting other certificates. Loaded only where one is needed. */
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { CLIENT_CONNECTIONS_MAX } from '../model/limits.ts';
import { readText } from '../runtime/files.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { caBundlePath, proxyFor } from './proxy.ts';

export interface Network {
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY and AWS_CA_BUNDLE are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connectMs: number;
}

/**
 * What carries requests to an endpoint; the caller closes it. NODE_EXTRA_CA_CERTS is read by Node itself.
 * @throws {SluiceError} for a proxy that is no URL, and when the file of AWS_CA_BUNDLE cannot be read.
 */
export async function openDispatcher(endpoint: string, { env, connectMs }: Network): Promise<Dispatcher> {
  const proxy = proxyFor(endpoint, env);
  if (proxy !== undefined && !URL.canParse(proxy)) {
    throw new SluiceError('SLUICE_PROXY', 'the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names is no URL', {
      hints: ['Write for example http://proxy.example:3128'],
    });
  }
  const path = caBundlePath(endpoint, env);
  const trust = path === undefined ? {} : { ca: await certificates(path) };
  const shared = { connections: CLIENT_CONNECTIONS_MAX, connectTimeout: connectMs, pipelining: 1 };
  if (proxy === undefined) return new Pool(endpoint, { ...shared, connect: { ...trust, timeout: connectMs } });
  const [{ default: ProxyAgent }, { default: connect }] = await Promise.all([
    import('undici/lib/dispatcher/proxy-agent.js'),
    import('undici/lib/api/api-connect.js'),
  ]);
  return new ProxyAgent({
    ...shared,
    uri: proxy,
    // By the deep path a pool lacks what undici's entry adds to it.
    clientFactory: (origin, options) => Object.assign(new Pool(origin, options), { connect }),
    requestTls: { ...trust, timeout: connectMs },
    proxyTls: { ...trust, timeout: connectMs },
  });
}

async function certificates(path: string): Promise<string> {
  const text = await readText(path).catch(() => undefined);
  if (text !== undefined) return text;
  throw new SluiceError('SLUICE_CA_BUNDLE', `the certificates of AWS_CA_BUNDLE cannot be read: ${path}`);
}
