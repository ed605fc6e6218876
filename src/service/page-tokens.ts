/** NextToken of the lists: sealed with the service's secret, good for NEXT_TOKEN_LIFE_MS. */
import { Fault } from '../model/fault.ts';
import { NEXT_TOKEN_LIFE_MS } from '../model/limits.ts';
import { openPageToken, sealPageToken } from '../model/page-token.ts';
import { TOKEN_NONCE_BYTES } from '../model/sealed-token.ts';
import { unixDate } from '../runtime/unix-date.ts';
import type { ServiceParts } from './parts.ts';

/** A token for the next page of the list `kind`. `payload`: any JSON value. */
export function sealToken(parts: ServiceParts, kind: string, payload: unknown): string {
  const page = { issuedMs: parts.clock.now(), payload };
  return sealPageToken({ key: parts.tokenKey, purpose: kind }, page, parts.random.bytes(TOKEN_NONCE_BYTES));
}

/** The payload of a token of the list `kind`. @throws {Fault} InvalidArgumentException, ExpiredNextTokenException. */
export function openToken(parts: ServiceParts, kind: string, token: string): unknown {
  const page = openPageToken({ key: parts.tokenKey, purpose: kind }, token);
  if (page === undefined) throw new Fault('InvalidArgumentException', 'Invalid NextToken.');
  const nowMs = parts.clock.now();
  if (nowMs - page.issuedMs <= NEXT_TOKEN_LIFE_MS) return page.payload;
  throw new Fault(
    'ExpiredNextTokenException',
    `NextToken expired. The token was created at time ${unixDate(page.issuedMs)} while right now it is ` +
      `${unixDate(nowMs)} which is further in the future than the tolerated delay of ${NEXT_TOKEN_LIFE_MS} milliseconds.`,
  );
}
