/** `sluice serve`: the daemon, in the foreground or left running. */
import { resolve } from 'node:path';
import { reuseLargeBlocks } from '../../runtime/block-reuse.ts';
import { boundYoungSpace, letHeapGrow } from '../../runtime/heap-growth.ts';
import { lineLogger } from '../../runtime/logger.ts';
import { notifyReady } from '../../runtime/notify-ready.ts';
import type { DaemonState } from '../../runtime/state-file.ts';
import type { Daemon } from '../../server/daemon.ts';
import type { DaemonOptions } from '../../server/daemon-options.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { openAccessLog } from '../serve/access-log.ts';
import { childEnvironment, startChild } from '../serve/child.ts';
import { launchDaemon } from '../serve/daemon-launch.ts';
import { dataFolder } from '../serve/data.ts';
import { exposureWarnings } from '../serve/exposure.ts';
import { checkFaultRules } from '../serve/fault-rules.ts';
import { callsOf, untilIdle } from '../serve/idle-exit.ts';
import { METRICS_ADDRESS } from '../serve/listen-address.ts';
import { runningDaemon } from '../serve/running-daemon.ts';
import { withSnapshots } from '../serve/seed.ts';
import { type WantedStream, wantedStream } from '../serve/wanted-stream.ts';
import type { ServeOptions } from '../table/serve.ts';
import { LOCAL_PORT } from '../target/target.ts';
import { durationText, grouped, parseSegment, parseStreamShards, sizeText } from '../values.ts';

type Options = Call<ServeOptions>['options'];

/** What a command leaves under way when it ends has nobody left to answer. */
const CHILD_DRAIN_MS = 1_000;

/** Returns when the daemon has stopped, or with --detach when it answers. */
export async function run({ options, child }: Call<ServeOptions>, context: Context): Promise<void> {
  if (child?.length === 0) throw usageError('no command stands behind --', 'For example:  sluice serve -- npm test');
  if (child !== undefined && options.detach) throw usageError('--detach does not wait for a command');
  if (options.memory && options.data !== undefined) throw usageError('--memory and --data exclude each other');
  if (options.memory && (options.import ?? options.exportOnExit) !== undefined) {
    throw usageError('--memory keeps nothing that --import or --export-on-exit could read or write');
  }
  if (options.memory && options.encryptionKeyFile !== undefined) {
    throw usageError('--memory keeps nothing that --encryption-key-file could encrypt');
  }
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw usageError(`"${options.account}" is no account`, 'Write 12 digits.');
  }
  checkFaultRules(options);
  options.acceptLoss.forEach(parseSegment);
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) {
    throw usageError('--tls-cert and --tls-key go together');
  }
  const create = options.create.map(parseStreamShards);
  if (!options.detach) {
    const serve = (stored: Options) => foreground(context, stored, { create, child });
    return withSnapshots(context, options, { isOwn: child !== undefined, serve });
  }
  const name = options.name ?? 'default';
  const running = (await runningDaemon(context, name))?.state;
  if (running !== undefined) checkSame(running, options, dataFolder(context, options));
  const state = running ?? (await launchDaemon(context, name));
  context.err(readyLine(state, running !== undefined));
  for (const line of exposureWarnings(state.host, options)) context.err(line);
  if (create.length > 0) await showStreams(context, state.url, create);
}

type Wanted = readonly WantedStream[];

interface Work {
  readonly create: Wanted;
  /** Runs beside the daemon, which is then one of its own: unnamed, on any free port and in memory unless told otherwise. */
  readonly child: readonly string[] | undefined;
}

async function foreground(context: Context, options: Options, work: Work): Promise<void> {
  const name = work.child === undefined ? (options.name ?? 'default') : options.name;
  // Its state file would be overwritten: no status or stop would find it any more.
  const running = name === undefined ? undefined : await runningDaemon(context, name);
  if (running !== undefined) throw runsAlready(running.state);
  const { startDaemon } = await import('../../server/daemon.ts');
  reuseLargeBlocks();
  letHeapGrow(context.self.nodeVersion);
  boundYoungSpace(context.self.nodeVersion);
  const accessLog = options.accessLog === undefined ? undefined : openAccessLog(context, options.accessLog);
  let renewKeys = async () => {};
  const onKeys = (renew: typeof renewKeys) => {
    renewKeys = renew;
  };
  const settings = { ...daemonOptions(context, options, work), accessLog: accessLog?.logger, name, onKeys };
  const daemon = await startDaemon(settings);
  const { dataDir, tls, metricsUrl } = daemon.status();
  const ready = readyLine({ pid: context.self.pid, url: daemon.url, dataDir }, false);
  if (work.child === undefined) context.err(ready);
  else context.note(ready);
  if (tls !== undefined) context.note(`sluice serve: TLS on ${tls.url} (certificate ${tls.certificatePath})`);
  if (metricsUrl !== undefined) context.note(`sluice serve: metrics on ${metricsUrl}`);
  for (const line of exposureWarnings(daemon.host, options)) context.err(line);
  context.status = () => statusLine(daemon);
  if (work.child !== undefined) return besideChild(context, daemon, { options, child: work.child });
  if (context.self.isTerminal) for (const line of bannerLines(daemon.url, options)) context.note(line);
  await notifyReady(context.env);
  // On a terminal it says that the window is closed, which stops the server.
  if (!context.self.isTerminal) {
    context.onHangup = () => {
      accessLog?.reopen();
      void renewKeys();
    };
  }
  context.signal.addEventListener('abort', () => void daemon.close(), { once: true });
  if (context.signal.aborted) void daemon.close();
  if (options.idleExit !== undefined) void closeWhenIdle(context, daemon, options.idleExit);
  const failure = await daemon.ended;
  if (failure !== undefined) throw failure;
  context.note('sluice serve: stopped');
}

/** In one line, for SIGUSR2. */
function statusLine(daemon: Daemon): string {
  const { health, streams, storedBytes, connections } = daemon.status();
  return `${health.state}: ${grouped(streams)} streams, ${sizeText(storedBytes)} stored, ${grouped(connections)} connections`;
}

async function closeWhenIdle(context: Context, daemon: Daemon, idleMs: number): Promise<void> {
  const { clock, signal } = context;
  const over = new AbortController();
  void daemon.ended.then(() => over.abort());
  const connections = () => daemon.status().connections;
  const watch = { clock, idleMs, connections, calls: () => callsOf(daemon.url) };
  try {
    await untilIdle({ ...watch, signal: AbortSignal.any([signal, over.signal]) });
    context.note(`sluice serve: nothing to do for ${durationText(idleMs)}`);
    await daemon.close();
  } catch {
    // It ends for another reason.
  }
}

/** The daemon lives as long as the command, whose exit code becomes ours. */
async function besideChild(
  context: Context,
  daemon: Daemon,
  { options, child }: { readonly options: Options; readonly child: readonly string[] },
): Promise<void> {
  const server = {
    url: daemon.url,
    region: context.localRegion,
    keepsKeys: options.auth !== undefined,
  };
  const command = startChild(context, child, childEnvironment(context.env, server));
  void daemon.ended.then(() => command.stop());
  try {
    context.exitCode = await command.ended;
  } finally {
    await daemon.close({ drainMs: CHILD_DRAIN_MS });
  }
  const failure = await daemon.ended;
  if (failure !== undefined) throw failure;
}

function daemonOptions(context: Context, options: Options, { create, child }: Work): DaemonOptions {
  const memory = options.memory || (child !== undefined && options.data === undefined);
  const { quiet, verbose } = context.global;
  const level = quiet ? 'error' : verbose > 1 ? 'trace' : verbose > 0 ? 'debug' : child === undefined ? 'info' : 'warn';
  const now = () => context.clock.now();
  const logger = lineLogger({ write: (line) => context.err(line.trimEnd()), level, format: 'text', now });
  return {
    port: options.port ?? (child === undefined ? LOCAL_PORT : 0),
    host: options.host ?? '127.0.0.1',
    memory,
    dataDir: memory ? undefined : dataFolder(context, options),
    durability: options.durability,
    freeSpaceFloor: options.freeSpaceFloor,
    diskBytesMax: options.maxDisk,
    retentionCapMs: options.retentionCap,
    acceptLoss: options.acceptLoss.map(parseSegment),
    allowNetworkDisk: options.allowNetworkDisk,
    create,
    account: options.account,
    region: context.localRegion,
    scope: options.scope,
    shardLimit: options.shardLimit,
    transitionMs: options.transitionTime,
    testClock: options.testClock,
    strictLimits: options.limits === 'aws',
    onDemandScaling: options.onDemandScaling,
    fail: options.fail,
    delay: options.delay,
    drainMs: options.drainTimeout,
    authFile: options.auth && resolve(context.directory, options.auth),
    encryptionKeyFile: options.encryptionKeyFile && resolve(context.directory, options.encryptionKeyFile),
    channelsDir: options.channelsDir && resolve(context.directory, options.channelsDir),
    tls: tlsOf(context, options),
    metrics: options.metrics === true ? METRICS_ADDRESS : options.metrics,
    cors: options.cors,
    version: context.program.version,
    logger,
  };
}

function tlsOf(context: Context, { tls, tlsCert, tlsKey }: Options): DaemonOptions['tls'] {
  if (tlsCert === undefined || tlsKey === undefined) return tls ? 'own' : undefined;
  const [certificatePath, keyPath] = [resolve(context.directory, tlsCert), resolve(context.directory, tlsKey)];
  return { certificatePath, keyPath };
}

function bannerLines(url: string, { auth }: Options): readonly string[] {
  return [
    `  AWS_ENDPOINT_URL_KINESIS=${url}   for AWS programs, with ${auth === undefined ? 'any credentials' : `a key of ${auth}`}`,
    '  sluice put <stream>, sluice tail <stream>   in another terminal',
    '  Ctrl-C stops',
  ];
}

/** Makes what is missing and says what is there. */
async function showStreams(context: Context, url: string, wanted: Wanted): Promise<void> {
  const client = await context.clientAt(url);
  for (const one of wanted) context.note(await wantedStream(client, one));
  await client.close();
}

/** A running daemon is taken for the one wanted unless an option says otherwise. */
function checkSame(running: DaemonState, options: Options, dataDir: string): void {
  const { port, data, memory } = options;
  const other =
    (port !== undefined && port !== 0 && port !== running.port) ||
    (memory ? running.dataDir !== undefined : data !== undefined && running.dataDir !== dataDir);
  if (other) throw runsAlready(running);
}

function runsAlready(running: DaemonState): CliError {
  return new CliError(`another server runs already: ${running.url} (pid ${running.pid})`, {
    exit: EXIT.conflict,
    lines: ['Stop it:         sluice serve stop', 'Or run another:  sluice serve -d --name <name> --port 0'],
  });
}

function readyLine(state: Pick<DaemonState, 'pid' | 'url' | 'dataDir'>, wasRunning: boolean): string {
  const data = state.dataDir === undefined ? 'in memory' : `data ${state.dataDir}`;
  return `sluice serve: ${wasRunning ? 'running already' : 'ready'} on ${state.url} (pid ${state.pid}, ${data})`;
}
