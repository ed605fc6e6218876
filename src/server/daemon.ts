/**
 * The composition root: data folder, store, journal, service and port put together, and taken apart in reverse.
 * Signals are the caller's.
 */
import { join } from 'node:path';
import { kinesisOperations } from '../operations/kinesis/index.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { meteredDisk } from '../runtime/metered-disk.ts';
import { type MovableClock, movableClock } from '../runtime/movable-clock.ts';
import { fileSystemType, nodeDisk } from '../runtime/node-disk.ts';
import { systemRandom } from '../runtime/random.ts';
import type { SluiceError } from '../runtime/sluice-error.ts';
import { checkRuntimeFolder, removeState, runtimeFolder, writeState } from '../runtime/state-file.ts';
import { openJournal } from '../service/disk-journal.ts';
import { toAll } from '../service/events.ts';
import { type Journal, memoryJournal } from '../service/journal.ts';
import { StreamService } from '../service/service.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import { MissingKeyError } from '../store/segmented/cipher.ts';
import { DamagedSegmentError } from '../store/segmented/damage.ts';
import { UnknownFormatError } from '../store/segmented/segment-header.ts';
import { openSegmentedStore } from '../store/segmented/segmented-store.ts';
import { type Store, StoreError } from '../store/store.ts';
import { withAccessLog } from './access-log.ts';
import { createAdmin, isAdminPath, type Realism } from './admin.ts';
import { type Certificate, type CertificateOptions, keepCertificate, loadCertificate } from './certificate.ts';
import { Closers } from './closers.ts';
import { createMissing } from './create-missing.ts';
import { type DaemonOptions, type DaemonSettings, settingsOf } from './daemon-options.ts';
import { certificateSource, channelFolderOf, encryptionKeysOf, faultsOf, verificationOf } from './daemon-parts.ts';
import type { DaemonStatus } from './daemon-status.ts';
import { claimDataFolder, folderError, requireJournal, requireRecords, unusable } from './data-folder.ts';
import { createDispatch } from './dispatch.ts';
import type { Handle } from './exchange.ts';
import type { FaultInjector } from './fault-injector.ts';
import { kinesisRoutes } from './handlers/index.ts';
import { healthOf, watchHealth } from './health.ts';
import { type Listener, listen } from './listen.ts';
import { logEvents } from './log-events.ts';
import { Metrics } from './metrics-counting.ts';
import { RunningMetrics } from './metrics-running.ts';
import { type MetricsServer, serveMetrics } from './metrics-server.ts';
import { RateLimiter } from './rate-limiter.ts';

export interface Daemon {
  readonly host: string;
  readonly port: number;
  /** For clients on this machine. */
  readonly url: string;
  /** Present when TLS is served: the URL, and the certificate (PEM) to be trusted by who uses it. */
  readonly tls: { readonly url: string; readonly certificate: string } | undefined;
  status(): DaemonStatus;
  /** Takes no more requests, lets those under way finish within `drainMs`, makes all durable. Idempotent. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
  /** Settles when the daemon has ended, whoever asked for it; with the reason when its store failed. */
  readonly ended: Promise<SluiceError | undefined>;
}

/** Resolves once requests are answered. @throws {SluiceError} SLUICE_... with what a person can do about it. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const parts = new Closers();
  try {
    return await start(settingsOf(options), parts);
  } catch (error) {
    await parts.close(() => undefined);
    throw options.dataDir === undefined ? error : storageError(error, options.dataDir);
  }
}

async function start(settings: DaemonSettings, parts: Closers): Promise<Daemon> {
  const { logger, home } = settings;
  const verification = await verificationOf(settings);
  const faults = faultsOf(settings);
  const movable = settings.testClock ? movableClock(systemClock) : undefined;
  const clock = movable ?? systemClock;
  const { store, journal, metrics } = await openStorage(settings, clock, parts);
  const serviceSettings = {
    ...{ transitionMs: settings.transitionMs, strictLimits: settings.strictLimits },
    ...{ shardsMax: settings.shardsMax, sharedNamespace: settings.sharedNamespace },
    ...{ onDemandScaling: settings.onDemandScaling, retentionCapMs: settings.retentionCapMs },
  };
  const rates = new RateLimiter(clock);
  const service = await StreamService.open({
    ...{ store, journal, clock, random: systemRandom, events: toAll([logEvents(logger), metrics.events]) },
    delivery: channelFolderOf(settings),
    settings: serviceSettings,
  });
  parts.add(() => service.close());
  await createMissing(service, home, settings.create);
  const daemon = new RunningDaemon({ settings, store, journal, clock, metrics, parts });
  const dispatch = createDispatch({
    ...{ service, home, logger, random: systemRandom, origins: settings.origins, verification, faults },
    rates: () => (serviceSettings.strictLimits ? rates : undefined),
    ...{ routes: kinesisRoutes, declared: kinesisOperations, meter: metrics.operations },
  });
  await daemon.listen({ dispatch, faults, clock: movable, realism: serviceSettings });
  // Before the port: it waits for the calls under way.
  parts.add(async () => service.queueRecords.endWaits());
  return daemon;
}

async function openStorage(settings: DaemonSettings, clock: Clock, parts: Closers) {
  const { dataDir, logger, durability } = settings;
  if (dataDir === undefined) {
    const journal = memoryJournal();
    return { store: openMemoryStore({ clock }), journal, metrics: metricsOf(journal, clock) };
  }
  const keys = await encryptionKeysOf(settings);
  const claimed = await claimDataFolder({
    ...{ disk: nodeDisk, clock: systemClock, path: dataDir, pid: process.pid, platform: process.platform },
    fileSystemType: settings.allowNetworkDisk ? undefined : fileSystemType,
  });
  parts.add(() => claimed.release());
  await requireJournal(nodeDisk, dataDir);
  const journal = await openJournal({ disk: nodeDisk, directory: join(dataDir, 'meta'), logger });
  parts.add(() => journal.close());
  if (journal.catalog.streams.size > 0) await requireRecords(nodeDisk, dataDir);
  const metrics = metricsOf(journal, clock);
  const disk = meteredDisk(nodeDisk, systemClock, metrics.disk);
  const store = await openSegmentedStore({
    ...{ disk, clock, random: systemRandom, logger, directory: dataDir, durability, keys },
    ...{ ...settings.space, acceptLoss: settings.acceptLoss },
  });
  parts.add(() => store.close());
  return { store, journal, metrics };
}

function metricsOf(journal: Journal, clock: Clock): Metrics {
  const { monotonic } = systemClock;
  return new Metrics({ clock: { now: () => clock.now(), monotonic }, catalog: () => journal.catalog });
}

interface Running {
  readonly settings: DaemonSettings;
  readonly store: Store;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly parts: Closers;
}

/** Where requests go. */
interface Handlers {
  readonly dispatch: Handle;
  readonly faults: FaultInjector;
  /** Present with --test-clock. */
  readonly clock: MovableClock | undefined;
  readonly realism: Realism;
}

class RunningDaemon implements Daemon {
  readonly #running: Running;
  readonly #startedAtMs = systemClock.now();
  readonly #stopped = new AbortController();
  #listener: Listener | undefined;
  #certificate: Certificate | undefined;
  #metricsServer: MetricsServer | undefined;
  #closing: Promise<void> | undefined;
  #drainMs = 0;
  #failure: SluiceError | undefined;
  readonly ended: Promise<SluiceError | undefined>;
  #end: () => void = () => undefined;

  constructor(running: Running) {
    this.#running = running;
    this.ended = new Promise((resolve) => {
      this.#end = () => resolve(this.#failure);
    });
  }

  async listen({ dispatch, faults, clock, realism }: Handlers): Promise<void> {
    const { settings, parts } = this.#running;
    const metrics = this.#runMetrics(realism);
    const admin = createAdmin({
      ...{ clock, faults, realism, metrics, checksSignatures: settings.authFile !== undefined },
      status: () => this.status(),
      health: () => this.#health(),
      stop: () => void this.close(),
    });
    const answer: Handle = (request) => (isAdminPath(request.path) ? admin(request) : dispatch(request));
    const { host, port, limits, name, logger, accessLog } = settings;
    const handle = accessLog === undefined ? answer : withAccessLog(answer, { logger: accessLog, clock: systemClock });
    // In a folder of somebody else's a certificate's key would be known, and could be theirs.
    if (name !== undefined) await checkRuntimeFolder(runtimeFolder(process.env));
    const source = certificateSource(settings, runtimeFolder(process.env));
    const options = { source: source!, clock: systemClock, logger };
    this.#certificate = source && (await loadCertificate(options));
    const listener = await listen({ host, port, handle, clock: systemClock, limits, certificate: this.#certificate });
    parts.add(() => listener.close({ drainMs: this.#drainMs }));
    this.#listener = listener;
    metrics.start();
    await this.#serveMetrics(metrics);
    if (source !== undefined) this.#keepCertificate(options);
    await this.#announce(name);
    void watchHealth({ health: () => this.#health(), logger, clock: systemClock, signal: this.#stopped.signal }).then(
      (failure) => {
        this.#failure = failure;
        if (failure !== undefined) void this.close();
      },
    );
    parts.add(async () => this.#stopped.abort());
  }

  #runMetrics(realism: Realism): RunningMetrics {
    const { metrics, journal, store, clock, parts, settings } = this.#running;
    const running = new RunningMetrics({
      ...{ metrics, clock, machineClock: systemClock, logger: settings.logger },
      ...{ catalog: () => journal.catalog, logs: () => store.figures() },
      daemon: () => ({ ...this.status(), limits: realism.strictLimits ? 'aws' : 'off' }),
    });
    parts.add(() => running.close());
    return running;
  }

  async #serveMetrics(metrics: RunningMetrics): Promise<void> {
    const { settings, parts } = this.#running;
    if (settings.metrics === undefined) return;
    const server = await serveMetrics(settings.metrics, metrics);
    parts.add(() => server.close());
    this.#metricsServer = server;
  }

  #keepCertificate(options: CertificateOptions): void {
    const { signal } = this.#stopped;
    void keepCertificate(this.#certificate!, { ...options, signal }, (next) => {
      this.#certificate = next;
      this.#listener!.renew(next);
    });
  }

  async #announce(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    const folder = runtimeFolder(process.env);
    const { pid, host, port, url, dataDir, version, startedAtMs } = this.status();
    await writeState(folder, name, { pid, host, port, url, dataDir, version, startedAtMs });
    this.#running.parts.add(() => removeState(folder, name, pid));
  }

  get host(): string {
    return this.#listener!.host;
  }

  get port(): number {
    return this.#listener!.port;
  }

  get url(): string {
    const everywhere = this.host === '0.0.0.0' || this.host === '::';
    const host = everywhere ? '127.0.0.1' : this.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }

  get tls(): Daemon['tls'] {
    const found = this.#certificate;
    return found && { url: this.url.replace(/^http/, 'https'), certificate: found.certificate };
  }

  status(): DaemonStatus {
    const { settings, store, journal, clock } = this.#running;
    const { host, port, url } = this;
    return {
      ...{ version: settings.version, pid: process.pid, host, port, url, dataDir: settings.dataDir },
      tls: this.tls && { url: this.tls.url, certificatePath: this.#certificate!.path },
      metricsUrl: this.#metricsServer?.url,
      durability: settings.dataDir === undefined ? 'memory' : settings.durability,
      health: this.#health(),
      streams: journal.catalog.streams.size,
      storedBytes: store.usage().bytes,
      connections: this.#listener!.connections(),
      startedAtMs: this.#startedAtMs,
      uptimeMs: systemClock.now() - this.#startedAtMs,
      nowMs: clock.now(),
    };
  }

  #health() {
    const { store, journal } = this.#running;
    return healthOf(store.health(), journal.health());
  }

  close({ drainMs = this.#running.settings.drainMs }: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  async #close(drainMs: number): Promise<void> {
    const { parts, settings } = this.#running;
    this.#drainMs = drainMs;
    await parts.close((error) => settings.logger.log('error', 'Stopping failed in part', { error: String(error) }));
    this.#end();
  }
}

/** A store that would not open, in words for people. */
function storageError(error: unknown, dataDir: string): unknown {
  if (!(error instanceof StoreError)) return folderError(error, dataDir);
  if (error instanceof MissingKeyError) return unusable('key', error);
  if (error instanceof DamagedSegmentError) return unusable('damage', error, error.segment);
  return unusable(error instanceof UnknownFormatError ? 'format' : 'other', error);
}
