/** Running the agent from the command line: its log, its signals, how it ends. */
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentService } from '../../agent/agent-service.ts';
import type { AgentConfig } from '../../agent/config.ts';
import type { DeliveryTarget } from '../../agent/delivery-target.ts';
import { type Logger, type LogLevel, lineLogger, printable } from '../../runtime/logger.ts';
import { notifyReady } from '../../runtime/notify-ready.ts';
import { RotatingLog } from '../../runtime/rotating-log.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { type LossyLog, lossyLog } from '../lossy-log.ts';
import type { AgentOptions } from '../table/agent.ts';
import { agentConfig } from './config.ts';

export interface AgentRun {
  readonly config: AgentConfig;
  readonly stateDir: string;
  readonly options: Call<AgentOptions>['options'];
  readonly call: Call<AgentOptions>;
}

/** Returns when a signal stopped the agent, or everything is delivered with --once. */
export async function runAgent(context: Context, work: AgentRun): Promise<void> {
  const { config, options } = work;
  const { openService } = await import('../../agent/agent-service.ts');
  const { dryRun } = context.global;
  const file = config.log.file === undefined ? undefined : openLog(config);
  // Delivery goes on though the agent's own lines are lost.
  const log =
    file &&
    lossyLog(file, (error) => context.err(printable(`sluice agent: its log cannot be written: ${String(error)}`)));
  const logger = agentLogger(context, config, log);
  const stateDir = dryRun ? join(tmpdir(), `sluice-agent-${context.random.uuid()}`) : work.stateDir;
  const { env, clock, random } = context;
  const region = context.global.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const target = dryRun ? () => printing(context) : undefined;
  const service = await openService(
    {
      config,
      stateDir,
      env,
      region,
      host: hostname(),
      version: context.program.version,
      clock,
      random,
      logger,
      once: options.once,
      target,
    },
    context.self.pid,
  );
  logger.log('info', 'ready', { flows: config.flows.length, stateDir });
  steer(context, service, { ...work, logger, log });
  await notifyReady(env);
  try {
    const isComplete = await service.run();
    if (options.once && !isComplete) {
      throw new CliError('not everything is delivered', { exit: EXIT.partial, lines: ['The next run goes on there.'] });
    }
  } finally {
    file?.close();
    if (dryRun) await (await import('../../runtime/config-files.ts')).removeFolder(stateDir);
  }
}

function openLog({ log }: AgentConfig): RotatingLog {
  return new RotatingLog({ path: log.file!, bytesMax: log.fileBytesMax, backupsMax: log.backupsMax });
}

function agentLogger(context: Context, { log }: AgentConfig, file: LossyLog | undefined): Logger {
  const write = file === undefined ? (line: string) => context.err(line.trimEnd()) : file.write;
  const level = context.global.quiet ? 'error' : log.level;
  return lineLogger({ write, level, format: log.format, now: () => context.clock.now() });
}

interface Steered extends AgentRun {
  readonly logger: Logger;
  readonly log: LossyLog | undefined;
}

/** SIGTERM and Ctrl-C stop, SIGHUP reads the configuration again and reopens the log, SIGUSR1 reopens the log, SIGUSR2 sends what waits. */
function steer(context: Context, service: AgentService, { call, options, logger, log }: Steered): void {
  context.signal.addEventListener('abort', () => void service.stop(), { once: true });
  const { timeout } = context.global;
  if (options.once && timeout !== undefined) {
    void context.clock.sleep(timeout, context.signal).then(
      () => service.stop(),
      () => undefined,
    );
  }
  const reopen = () => log?.reopen();
  let reloading = Promise.resolve();
  context.onHangup = () => {
    reopen();
    reloading = reloading.then(() => reload(context, service, { call, logger }));
  };
  context.onReopen(reopen);
  context.status = () => {
    service.flush();
    const { flows } = service.status();
    return `sent ${flows.reduce((sum, flow) => sum + flow.delivery.sentRecords, 0)} records`;
  };
}

async function reload(
  context: Context,
  service: AgentService,
  { call, logger }: Pick<Steered, 'call' | 'logger'>,
): Promise<void> {
  const { config, lines } = await agentConfig(call, context).catch((error: unknown) => {
    // What cannot even be looked for, such as a folder that is none any more.
    return { config: undefined, lines: [`ERROR ${error instanceof Error ? error.message : String(error)}`] };
  });
  for (const line of lines) {
    const [level, text] = [line.slice(0, 5).trim().toLowerCase(), line.slice(6)];
    logger.log(level as LogLevel, text);
  }
  if (config === undefined) logger.log('error', 'the new configuration is refused; working with the old one');
  else await service.reload(config);
}

/** Prints records instead of sending them. */
function printing(context: Context): DeliveryTarget {
  return {
    async put(records) {
      for (const { data } of records) await context.out.write(data);
      return records.map(() => undefined);
    },
    renew: async () => undefined,
    close: async () => undefined,
  };
}
