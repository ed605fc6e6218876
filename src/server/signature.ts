/**
 * Verifies Signature Version 4 as AWS does, in the header and in the query, and opens bodies that are signed by chunks.
 * Synchronous: no network, no disk. Source of the rules: the IAM user guide, "Signature Version 4 signing process";
 * the texts are the service's, see https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
 */
import { Buffer } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Fault } from '../model/fault.ts';
import { PRESIGNED_SECONDS_MAX, SIGNATURE_SKEW_MS } from '../model/limits.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { compactTime, parseCompactTime, parseZonedTime } from '../runtime/calendar.ts';
import {
  type ChunkJudge,
  decodeChunked,
  isChunkedForm,
  SIGNED_CHUNKS_AND_TRAILER,
  UNSIGNED_CHUNKS,
} from './aws-chunked.ts';
import { canonicalRequest } from './canonical-request.ts';
import { headerOf, type RequestHeaders } from './exchange.ts';
import { type PresentedSignature, presentedSignature, type RequestHead } from './presented-signature.ts';

/** What belongs to an access key. */
export interface KnownKey {
  readonly secret: string;
  /** 12 digits; absent: the daemon's own account. */
  readonly account?: string | undefined;
  /** Must come with every request, when there is one. */
  readonly sessionToken?: string | undefined;
  /** The key is refused from this instant on. */
  readonly expiresMs?: EpochMs | undefined;
}

/** Keys by access key id. */
export type KnownKeys = ReadonlyMap<string, KnownKey>;

export interface SignedRequest extends RequestHead {
  readonly body: Uint8Array;
}

export interface VerifyOptions {
  /** The signing name of the service that is called: kinesis. */
  readonly service: string;
  readonly nowMs: EpochMs;
}

export interface VerifiedCaller {
  readonly account: string | undefined;
  readonly region: string;
  /** What was signed: the request's body, or the data of its chunks. */
  readonly body: Uint8Array;
}

/** Where and when the key was good: date/region/service/terminator. */
interface CredentialScope {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly text: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
const UNSIGNED = 'UNSIGNED-PAYLOAD';
/** Some SDKs leave the first unsigned, as proxies change it; the token is compared with the one that is known. */
const NEED_NO_SIGNATURE = new Set(['x-amz-user-agent', 'x-amz-security-token']);

/**
 * Who signed the request.
 * @throws {Fault} MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException,
 * UnrecognizedClientException, ExpiredTokenException; SerializationException for broken chunks.
 */
export function verifySignature(request: SignedRequest, keys: KnownKeys, options: VerifyOptions): VerifiedCaller {
  const { nowMs, service } = options;
  const presented = presentedSignature(request);
  const signedMs = checkForm(request.headers, presented);
  const scope = scopeOf(presented.credential, compactTime(signedMs), service);
  checkTime(presented, signedMs, nowMs);
  const key = knownKey(keys, { presented, scope, nowMs });
  const signer = new Signer(key.secret, scope, compactTime(signedMs));
  const payload = payloadOf(request, presented);
  const canonical = canonicalRequest(request, presented.signedHeaders, payload.hash);
  demand(signer.request(canonical), presented.signature);
  return {
    account: key.account,
    region: scope.region,
    body: payload.isChunked ? openChunks(request.body, payload.hash, signer.judge(presented.signature)) : request.body,
  };
}

/** When it was signed. */
function checkForm(headers: RequestHeaders, { algorithm, signedHeaders, date }: PresentedSignature): EpochMs {
  if (algorithm !== ALGORITHM)
    throw new Fault('IncompleteSignatureException', `Unsupported AWS 'algorithm': '${algorithm}'.`);
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && !NEED_NO_SIGNATURE.has(name) && !signedHeaders.includes(name)) {
      throw invalid(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
  const signedMs = parseCompactTime(date) ?? parseZonedTime(date);
  if (signedMs !== undefined) return signedMs;
  const text = `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`;
  throw new Fault('IncompleteSignatureException', text);
}

function scopeOf(credential: string, signedAt: string, service: string): CredentialScope {
  const parts = credential.split('/');
  const [accessKeyId, day, region, named, terminator] = parts;
  if (parts.length !== 5) {
    const text = `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`;
    throw new Fault('IncompleteSignatureException', text);
  }
  let text = '';
  if (!/^[a-z0-9-]{1,64}$/.test(region!)) text += `Credential should be scoped to a valid region, not '${region}'. `;
  if (named !== service) text += `Credential should be scoped to correct service: '${service}'. `;
  if (terminator !== TERMINATOR) {
    text += `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${terminator}'. `;
  }
  if (day !== signedAt.slice(0, 8)) {
    text +=
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
      `'${day}' != '${signedAt.slice(0, 8)}', from '${signedAt}'. `;
  }
  if (text !== '') throw invalid(text);
  return { accessKeyId: accessKeyId!, day: day!, region: region!, service, text: parts.slice(1).join('/') };
}

function checkTime({ expires }: PresentedSignature, signedMs: EpochMs, nowMs: EpochMs): void {
  const lifeMs = expires === undefined ? SIGNATURE_SKEW_MS : lifeOf(expires);
  const [signed, now] = [compactTime(signedMs), compactTime(nowMs)];
  if (signedMs < nowMs - lifeMs) {
    const bound = compactTime(nowMs - lifeMs);
    throw invalid(`Signature expired: ${signed} is now earlier than ${bound} (${now} - ${lifeText(lifeMs)}.)`);
  }
  if (signedMs > nowMs + SIGNATURE_SKEW_MS) {
    const bound = compactTime(nowMs + SIGNATURE_SKEW_MS);
    const skew = lifeText(SIGNATURE_SKEW_MS);
    throw invalid(`Signature not yet current: ${signed} is still later than ${bound} (${now} + ${skew}.)`);
  }
}

function lifeOf(expires: string): number {
  if (!/^\d{1,9}$/.test(expires)) throw invalid('X-Amz-Expires should be a number');
  if (Number(expires) > PRESIGNED_SECONDS_MAX) {
    throw invalid(
      'X-Amz-Expires must be less than a week (in seconds); ' +
        `that is, the given X-Amz-Expires must be less than ${PRESIGNED_SECONDS_MAX} seconds`,
    );
  }
  return Number(expires) * SECOND_MS;
}

function lifeText(ms: number): string {
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / SECOND_MS} sec`;
}

interface KeyUse {
  readonly presented: PresentedSignature;
  readonly scope: CredentialScope;
  readonly nowMs: EpochMs;
}

function knownKey(keys: KnownKeys, { presented, scope, nowMs }: KeyUse): KnownKey {
  const key = keys.get(scope.accessKeyId);
  if (key === undefined || !isSame(presented.sessionToken ?? '', key.sessionToken ?? '')) {
    throw new Fault('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (key.expiresMs !== undefined && nowMs >= key.expiresMs) {
    throw new Fault('ExpiredTokenException', 'The security token included in the request is expired');
  }
  return key;
}

/** What stands for the body in the canonical request: the hash of what came, unless the client names another form. */
function payloadOf(
  { headers, body, path }: SignedRequest,
  { place }: PresentedSignature,
): { readonly hash: string; readonly isChunked: boolean } {
  const inQuery =
    place === 'query' ? new URLSearchParams(path.slice(path.indexOf('?'))).get('X-Amz-Content-Sha256') : null;
  const claimed = headerOf(headers, 'x-amz-content-sha256') || (inQuery ?? '');
  if (claimed === UNSIGNED) return { hash: UNSIGNED, isChunked: false };
  if (isChunkedForm(claimed)) return { hash: claimed, isChunked: true };
  const hash = sha256(body);
  if (claimed !== '' && claimed !== hash) {
    throw invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  return { hash, isChunked: false };
}

function openChunks(body: Uint8Array, form: string, judge: ChunkJudge): Uint8Array {
  if (form === UNSIGNED_CHUNKS) return decodeChunked(body, {});
  return decodeChunked(body, { judge, hasSignedTrailer: form === SIGNED_CHUNKS_AND_TRAILER });
}

/** Signs with the key that the secret gives for a day, region and service. */
class Signer {
  readonly #key: Uint8Array;
  readonly #context: string;

  constructor(secret: string, scope: CredentialScope, signedAt: string) {
    let key = hmac(`AWS4${secret}`, scope.day);
    for (const part of [scope.region, scope.service, TERMINATOR]) key = hmac(key, part);
    this.#key = key;
    this.#context = `${signedAt}\n${scope.text}`;
  }

  request(canonical: string): string {
    return this.#sign(ALGORITHM, sha256(canonical));
  }

  /** Chunks and trailer are chained to the request by its signature. */
  judge(signature: string): ChunkJudge {
    let previous = signature;
    return {
      chunk: (data, given) => {
        const hashes = `${previous}\n${sha256('')}\n${sha256(data)}`;
        demand(this.#sign('AWS4-HMAC-SHA256-PAYLOAD', hashes), given);
        previous = given;
      },
      trailer: (lines, given) => {
        demand(this.#sign('AWS4-HMAC-SHA256-TRAILER', `${previous}\n${sha256(lines)}`), given);
      },
    };
  }

  #sign(algorithm: string, what: string): string {
    return Buffer.from(hmac(this.#key, `${algorithm}\n${this.#context}\n${what}`)).toString('hex');
  }
}

function demand(expected: string, given: string): void {
  if (isSame(expected, given)) return;
  throw invalid(
    'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

/** Takes as long whatever differs, as long as the lengths are the same. */
function isSame(a: string, b: string): boolean {
  const [bytesA, bytesB] = [Buffer.from(a), Buffer.from(b)];
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

function invalid(message: string): Fault {
  return new Fault('InvalidSignatureException', message);
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
