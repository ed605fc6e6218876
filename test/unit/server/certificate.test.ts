/** The daemon's certificate: kept, renewed in time, or given and then looked at. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';
import { makeSelfSigned } from '../../../src/runtime/self-signed.ts';
import { type Certificate, keepCertificate, loadCertificate } from '../../../src/server/certificate.ts';
import { gateOf } from './gate.ts';

const DAY_MS = 86_400_000;
const folderOf = () => join(mkdtempSync(join(tmpdir(), 'sluice-tls-')), 'tls');

function own(folder: string | undefined, host = '127.0.0.1', clock = movableClock(systemClock)) {
  return { source: { kind: 'own', folder, host } as const, clock, logger: silentLogger };
}

test('is made for this machine and the host, and kept for its owner only', async () => {
  const folder = folderOf();
  const made = await loadCertificate(own(folder, 'kinesis.test'));
  const parsed = new X509Certificate(made.certificate);
  for (const name of ['localhost', 'kinesis.test']) expect(parsed.checkHost(name)).toBe(name);
  for (const ip of ['127.0.0.1', '::1']) expect(parsed.checkIP(ip)).toBe(ip);
  expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])).toEqual([
    ['certificate.pem', 0o600],
    ['key.pem', 0o600],
  ]);
  expect(await loadCertificate(own(folder, 'kinesis.test'))).toEqual(made);
});

test('is made anew for another host, after damage, and a month before it ends', async () => {
  const folder = folderOf();
  const clock = movableClock(systemClock);
  const load = async (host?: string) => (await loadCertificate(own(folder, host, clock))).certificate;
  const first = await load();
  const second = await load('other.test');
  expect(second).not.toBe(first);
  writeFileSync(join(folder, 'key.pem'), (await makeSelfSigned({ names: ['x'], fromMs: 0, untilMs: 1 })).key);
  const third = await load('other.test');
  expect(third).not.toBe(second);
  clock.advance(794 * DAY_MS);
  expect(await load('other.test')).toBe(third);
  clock.advance(2 * DAY_MS);
  expect(await load('other.test')).not.toBe(third);
});

test('a running daemon changes it in time', async () => {
  const clock = movableClock(systemClock);
  const options = own(undefined, '127.0.0.1', clock);
  const first = await loadCertificate({ ...options, source: { ...options.source, folder: folderOf() } });
  const stop = new AbortController();
  const changed = gateOf();
  const seen: Certificate[] = [];
  const kept = keepCertificate(first, { ...options, signal: stop.signal }, (certificate) => {
    seen.push(certificate);
    changed.resolve();
  });
  clock.advance(DAY_MS);
  await changed.promise;
  expect(seen).toHaveLength(1);
  stop.abort();
  await kept;
});

test('what is given is looked at first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
  const nowMs = systemClock.now();
  const good = await makeSelfSigned({ names: ['h'], fromMs: nowMs - DAY_MS, untilMs: nowMs + DAY_MS });
  const late = await makeSelfSigned({ names: ['h'], fromMs: 0, untilMs: nowMs - DAY_MS });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const logged: unknown[] = [];
  const given = (certificatePath: string, keyPath: string) =>
    loadCertificate({
      source: { kind: 'given', certificatePath, keyPath },
      clock: systemClock,
      logger: { log: (level) => logged.push(level) },
    });
  const [cert, key, lateCert, lateKey, text] = [
    file('cert.pem', good.certificate),
    file('key.pem', good.key),
    file('late.pem', late.certificate),
    file('late-key.pem', late.key),
    file('text', 'nothing'),
  ];
  expect(await given(cert, key)).toEqual({ ...good, path: cert });
  await expect(given(join(folder, 'none'), key)).rejects.toThrow(/There is no file .*none/);
  await expect(given(folder, key)).rejects.toThrow(/cannot be read/);
  await expect(given(text, key)).rejects.toThrow(/text holds no certificate/);
  await expect(given(cert, text)).rejects.toThrow(/text holds no private key/);
  await expect(given(cert, lateKey)).rejects.toThrow(/late-key.pem is not the key of .*cert.pem/);
  expect(logged).toEqual([]);
  await given(lateCert, lateKey);
  expect(logged).toEqual(['warn']);
});
