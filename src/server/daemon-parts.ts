/** Parts of the daemon as its options ask for them: who may call, what fails on purpose, where the certificate is. */
import { join } from 'node:path';
import { kinesisOperations } from '../operations/kinesis/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { nodeDisk } from '../runtime/node-disk.ts';
import { systemRandom } from '../runtime/random.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { ServiceOptions } from '../service/parts.ts';
import type { Verification } from './authorize.ts';
import type { CertificateSource } from './certificate.ts';
import { loadCredentials } from './credentials-file.ts';
import type { DaemonSettings } from './daemon-options.ts';
import { loadEncryptionKeys } from './encryption-keys.ts';
import { FaultInjector } from './fault-injector.ts';

/** Who may call; undefined for everyone. @throws {SluiceError} SLUICE_CREDENTIALS_FILE. */
export async function verificationOf({ authFile, logger, onKeys }: DaemonSettings): Promise<Verification | undefined> {
  if (authFile === undefined) return undefined;
  let keys = await loadCredentials(authFile, logger);
  const renew = async () => {
    try {
      keys = await loadCredentials(authFile, logger);
      logger.log('info', 'The keys were read again', { file: authFile, keys: keys.size });
    } catch (error) {
      logger.log('error', 'The keys stay as they were', { reason: (error as Error).message });
    }
  };
  // One after the other: of two readings at once the older one might end last.
  let renewed = Promise.resolve();
  onKeys?.(() => {
    renewed = renewed.then(renew);
    return renewed;
  });
  return {
    get keys() {
      return keys;
    },
    now: () => systemClock.now(),
  };
}

/** Where channels put their files; undefined for nowhere. */
export function channelFolderOf({ channelsDir }: DaemonSettings): ServiceOptions['delivery'] {
  return channelsDir === undefined ? undefined : { disk: nodeDisk, directory: channelsDir };
}

/** What encrypts records on the disk; undefined for nothing. @throws {SluiceError} SLUICE_KEY_FILE. */
export async function encryptionKeysOf({
  encryptionKeyFile,
  logger,
}: DaemonSettings): Promise<readonly Uint8Array[] | undefined> {
  return encryptionKeyFile === undefined ? undefined : loadEncryptionKeys(encryptionKeyFile, logger);
}

/** What fails and waits on purpose, from the start. @throws {SluiceError} SLUICE_BAD_RULE. */
export function faultsOf({ injection }: DaemonSettings): FaultInjector {
  const operations = kinesisOperations.map(({ name }) => name);
  const faults = new FaultInjector({ operations, clock: systemClock, random: systemRandom });
  const problem = faults.set(injection);
  if (problem === undefined) return faults;
  throw new SluiceError('SLUICE_BAD_RULE', `"${problem.given}" is no ${problem.field} of a fault or delay`);
}

/** A certificate of the daemon's own is kept beside its records, else beside its state file, else nowhere. */
export function certificateSource(settings: DaemonSettings, stateFolder: string): CertificateSource | undefined {
  const { tls, dataDir, name, host } = settings;
  if (tls === undefined) return undefined;
  if (tls !== 'own') return { kind: 'given', ...tls };
  const beside = name && join(stateFolder, `${encodeURIComponent(name)}-tls`);
  return { kind: 'own', host, folder: dataDir === undefined ? beside : join(dataDir, 'tls') };
}
