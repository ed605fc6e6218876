/** Certificates that vouch for themselves: keys are random and validity is a time, so it belongs to the outside world. */
import { isIP } from 'node:net';

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8, on the curve P-256. */
  readonly key: string;
}

export interface SelfSignedOptions {
  /** Host names and IP addresses, at least one. */
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A fresh key with its certificate. The library is loaded now, not before: few ever need it. */
export async function makeSelfSigned({ names, fromMs, untilMs }: SelfSignedOptions): Promise<SelfSigned> {
  // The default export alone is there both in Node and in the bundle.
  const { generate } = (await import('selfsigned')).default;
  const altNames = names.map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  const made = await generate([{ name: 'commonName', value: 'sluice' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(fromMs),
    notAfterDate: new Date(untilMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
