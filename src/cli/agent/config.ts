/** The agent's configuration for a command line: its file, or files and stream named on the line itself. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { AgentConfig, FlowConfig } from '../../agent/config.ts';
import { isRoot } from '../../runtime/config-files.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { AgentOptions } from '../table/agent.ts';
import { lineConfig } from './line-config.ts';

export interface LoadedConfig {
  /** undefined when it is refused. */
  readonly config: AgentConfig | undefined;
  /** What is wrong with it, ready to print. */
  readonly lines: readonly string[];
  readonly defaultStateDir: string;
}

/** Reads and checks; options of the command line win over the file. */
export async function agentConfig(call: Call<AgentOptions>, context: Context): Promise<LoadedConfig> {
  const { args, options } = call;
  const { readConfig } = await import('../../agent/read-config.ts');
  const { formatProblems } = await import('../../agent/config-problems.ts');
  const { DEFAULT_CONFIG, loadConfigSources } = await import('../../agent/config-files.ts');
  const path = resolve(context.directory, options.config ?? options.configuration ?? DEFAULT_CONFIG);
  const { main, extra } =
    args.length > 0
      ? { main: { name: 'command line', text: lineConfig(call, (await context.target()).endpoint) }, extra: [] }
      : await loadConfigSources(path, options.configDir);
  const { config, problems } = readConfig(main, extra, {
    env: context.env,
    directory: context.directory,
    cores: availableParallelism(),
    strict: options.strict,
    check: options.check,
    skipBadFlows: options.skipBadFlows,
    logFile: options.logFile === undefined ? undefined : resolve(context.directory, options.logFile),
  });
  const told = problems.filter(({ level }) => level === 'ERROR' || !context.global.quiet);
  return {
    config: config === undefined ? undefined : overridden(config, call, context),
    lines: formatProblems(told),
    defaultStateDir: defaultStateDir(call, context),
  };
}

function overridden(config: AgentConfig, { options }: Call<AgentOptions>, context: Context): AgentConfig {
  const { endpoint } = context.global;
  const { fromStart, fromEnd, logLevel } = options;
  const flows = config.flows.map(
    (flow): FlowConfig => ({
      ...flow,
      target: endpoint === undefined ? flow.target : { ...flow.target, endpoint },
      initialPosition: fromStart ? 'start' : fromEnd ? 'end' : flow.initialPosition,
    }),
  );
  // Who says how long it may take all in all does not want to wait as long again for what is under way.
  const shutdownTimeoutMs = Math.min(config.shutdownTimeoutMs, context.global.timeout ?? Number.POSITIVE_INFINITY);
  return { ...config, flows, shutdownTimeoutMs, log: { ...config.log, level: logLevel ?? config.log.level } };
}

/** Where the machine keeps state for root, else where the user does; a folder of its own for each line. */
function defaultStateDir({ args, options }: Call<AgentOptions>, context: Context): string {
  const given = context.env['STATE_DIRECTORY'];
  const base = given || (isRoot() ? '/var/lib/sluice' : context.folders.state);
  if (args.length === 0) return join(base, 'agent');
  const words = JSON.stringify([context.directory, options.to, ...args]);
  return join(base, `agent-${createHash('sha256').update(words).digest('hex').slice(0, 12)}`);
}
