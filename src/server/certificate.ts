/** The certificate of `serve --tls`: one the daemon makes for itself and keeps, or one that it is given. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { CERTIFICATE_LIFE_MS, CERTIFICATE_RENEWAL_MS } from '../model/limits.ts';
import { DAY_MS } from '../model/time.ts';
import { parseZonedTime } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import { readText, saveText } from '../runtime/files.ts';
import type { Logger } from '../runtime/logger.ts';
import { makeSelfSigned, type SelfSigned } from '../runtime/self-signed.ts';
import { SluiceError } from '../runtime/sluice-error.ts';

/** Where the certificate comes from. */
export type CertificateSource =
  | { readonly kind: 'given'; readonly certificatePath: string; readonly keyPath: string }
  /** Without a folder it lives as long as the process. `host`: the address listened on. */
  | { readonly kind: 'own'; readonly folder: string | undefined; readonly host: string };

export interface Certificate extends SelfSigned {
  /** What clients are told to trust; undefined when it stands in no file. */
  readonly path: string | undefined;
}

export interface CertificateOptions {
  readonly source: CertificateSource;
  /** The machine's clock: clients compare with theirs. */
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The certificate to serve with now. @throws {SluiceError} SLUICE_CERTIFICATE, when what is given cannot be used. */
export function loadCertificate(options: CertificateOptions): Promise<Certificate> {
  const { source } = options;
  return source.kind === 'given' ? givenCertificate(source, options) : ownCertificate(source, options);
}

/** Looks once a day whether another certificate is to be served; until the signal fires. */
export async function keepCertificate(
  first: Certificate,
  options: CertificateOptions & { readonly signal: AbortSignal },
  onNew: (certificate: Certificate) => void,
): Promise<void> {
  const { clock, logger, signal } = options;
  let current = first;
  while (!signal.aborted) {
    await clock.sleep(DAY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const next = await loadCertificate(options);
      if (next.certificate !== current.certificate) onNew(next);
      current = next;
    } catch (error) {
      logger.log('error', 'The certificate could not be renewed', { error: String(error) });
    }
  }
}

async function givenCertificate(
  { certificatePath, keyPath }: Extract<CertificateSource, { kind: 'given' }>,
  { clock, logger }: CertificateOptions,
): Promise<Certificate> {
  const [certificate, key] = await Promise.all([readPem(certificatePath), readPem(keyPath)]);
  const parsed = parsedBy(() => new X509Certificate(certificate), `${certificatePath} holds no certificate in PEM`);
  const privateKey = parsedBy(
    () => createPrivateKey(key),
    `${keyPath} holds no private key in PEM, or one with a password`,
  );
  if (!parsed.checkPrivateKey(privateKey)) throw unusable(`${keyPath} is not the key of ${certificatePath}`);
  if (expiryOf(parsed) <= clock.now()) {
    logger.log('warn', 'The certificate has expired: clients will refuse it', {
      file: certificatePath,
      until: parsed.validTo,
    });
  }
  return { certificate, key, path: certificatePath };
}

async function readPem(path: string): Promise<string> {
  let text: string | undefined;
  try {
    text = await readText(path);
  } catch (cause) {
    throw unusable(`${path} cannot be read`, cause);
  }
  if (text === undefined) throw unusable(`There is no file ${path}`);
  return text;
}

function parsedBy<T>(parse: () => T, message: string): T {
  try {
    return parse();
  } catch (cause) {
    throw unusable(message, cause);
  }
}

/** The one that is kept, while it is good for a month to come; else a new one. */
async function ownCertificate(
  { folder, host }: Extract<CertificateSource, { kind: 'own' }>,
  { clock, logger }: CertificateOptions,
): Promise<Certificate> {
  const nowMs = clock.now();
  const names = ['localhost', '127.0.0.1', '::1'];
  if (!names.includes(host) && host !== '0.0.0.0' && host !== '::') names.push(host);
  const path = folder === undefined ? undefined : join(folder, 'certificate.pem');
  const keyPath = folder === undefined ? undefined : join(folder, 'key.pem');
  const [certificate, key] = path === undefined ? [] : await Promise.all([readText(path), readText(keyPath!)]);
  if (certificate !== undefined && key !== undefined && isGood({ certificate, key }, names, nowMs)) {
    return { certificate, key, path };
  }
  const made = await makeSelfSigned({ names, fromMs: nowMs - DAY_MS, untilMs: nowMs + CERTIFICATE_LIFE_MS });
  if (path !== undefined) {
    await saveText(keyPath!, made.key);
    await saveText(path, made.certificate);
    logger.log('info', 'Made a new certificate', { file: path, names: names.join(' ') });
  }
  return { ...made, path };
}

/** A pair that was only half written is none. */
function isGood({ certificate, key }: SelfSigned, names: readonly string[], nowMs: number): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const covers = (name: string) => (isIP(name) === 0 ? parsed.checkHost(name) : parsed.checkIP(name)) !== undefined;
    return (
      parsed.checkPrivateKey(createPrivateKey(key)) &&
      expiryOf(parsed) > nowMs + CERTIFICATE_RENEWAL_MS &&
      names.every(covers)
    );
  } catch {
    return false;
  }
}

function expiryOf(certificate: X509Certificate): number {
  return parseZonedTime(certificate.validTo) ?? 0;
}

function unusable(message: string, cause?: unknown): SluiceError {
  const hints = ['Give --tls-cert and --tls-key in PEM, or --tls alone: the daemon then makes a certificate itself.'];
  return new SluiceError('SLUICE_CERTIFICATE', message, { hints, cause });
}
