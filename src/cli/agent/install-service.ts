/** `sluice agent --install-service`: shows the systemd unit and the commands for it, asks, and does it. */
import { join } from 'node:path';
import { commandOutput } from '../../runtime/command-output.ts';
import { exists, isRoot } from '../../runtime/config-files.ts';
import { readText, saveText } from '../../runtime/files.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { packagePath } from '../package-path.ts';
import { SERVICE, serviceCommands, serviceUnit, unitPath } from './service-unit.ts';

/** There wherever systemd runs the machine, and only there. */
const SYSTEMD_FOLDER = '/run/systemd/system';
const COMMAND_MS = 60_000;
/** Words that are meant for this run alone. */
const OWN_WORDS: ReadonlySet<string> = new Set(['--install-service', '--yes', '-y', '--dry-run']);

/** Where nobody can be asked and --yes is not given, it only tells. `namesFiles`: the files stand on the command line. */
export async function installService(context: Context, namesFiles: boolean): Promise<void> {
  if (!(await exists(SYSTEMD_FOLDER))) {
    throw new CliError('there is no systemd here that could run a service', {
      exit: EXIT.notFound,
      lines: [
        'The agent runs in the foreground and ends with SIGTERM: any supervisor can run it, without this option.',
      ],
    });
  }
  const { self, env, global, directory, home } = context;
  const isSystem = isRoot();
  const path = unitPath(isSystem, env['XDG_CONFIG_HOME'] || join(home, '.config'));
  const typed = self.words.filter((word) => !OWN_WORDS.has(word));
  // The service has no configuration of this user's to take the endpoint from.
  const isMissing = namesFiles && global.endpoint === undefined;
  const endpoint = isMissing ? ['--endpoint', (await context.target()).endpoint] : [];
  const words = [self.node, self.script, ...endpoint, ...typed];
  const template = (await readText(packagePath('packaging/systemd/sluice-agent.service')))!;
  const unit = serviceUnit(template, { words, directory, isSystem });
  const commands = serviceCommands(isSystem);
  await context.out.write(`# ${path}\n${unit}\n${commands.join('\n')}\n`);
  if (global.dryRun || (!global.yes && !context.canAsk)) {
    return context.note('nothing is written yet: repeat with --yes');
  }
  await context.confirm(`Write ${path} and run these commands?`);
  await saveText(path, unit);
  for (const command of commands) await ran(command, context);
  context.note(`${SERVICE} runs now and after each start of ${isSystem ? 'the machine' : 'your session'}`);
  if (!isSystem) context.note('without a session of yours too after:  loginctl enable-linger');
}

async function ran(command: string, { env }: Context): Promise<void> {
  try {
    await commandOutput(command, { env, timeoutMs: COMMAND_MS });
  } catch (error) {
    const lines = [error instanceof Error ? error.message.trim() : String(error)];
    throw new CliError(`this command failed: ${command}`, { exit: EXIT.failed, lines });
  }
}
