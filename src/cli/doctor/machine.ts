/** Checks of `sluice doctor` that look at this machine and its files. */
import { fileFacts, readText } from '../../runtime/files.ts';
import { machineFacts } from '../../runtime/machine.ts';
import { nodeDisk } from '../../runtime/node-disk.ts';
import { installationOf, shellOf } from '../completion/install.ts';
import type { Context } from '../context.ts';
import { sizeText } from '../values.ts';
import { type Check, type Finding, fail, ok, skip, warn } from './finding.ts';
import { lookAtTerminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export const machineChecks: readonly Check[] = [
  { name: 'node', look: () => nodeFinding(machineFacts().node) },
  { name: 'start-up', look: ({ context }) => startFinding(context.env, machineFacts().node) },
  { name: 'settings', look: ({ context }) => settingsFinding(context) },
  { name: 'disk', look: ({ context }) => diskFinding(context.folders.data) },
  { name: 'open files', look: () => filesFinding(machineFacts().filesMax) },
  { name: 'terminal', look: ({ context }) => lookAtTerminal(context) },
  { name: 'completion', look: ({ context }) => completionFinding(context) },
  { name: 'CI', look: ({ context }) => ciFinding(context.env) },
];

/** The major version after which Node 20 had no more fixes. */
const NODE_MAJOR_KEPT = 22;

/** Whether fixes still come for this Node. Pure. */
export function nodeFinding(version: string): Finding {
  const major = Number(version.split('.')[0]);
  if (major >= NODE_MAJOR_KEPT) return ok(version);
  return warn(`${version}, which gets no more fixes`, `It works. Node ${NODE_MAJOR_KEPT} or 24 starts faster.`);
}

/** What makes every start slow. Pure. */
export function startFinding(env: Environment, node: string): Finding {
  const extra = env['NODE_EXTRA_CA_CERTS'];
  if (extra && Number(node.split('.')[0]) < NODE_MAJOR_KEPT) {
    return warn(
      `NODE_EXTRA_CA_CERTS costs 65 to 125 ms of CPU at every start on Node ${node}`,
      'Unset it for sluice, or use Node 24.',
    );
  }
  if (env['NODE_OPTIONS'])
    return warn(`NODE_OPTIONS=${env['NODE_OPTIONS']}`, 'What it loads is loaded at every start.');
  return ok('nothing in the environment slows it down');
}

function settingsFinding({ config }: Context): Finding {
  if (config.fault !== undefined) return fail(config.fault.message, 'sluice config edit');
  const warnings = [...(config.user?.warnings ?? []), ...(config.project?.warnings ?? [])];
  if (warnings.length > 0)
    return warn(
      warnings[0]!,
      warnings.length === 1 ? 'sluice config edit' : `and ${warnings.length - 1} more: sluice config list`,
    );
  const files = [config.user?.path, config.project?.path].filter((path) => path !== undefined);
  return ok(files.length === 0 ? 'no files, all as built in' : files.join(', '));
}

const FREE_BYTES = 2_000_000_000;

/** The folder may not be there yet: then the one above it that is. */
async function diskFinding(folder: string): Promise<Finding> {
  let path = folder;
  while ((await nodeDisk.stat(path).catch(() => undefined)) === undefined && path !== '/')
    path = path.replace(/\/[^/]*$/, '') || '/';
  const free = await nodeDisk.freeBytes(path).catch(() => undefined);
  if (free === undefined) return skip(`${path} cannot be looked at`);
  const found = `${sizeText(free)} free for ${folder}`;
  return free < FREE_BYTES
    ? warn(found, 'The server takes no more records below 1.1 GB: sluice stream retention, or serve --data elsewhere.')
    : ok(found);
}

/** A connection, a shard's segment and a flow of the agent are a file each. */
const FILES = 4_096;

/** Whether a server may open what it needs. Pure. */
export function filesFinding(limit: number | undefined): Finding {
  if (limit === undefined) return skip('the system does not tell');
  return limit < FILES
    ? warn(`${limit} at once`, `For servers and agents:  ulimit -n ${FILES}`)
    : ok(`${limit} at once`);
}

async function completionFinding({ env, home }: Context): Promise<Finding> {
  const shell = shellOf(env['SHELL']);
  if (shell === undefined) return skip('the shell is not known');
  const { script, startFile } = installationOf(shell, env, home);
  const isThere = (await fileFacts(script).catch(() => undefined)) !== undefined;
  const start = startFile === undefined ? undefined : await readText(startFile).catch(() => undefined);
  const mentioned = start?.includes('sluice completion') ?? false;
  if (isThere || mentioned) return ok(`installed for ${shell}`);
  return warn(`not installed for ${shell}`, 'sluice completion install');
}

/** Ink draws nothing while that is set. Pure. */
export function ciFinding(env: Environment): Finding {
  return env['CI']
    ? warn(`CI=${env['CI']}: nothing is asked, and sluice top draws nothing`, 'On a terminal:  unset CI')
    : ok('not set');
}
