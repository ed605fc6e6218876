/** NextToken of the lists: what the next page needs (filter, last name), sealed together with the time of issue. Pure. */
import { openToken, type Sealing, sealToken } from './sealed-token.ts';
import type { EpochMs } from './time.ts';

export interface PageToken {
  readonly issuedMs: EpochMs;
  /** Any JSON value; undefined members get lost. */
  readonly payload: unknown;
}

/** The token of a page. The purpose names the list: a token of one list does not open for another. */
export function sealPageToken(sealing: Sealing, page: PageToken, nonce: Uint8Array): string {
  return sealToken(sealing, Buffer.from(JSON.stringify([page.issuedMs, page.payload])), nonce);
}

/** What sealPageToken sealed; undefined when the token is none of ours or of another list. */
export function openPageToken(sealing: Sealing, token: string): PageToken | undefined {
  const opened = openToken(sealing, token);
  if (opened === undefined) return undefined;
  const [issuedMs, payload] = JSON.parse(new TextDecoder().decode(opened)) as [EpochMs, unknown];
  return { issuedMs, payload };
}
