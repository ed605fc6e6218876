/** `sluice serve`: the daemon, in the foreground or left running. */
import { join, resolve } from 'node:path';
import { ClientError } from '../../client/client-error.ts';
import { createStream } from '../../operations/kinesis/create-stream.ts';
import { describeStreamSummary } from '../../operations/kinesis/describe-stream.ts';
import { lineLogger } from '../../runtime/logger.ts';
import type { DaemonState } from '../../runtime/state-file.ts';
import type { DaemonOptions } from '../../server/daemon-options.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { launchDaemon } from '../daemon-launch.ts';
import { EXIT } from '../exit.ts';
import { checkFaultRules } from '../fault-rules.ts';
import { runningDaemon } from '../running-daemon.ts';
import type { ServeOptions } from '../table/serve.ts';
import { LOCAL_PORT } from '../target.ts';
import { parseStreamShards } from '../values.ts';

type Options = Call<ServeOptions>['options'];

/** Returns when the daemon has stopped, or with --detach when it answers. */
export async function run({ options }: Call<ServeOptions>, context: Context): Promise<void> {
  if (options.memory && options.data !== undefined) throw usageError('--memory and --data exclude each other');
  if (options.memory && options.encryptionKeyFile !== undefined) {
    throw usageError('--memory keeps nothing that --encryption-key-file could encrypt');
  }
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw usageError(`"${options.account}" is no account`, 'Write 12 digits.');
  }
  checkFaultRules(options);
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) {
    throw usageError('--tls-cert and --tls-key go together');
  }
  const create = options.create.map(parseStreamShards);
  if (!options.detach) return foreground(context, options, create);
  const name = options.name ?? 'default';
  const running = (await runningDaemon(context, name))?.state;
  if (running !== undefined) checkSame(running, options, dataFolder(context, options));
  const state = running ?? (await launchDaemon(context, name));
  context.err(readyLine(state, running !== undefined));
  if (create.length > 0) await showStreams(context, state.url, create);
}

type Wanted = readonly { readonly name: string; readonly shards: number }[];

async function foreground(context: Context, options: Options, create: Wanted): Promise<void> {
  // Its state file would be overwritten: no status or stop would find it any more.
  const running = await runningDaemon(context, options.name);
  if (running !== undefined) throw runsAlready(running.state);
  const { quiet, verbose } = context.global;
  const level = quiet ? 'error' : verbose > 1 ? 'trace' : verbose > 0 ? 'debug' : 'info';
  const logger = lineLogger({
    write: (line) => context.err(line.trimEnd()),
    level,
    format: 'text',
    now: () => context.clock.now(),
  });
  const { startDaemon } = await import('../../server/daemon.ts');
  const daemon = await startDaemon({
    name: options.name ?? 'default',
    port: options.port ?? LOCAL_PORT,
    host: options.host ?? '127.0.0.1',
    memory: options.memory,
    dataDir: options.memory ? undefined : dataFolder(context, options),
    durability: options.durability,
    create,
    account: options.account,
    region: context.global.region,
    scope: options.scope,
    shardLimit: options.shardLimit,
    transitionMs: options.transitionTime,
    testClock: options.testClock,
    strictLimits: options.limits === 'aws',
    onDemandScaling: options.onDemandScaling,
    fail: options.fail,
    delay: options.delay,
    authFile: options.auth && resolve(context.directory, options.auth),
    encryptionKeyFile: options.encryptionKeyFile && resolve(context.directory, options.encryptionKeyFile),
    channelsDir: options.channelsDir && resolve(context.directory, options.channelsDir),
    tls: tlsOf(context, options),
    cors: options.cors,
    version: context.program.version,
    logger,
  });
  const { dataDir, tls } = daemon.status();
  context.err(readyLine({ pid: context.self.pid, url: daemon.url, dataDir }, false));
  if (tls !== undefined) context.note(`sluice serve: TLS on ${tls.url} (certificate ${tls.certificatePath})`);
  if (context.self.isTerminal) for (const line of bannerLines(daemon.url, options)) context.note(line);
  context.signal.addEventListener('abort', () => void daemon.close(), { once: true });
  const failure = await daemon.ended;
  if (failure !== undefined) throw failure;
  context.note('sluice serve: stopped');
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
  for (const { name, shards } of wanted) {
    await client.call(createStream, { StreamName: name, ShardCount: shards }).catch((error: unknown) => {
      if (!(error instanceof ClientError) || error.code !== 'ResourceInUseException') throw error;
    });
    const { StreamDescriptionSummary: summary } = await client.call(describeStreamSummary, { StreamName: name });
    const { StreamStatus, OpenShardCount } = summary;
    context.note(`${name}  ${StreamStatus}  ${OpenShardCount} shard${OpenShardCount === 1 ? '' : 's'}`);
  }
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

function dataFolder(context: Context, options: Options): string {
  return options.data === undefined
    ? join(context.folders.data, options.name ?? 'default')
    : resolve(context.directory, options.data);
}

function readyLine(state: Pick<DaemonState, 'pid' | 'url' | 'dataDir'>, wasRunning: boolean): string {
  const data = state.dataDir === undefined ? 'in memory' : `data ${state.dataDir}`;
  return `sluice serve: ${wasRunning ? 'running already' : 'ready'} on ${state.url} (pid ${state.pid}, ${data})`;
}
