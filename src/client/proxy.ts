/** Which proxy a request goes through and whose certificates it trusts, after the variables that curl and AWS's tools read. Pure. */

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy's URL, or undefined for a direct way. This machine is always reached directly. */
export function proxyFor(endpoint: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(endpoint);
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return undefined;
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = variable(env, name) ?? variable(env, 'all_proxy');
  if (proxy === undefined || isExempt(hostname, port, variable(env, 'no_proxy') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** The file of certificates that are trusted, as by AWS's own tools: in place of the system's, and for TLS only. */
export function caBundlePath(endpoint: string, env: Environment): string | undefined {
  return endpoint.startsWith('https:') ? env['AWS_CA_BUNDLE'] || undefined : undefined;
}

/** Whether the environment asks for another way to an endpoint than a plain connection. */
export function needsDispatcher(endpoint: string, env: Environment): boolean {
  return proxyFor(endpoint, env) !== undefined || caBundlePath(endpoint, env) !== undefined;
}

/** Lower case first, as curl does. */
function variable(env: Environment, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

/** Names match with all hosts under them; `*` matches everything; a port given must be the same. */
function isExempt(hostname: string, port: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name, wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
      if (wantedPort !== undefined && wantedPort !== port) return false;
      const bare = name!.replace(/^\*?\./, '');
      return name === '*' || hostname === bare || hostname.endsWith(`.${bare}`);
    });
}
