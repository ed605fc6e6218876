/** What a daemon can be told, and what it is when it is told nothing. */
import { SHARDS_MAX_DEFAULT } from '../model/limits.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import type { MetricsPlace } from './metrics-server.ts';
import type { ListenLimits } from './protocol.ts';

/** What an acknowledgement means: on disk, on disk within 50 ms, or in the page cache. */
export type DaemonDurability = 'always' | 'interval' | 'os';

export interface DaemonOptions {
  /** 4567 unless given; 0: any free port. */
  readonly port?: number | undefined;
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** Where streams are kept. Either this or `memory`. */
  readonly dataDir?: string | undefined;
  /** Keeps nothing. */
  readonly memory?: boolean | undefined;
  /** 'always' unless given. */
  readonly durability?: DaemonDurability | undefined;
  /** Records are refused while less of the disk is free; 1 GiB unless given. */
  readonly freeSpaceFloor?: number | undefined;
  /** Records are refused while the folder holds more; no bound unless given. */
  readonly diskBytesMax?: number | undefined;
  /** Records go after so long whatever the retention of their stream, to the minute; no bound unless given. */
  readonly retentionCapMs?: number | undefined;
  /** Ids of segments in which damaged records are given up, so that the rest is served. */
  readonly acceptLoss?: readonly number[] | undefined;
  /** The data folder may be on a network file system. */
  readonly allowNetworkDisk?: boolean | undefined;
  /** Streams that are made if they are missing; without `shards` on demand, as AWS does. */
  readonly create?: readonly { readonly name: string; readonly shards?: number | undefined }[] | undefined;
  /** 12 digits; zeros unless given. */
  readonly account?: string | undefined;
  /** Of callers whose credential names none; us-east-1 unless given. */
  readonly region?: string | undefined;
  /** 'one': the same streams for all; 'region': each account and region has its own, as in AWS. */
  readonly scope?: 'one' | 'region' | undefined;
  /** Open shards in all. */
  readonly shardLimit?: number | undefined;
  /** How long streams stay CREATING, UPDATING and DELETING. */
  readonly transitionMs?: number | undefined;
  /** The admin path may move the service's time. */
  readonly testClock?: boolean | undefined;
  /** Web pages of other machines are answered too. */
  readonly cors?: boolean | undefined;
  /** Serves TLS on the same port; 'own': with a certificate the daemon makes itself. */
  readonly tls?: 'own' | { readonly certificatePath: string; readonly keyPath: string } | undefined;
  /** File of the keys that may call; without it any credentials do. */
  readonly authFile?: string | undefined;
  /** Gets, once, what reads `authFile` again; a file that cannot be used is told, and the keys stay. */
  readonly onKeys?: ((renew: () => Promise<void>) => void) | undefined;
  /** File of keys: records of streams that encrypt are kept encrypted with the first of them. */
  readonly encryptionKeyFile?: string | undefined;
  /** Folder into which channels deliver records as files; without it there are no channels. */
  readonly channelsDir?: string | undefined;
  /** AWS's limits per shard and per call. */
  readonly strictLimits?: boolean | undefined;
  /** On-demand streams are split where they take much. */
  readonly onDemandScaling?: boolean | undefined;
  /** Calls that fail on purpose: `Operation=rate[:code]`, `*` for every operation. */
  readonly fail?: readonly string[] | undefined;
  /** Calls that wait on purpose: `Operation=duration`. */
  readonly delay?: readonly string[] | undefined;
  /** How long requests under way may take once the daemon stops; 10 s unless given. */
  readonly drainMs?: number | undefined;
  /** Under which name commands find it; without one they do not. */
  readonly name?: string | undefined;
  /** Where /metrics is served too; without it, it is only on the admin path. */
  readonly metrics?: MetricsPlace | undefined;
  /** The program's, for `status`. */
  readonly version?: string | undefined;
  readonly logger?: Logger | undefined;
  /** Told of each request, at info; without it none is looked at. */
  readonly accessLog?: Logger | undefined;
  readonly limits?: Partial<ListenLimits> | undefined;
}

/** Well within the 90 s that systemd gives a service. */
const DRAIN_MS = 10_000;

export type DaemonSettings = ReturnType<typeof settingsOf>;

/** The options with every default filled in. */
export function settingsOf(options: DaemonOptions) {
  return {
    port: options.port ?? 4567,
    host: options.host ?? '127.0.0.1',
    dataDir: options.memory ? undefined : options.dataDir,
    durability: options.durability ?? 'always',
    space: { freeBytesMin: options.freeSpaceFloor, bytesMax: options.diskBytesMax },
    retentionCapMs: options.retentionCapMs,
    acceptLoss: options.acceptLoss,
    allowNetworkDisk: options.allowNetworkDisk ?? false,
    create: options.create ?? [],
    home: { account: options.account ?? '000000000000', region: options.region ?? 'us-east-1' },
    sharedNamespace: (options.scope ?? 'one') === 'one',
    shardsMax: options.shardLimit ?? SHARDS_MAX_DEFAULT,
    transitionMs: options.transitionMs ?? 0,
    testClock: options.testClock ?? false,
    origins: options.cors ? ('any' as const) : ('loopback' as const),
    tls: options.tls,
    authFile: options.authFile,
    onKeys: options.onKeys,
    encryptionKeyFile: options.encryptionKeyFile,
    channelsDir: options.channelsDir,
    strictLimits: options.strictLimits ?? false,
    onDemandScaling: options.onDemandScaling ?? false,
    injection: { fail: options.fail ?? [], delay: options.delay ?? [] },
    drainMs: options.drainMs ?? DRAIN_MS,
    name: options.name,
    metrics: options.metrics,
    version: options.version ?? 'development',
    logger: options.logger ?? silentLogger,
    accessLog: options.accessLog,
    limits: options.limits ?? {},
  };
}
