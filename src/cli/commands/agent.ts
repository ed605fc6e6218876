/** `sluice agent`: forwards log files; or checks, shows and steers how it does. */
import { resolve } from 'node:path';
import type { AgentConfig } from '../../agent/config.ts';
import { printable } from '../../runtime/logger.ts';
import { agentConfig, type LoadedConfig } from '../agent/config.ts';
import { refuseLineOptions } from '../agent/line-config.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { AgentOptions } from '../table/agent.ts';

type Options = Call<AgentOptions>['options'];

/** Returns when the agent was stopped, or when everything is delivered with --once. */
export async function run(call: Call<AgentOptions>, context: Context): Promise<void> {
  const { options } = call;
  checkOptions(call);
  const loaded = await agentConfig(call, context);
  const isUnnamed = call.args.length === 0 && (options.config ?? options.configuration) === undefined;
  if (options.status && options.stateDir !== undefined && isUnnamed && loaded.config === undefined)
    return (await import('../agent/status.ts')).printStatus(context, stateFolder(options, context, loaded), undefined);
  for (const line of loaded.lines) context.err(printable(line));
  if (loaded.config === undefined) {
    const example = "Or name files and a stream:  sluice agent '/var/log/app/*.log' --to <stream>";
    throw new CliError('the configuration is refused', {
      exit: EXIT.config,
      lines: ['Everything wrong with it is told above.', ...(isUnnamed ? [example] : [])],
    });
  }
  const { config } = loaded;
  if (options.check) return context.note(checked(config));
  if (options.printConfig) {
    const { printedConfig } = await import('../../agent/print-config.ts');
    await context.out.write(`${printedConfig(config)}\n`);
    return;
  }
  if (options.installService)
    return (await import('../agent/install-service.ts')).installService(context, call.args.length > 0);
  const stateDir = stateFolder(options, context, loaded);
  if (options.status) return (await import('../agent/status.ts')).printStatus(context, stateDir, config.statusSocket);
  if (options.reset !== undefined)
    return (await import('../agent/reset.ts')).resetCheckpoints(context, options.reset, stateDir);
  if (options.importCheckpoints !== undefined) {
    const path = resolve(context.directory, options.importCheckpoints);
    return (await import('../agent/import.ts')).importCheckpoints(context, { config, stateDir, path });
  }
  await (await import('../agent/run.ts')).runAgent(context, { ...loaded, config, stateDir, options, call });
}

function checkOptions({ args, options }: Call<AgentOptions>): void {
  const file = options.config ?? options.configuration;
  if (options.fromStart && options.fromEnd) throw usageError('--from-start and --from-end exclude each other');
  if (args.length > 0 && options.to === undefined)
    throw usageError('no stream is given for these files', 'Say --to <stream>.');
  if (options.to !== undefined && args.length === 0) throw usageError('--to needs files to follow');
  if (args.length > 0 && file !== undefined)
    throw usageError('files on the command line and --config exclude each other');
  if (args.length === 0) refuseLineOptions(options);
}

/** The folder the agent remembers its places in. */
function stateFolder(options: Options, context: Context, loaded: LoadedConfig): string {
  const chosen = options.stateDir ?? loaded.config?.checkpoints.stateDir;
  return chosen === undefined ? loaded.defaultStateDir : resolve(context.directory, chosen);
}

function checked({ flows }: AgentConfig): string {
  return `the configuration is good: ${flows.length} flow${flows.length === 1 ? '' : 's'}`;
}
