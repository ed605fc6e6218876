/** Checks of `sluice doctor` that look at the server commands go to. */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ClientError, UnreachableError } from '../../client/client-error.ts';
import type { Credentials } from '../../client/credentials.ts';
import { SIGNATURE_SKEW_MS } from '../../model/limits.ts';
import { listStreams } from '../../operations/kinesis/list-streams.ts';
import { epochOfHttpDate } from '../../runtime/calendar.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type SluiceError, systemCode } from '../../runtime/sluice-error.ts';
import { runningDaemon } from '../serve/running-daemon.ts';
import { durationText } from '../values.ts';
import { type Check, type Finding, fail, ok, type Patient, skip, warn } from './finding.ts';

const WAIT_MS = 5_000;

export const targetChecks: readonly Check[] = [
  { name: 'target', look: targetFinding },
  { name: 'connection', look: connectionFinding },
  { name: 'clock', look: clockFinding },
  { name: 'credentials', look: credentialsFinding },
  { name: 'identity', look: identityFinding },
  { name: 'calls', look: callsFinding },
  { name: 'server', look: serverFinding },
];

function targetFinding({ target, targetError }: Patient): Finding {
  if (target === undefined) return fail(String((targetError as Error).message), 'sluice context show --explain');
  const { context, endpoint, region, because, readOnly } = target;
  return ok(`${context} ${endpoint} ${region} (${because})${readOnly ? ', read-only' : ''}`);
}

/** Name, port and, for https, certificate. */
async function connectionFinding({ target, context }: Patient): Promise<Finding> {
  if (target === undefined) return skip('no target');
  const url = new URL(target.endpoint);
  const isTls = url.protocol === 'https:';
  const port = Number(url.port || (isTls ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const started = context.clock.monotonic();
  const code = await failureOf({ host, port, isTls, clock: context.clock });
  const took = durationText(context.clock.monotonic() - started);
  if (code === undefined) return ok(`${url.host} answers in ${took}${isTls ? ', TLS is good' : ''}`);
  const found = `${url.host} does not answer (${code})`;
  if (target.kind === 'local') return warn(found, 'No server runs on this machine:  sluice serve -d');
  return fail(found, 'Check the address, the network, HTTPS_PROXY and certificates (AWS_CA_BUNDLE).');
}

interface Peer {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly clock: Clock;
}

/** The code of what went wrong; undefined when a connection, with TLS where it is asked for, came about. */
function failureOf({ host, port, isTls, clock }: Peer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settled = new AbortController();
    const done = (code: string | undefined) => {
      settled.abort();
      socket.destroy();
      resolve(code);
    };
    const onOpen = () => done(undefined);
    const socket = isTls ? connectTls({ host, port, servername: host }, onOpen) : connectTcp({ host, port }, onOpen);
    socket.on('error', (error) => done(systemCode(error) || error.message));
    clock.sleep(WAIT_MS, settled.signal).then(
      () => done('ETIMEDOUT'),
      () => undefined,
    );
  });
}

/** Servers say their time in every answer. */
async function clockFinding({ target, context }: Patient): Promise<Finding> {
  if (target === undefined) return skip('no target');
  const answer = await fetchDate(target.endpoint, context.clock).catch(() => undefined);
  if (answer === undefined) return skip('the server does not say its time');
  const skewMs = Math.abs(answer - context.clock.now());
  const found = `${durationText(skewMs)} from the server's`;
  return skewMs > SIGNATURE_SKEW_MS
    ? fail(found, 'Signatures are refused beyond 5 minutes: set the clock (timedatectl set-ntp true).')
    : ok(found);
}

async function fetchDate(endpoint: string, clock: Clock): Promise<number | undefined> {
  const { request } = endpoint.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const settled = new AbortController();
    const call = request(endpoint, { method: 'GET', agent: false }, (answer) => {
      answer.resume();
      resolve(epochOfHttpDate(answer.headers.date ?? ''));
    });
    call.on('error', reject);
    call.on('close', () => settled.abort());
    clock.sleep(WAIT_MS, settled.signal).then(
      () => call.destroy(new Error('too late')),
      () => undefined,
    );
    call.end();
  });
}

async function credentialsFinding({ target }: Patient): Promise<Finding> {
  if (target === undefined) return skip('no target');
  if (target.kind === 'local') return ok('any do');
  try {
    const { credentials } = target;
    const found: Credentials = typeof credentials === 'function' ? await credentials() : credentials;
    return ok(`${maskedKey(found.accessKeyId)} from ${found.origin ?? 'the settings'}`);
  } catch (error) {
    return fail((error as Error).message, 'sluice context show --explain; for single sign-on: aws sso login');
  }
}

/** Enough of a key to tell it from another. Pure. */
export function maskedKey(accessKeyId: string): string {
  return accessKeyId.length <= 8 ? accessKeyId : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}

/** Whose the credentials are, as AWS sees it. */
async function identityFinding({ target, context }: Patient): Promise<Finding> {
  if (target?.kind !== 'aws') return skip('only AWS tells');
  const { credentials, region } = target;
  const signer = await Promise.resolve(typeof credentials === 'function' ? credentials() : credentials).catch(
    () => undefined,
  );
  if (signer === undefined) return skip('no credentials');
  const { callerIdentity } = await import('../../client/assume-role.ts');
  const { clock, env } = context;
  const service = { endpoint: env['AWS_ENDPOINT_URL_STS'] || undefined, region, clock, env };
  try {
    const { arn, account } = await callerIdentity(signer, service);
    return ok(`${arn} of account ${account}`);
  } catch (error) {
    if (error instanceof UnreachableError) return skip(error.message);
    const { message, hints = [] } = error as SluiceError;
    return fail([message, ...hints].join(': '), 'sluice context show --explain; for single sign-on: aws sso login');
  }
}

/** Calls that change nothing: whether the key is known, and what it may do. */
async function callsFinding({ target, context }: Patient): Promise<Finding> {
  if (target === undefined) return skip('no target');
  try {
    const client = await context.targets.client(target);
    if (target.kind === 'aws') {
      const { permissionsFinding, permissionsOf } = await import('./permissions.ts');
      const writes = !target.readOnly && !context.global.readOnly && !context.global.dryRun;
      return permissionsFinding(await permissionsOf(client, { writes, signal: context.signal }));
    }
    const { StreamNames } = await client.call(listStreams, { Limit: 1 }, { attemptsMax: 1, signal: context.signal });
    return ok(`ListStreams is answered${StreamNames.length === 0 ? ': no streams yet' : ''}`);
  } catch (error) {
    if (!(error instanceof ClientError)) return skip('no answer to look at');
    const fix = /AccessDenied/.test(error.code)
      ? 'Allow kinesis:ListStreams, or name streams yourself.'
      : 'sluice help errors';
    return fail(`${error.code}: ${error.message}`, fix);
  }
}

/** The daemon of this machine. */
async function serverFinding({ context }: Patient): Promise<Finding> {
  const running = await runningDaemon(context).catch(() => undefined);
  if (running === undefined) return skip('none runs on this machine');
  const { version, health } = running.status;
  const { state } = health as { readonly state: string };
  const found = `${String(version)} on ${running.state.url}, ${state}`;
  if (state !== 'ok') return fail(found, 'sluice serve status; sluice serve logs');
  if (version === context.program.version) return ok(found);
  return warn(`${found}; this program is ${context.program.version}`, 'sluice serve stop && sluice serve -d');
}
