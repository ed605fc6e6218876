/**
 * Who calls. Unless keys are given any credentials do, though a request must carry some, in the form AWS asks for, and
 * the region they were made for counts. With keys the signature must be right, and the key's account counts as well.
 */
import type { Scope } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import { decodeChunked, isChunkedForm } from './aws-chunked.ts';
import { headerOf } from './exchange.ts';
import { presentedSignature } from './presented-signature.ts';
import { type KnownKeys, type SignedRequest, verifySignature } from './signature.ts';

/** Who may call, for `serve --auth`. */
export interface Verification {
  readonly keys: KnownKeys;
  /** The machine's time: signers go by theirs. */
  readonly now: () => EpochMs;
}

export interface AuthorizeOptions {
  /** The account of all callers whose key names none, and the region of those whose credential names none. */
  readonly home: Scope;
  /** Absent: any credentials do. */
  readonly verification?: Verification | undefined;
}

export interface AuthorizedCall {
  readonly scope: Scope;
  /** Out of its chunks, if it came in chunks. */
  readonly body: Uint8Array;
}

const SERVICE = 'kinesis';
const REGION = /^[a-z0-9-]{1,64}$/;
const BEFORE_SIGNATURE = ' Signature=';
const SIGNATURE = /^[0-9a-f]+$/;

/** @throws {Fault} as `presentedSignature`; with keys, as `verifySignature`. */
export function authorize(request: SignedRequest, { home, verification }: AuthorizeOptions): AuthorizedCall {
  if (verification !== undefined) {
    const caller = verifySignature(request, verification.keys, { service: SERVICE, nowMs: verification.now() });
    return { scope: { account: caller.account ?? home.account, region: caller.region }, body: caller.body };
  }
  const region = regionAsked(request) || home.region;
  const isChunked = isChunkedForm(headerOf(request.headers, 'x-amz-content-sha256'));
  return {
    scope: { account: home.account, region },
    body: isChunked ? decodeChunked(request.body, {}) : request.body,
  };
}

/** Up to their signatures a client's headers are the same all day: of the last one that was taken apart. */
const last = { beginning: '?', region: '' };

/** The region of the credential, '' when it names none. @throws {Fault} as `presentedSignature`. */
function regionAsked(request: SignedRequest): string {
  const header = headerOf(request.headers, 'authorization');
  const { beginning } = last;
  const isKnown = header.slice(0, beginning.length) === beginning && SIGNATURE.test(header.slice(beginning.length));
  if (isKnown && headerOf(request.headers, 'x-amz-date') !== '' && !request.path.includes('?')) return last.region;
  const region = regionOf(presentedSignature(request).credential);
  const signatureAt = header.lastIndexOf(BEFORE_SIGNATURE) + BEFORE_SIGNATURE.length;
  // A part behind the signature could name another credential.
  if (SIGNATURE.test(header.slice(signatureAt))) {
    last.beginning = header.slice(0, signatureAt);
    last.region = region;
  }
  return region;
}

/** A credential is key/date/region/service/aws4_request. */
function regionOf(credential: string): string {
  const region = credential.split('/')[2] ?? '';
  return REGION.test(region) ? region : '';
}
