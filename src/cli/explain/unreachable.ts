/** Why a server gave no answer, and what to do: nothing listens, no such host, certificates, proxies. */
import type { UnreachableError } from '../../client/client-error.ts';
import { REGIONS } from '../../client/endpoint.ts';
import { proxyFor } from '../../client/proxy.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import { mostSimilar } from '../similar.ts';
import type { Target } from '../target/target.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The failure for a person. `target`: whose endpoint it was; undefined when it was another service's. */
export async function explainUnreachable(
  error: UnreachableError,
  target: Target | undefined,
  env: Environment,
): Promise<CliError> {
  const { code, endpoint } = error;
  const where = target === undefined ? endpoint : placeText(target, endpoint);
  const lines = await advice(error, target, env);
  return new CliError(`${whatHappened(code)} ${where}`, { exit: EXIT.unreachable, code, lines });
}

function placeText({ context, because }: Target, endpoint: string): string {
  return `${endpoint} (${context === 'endpoint' ? '' : `context ${context}, `}${because})`;
}

function whatHappened(code: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens on';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no host of the name in';
  return isCertificateCode(code) ? 'the certificate is not trusted of' : 'no answer from';
}

/** OpenSSL's reasons as Node names them. */
function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code);
}

async function advice(
  { code, endpoint }: UnreachableError,
  target: Target | undefined,
  env: Environment,
): Promise<readonly string[]> {
  if (target?.kind === 'local') return ['Start a local server:  sluice serve -d', ...(await awsInstead(env))];
  const proxy = proxyFor(endpoint, env);
  if (proxy !== undefined && code !== 'ENOTFOUND' && !isCertificateCode(code)) {
    return [
      `Why:  the way goes through the proxy ${new URL(proxy).host} (HTTPS_PROXY, HTTP_PROXY)`,
      'Next: except it with NO_PROXY',
    ];
  }
  if (isCertificateCode(code)) {
    return ['Next: name the certificates to trust in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS (a PEM file)'];
  }
  if (target?.kind !== 'aws' || (code !== 'ENOTFOUND' && code !== 'EAI_AGAIN')) return [];
  if (REGIONS.includes(target.region)) return ['Why:  the name is right: this machine may be offline'];
  const similar = mostSimilar(target.region, REGIONS);
  const next = similar === undefined ? '--region <name>' : `--region ${similar}`;
  return [`Why:  ${target.region} is no region that is known to have Kinesis`, `Next: ${next}`];
}

/** Offered only where it would work. */
async function awsInstead(env: Environment): Promise<readonly string[]> {
  const { readProfileFiles } = await import('../../client/profile-file.ts');
  const { names } = await readProfileFiles(env);
  const profile = env['AWS_PROFILE'] || (names.includes('default') ? 'default' : names[0]);
  const found = env['AWS_ACCESS_KEY_ID']
    ? 'in the environment'
    : profile === undefined
      ? undefined
      : `profile "${profile}"`;
  return found === undefined ? [] : [`Use AWS instead:       sluice context use aws     (credentials found: ${found})`];
}
