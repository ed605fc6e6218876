/** Why a server refused who called, and what to do: expired, unknown or wrong keys, a clock that is off. */
import type { ClientError } from '../../client/client-error.ts';
import type { Credentials } from '../../client/credentials.ts';
import { isLoopback } from '../../client/endpoint.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import type { Target } from '../target/target.ts';
import { durationText } from '../values.ts';

/** Codes of services and gateways that refuse the caller. */
export const ACCESS_CODES: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** Signatures are refused when the clocks differ by more. */
const SKEW_MS_MAX = 300_000;

/** The refusal for a person. `nowMs`: this machine's clock. */
export async function explainRefusal(error: ClientError, target: Target, nowMs: number): Promise<CliError> {
  const { code } = error;
  const message = error.message || code;
  if (isLoopback(target.endpoint)) {
    const hint = 'Put a key of its --auth file into SLUICE_ACCESS_KEY_ID and SLUICE_SECRET_ACCESS_KEY.';
    return new CliError(message, { exit: EXIT.auth, code, lines: [hint] });
  }
  const { credentials } = target;
  const used = typeof credentials === 'function' ? await credentials().catch(() => undefined) : credentials;
  const lines = [`Why:  ${reason(error, used)}`, ...advice(error, target, nowMs)];
  return new CliError(message, { exit: EXIT.auth, code, lines });
}

function reason({ code }: ClientError, used: Credentials | undefined): string {
  const from = used?.origin ?? 'what was given';
  switch (code) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return `the credentials from ${from} have run out`;
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return `this service does not know the access key ${used?.accessKeyId ?? ''} from ${from}`;
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'NotAuthorized':
      return `the credentials from ${from} may not do this`;
    default:
      return `the signature made with the credentials from ${from} was not accepted`;
  }
}

function advice(error: ClientError, { profile, region, context }: Target, nowMs: number): readonly string[] {
  const named = profile === undefined ? '' : ` --profile ${profile}`;
  const skewMs = error.serverMs === undefined ? 0 : error.serverMs - nowMs;
  if (Math.abs(skewMs) > SKEW_MS_MAX) {
    const direction = skewMs > 0 ? 'behind' : 'ahead of';
    return [`Next: set this machine's clock, which is ${durationText(Math.abs(skewMs))} ${direction} the service's`];
  }
  switch (error.code) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return [`Next: aws sso login${named}   or put fresh keys where the old ones are`];
    case 'AccessDenied':
    case 'AccessDeniedException':
    case 'NotAuthorized':
      return [`Next: have it allowed, or use another profile:  --profile <name>`];
    case 'OptInRequired':
      return [`Next: enable the region ${region} for the account`];
    default:
      return [
        `Next: see what is used and why:  sluice context show --explain${context === 'aws' ? '' : ` --context ${context}`}`,
        `      Are they keys for the region ${region}? China and GovCloud have keys of their own.`,
      ];
  }
}
