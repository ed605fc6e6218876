/** The files of groups: one a group and stream, held by one process at a time. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type GroupState, groupText, parseGroup } from '../../client/group-state.ts';
import type { Position } from '../../client/position.ts';
import { listPlainFiles } from '../../runtime/config-files.ts';
import { readText, replaceTextSafely } from '../../runtime/files.ts';
import { claimName, type Held } from '../../runtime/local-socket.ts';
import { isAlive } from '../../runtime/state-file.ts';
import type { StreamSummary } from '../await-stream.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';

const ENDING = '.group.json';
const HOLD_TRIES = 6;
const HOLD_REST_MS = 50;

/** @throws {CliError} without a name, or for one that cannot be kept. */
export function groupName(name: string | undefined): string {
  if (name === undefined) throw usageError('--group is needed', 'It is a name of your own:  --group etl');
  if (/^[\w.-]{1,100}$/.test(name)) return name;
  throw usageError(`"${name}" is no name of a group`, 'Write letters, digits and . _ - only, 100 at most.');
}

/** The folder that --checkpoint names. @throws {CliError} for places that are not there. */
export function groupFolder(context: Context, where: string | undefined): string {
  if (where === undefined) return `${context.folders.state}/groups`;
  if (where.startsWith('file:') && where.length > 'file:'.length) {
    return resolve(context.directory, where.slice('file:'.length));
  }
  const kind = /^\w+/.exec(where)?.[0] ?? where;
  throw usageError(
    ['daemon', 'dynamodb', 's3'].includes(kind)
      ? `checkpoints are kept in files of this machine: --checkpoint ${kind} is not there`
      : `"${where}" is no place for checkpoints`,
    'Write file:<directory>, or leave it away for the state folder.',
  );
}

/** A group's file and what it says. */
export interface GroupFile {
  readonly path: string;
  readonly state: GroupState;
}

/** The file of a group for a stream as it is now, with its state; a new group begins at `from`. */
export async function groupFile(
  folder: string,
  { StreamName, StreamARN, StreamCreationTimestamp }: StreamSummary,
  { group, from }: { readonly group: string; readonly from: Position },
): Promise<GroupFile> {
  const createdMs = Math.floor(StreamCreationTimestamp);
  const path = `${folder}/${encodeURIComponent(group)}@${StreamName}@${createdMs.toString(36)}${ENDING}`;
  const found = await readGroup(path);
  if (found !== undefined) return { path, state: found };
  const identity = { group, stream: StreamName, arn: StreamARN, createdMs };
  return { path, state: { ...identity, from, places: new Map(), owner: undefined, savedMs: 0 } };
}

/** Every group whose file lies in a folder. */
export async function groupFiles(folder: string): Promise<readonly GroupFile[]> {
  const names = (await listPlainFiles(folder)).filter((name) => name.endsWith(ENDING));
  const files = await Promise.all(
    names.map(async (name) => ({ path: `${folder}/${name}`, state: await readGroup(`${folder}/${name}`) })),
  );
  return files.flatMap(({ path, state }) => (state === undefined ? [] : [{ path, state }]));
}

/** Whether a group's file is about a stream as it is now. */
export function isOf(state: GroupState, { StreamName, StreamARN, StreamCreationTimestamp }: StreamSummary): boolean {
  const isSame = state.arn === StreamARN && state.stream === StreamName;
  return isSame && state.createdMs === Math.floor(StreamCreationTimestamp);
}

async function readGroup(path: string): Promise<GroupState | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return parseGroup(text);
  } catch (cause) {
    const lines = [`${(cause as Error).message}. Remove it to begin anew.`];
    throw new CliError(`${path} cannot be read`, { exit: EXIT.failed, lines, cause });
  }
}

/** Writes it in one step; it is on the disk then. */
export function saveGroup(context: Context, { path, state }: GroupFile): Promise<void> {
  return replaceTextSafely(path, groupText(state, context.clock.now()));
}

/** Makes this process the only one that works for the group. @throws {CliError} exit 6 when there is another. */
export async function holdGroup(context: Context, { path, state }: GroupFile): Promise<Held> {
  for (let tries = 1; ; tries++) {
    const claim = await claimName(nameOf(path));
    if (claim !== undefined && !isHeldElsewhere(context, state)) return claim;
    await claim?.close();
    if (tries === HOLD_TRIES) break;
    // Who only looks whether it is held holds it for a moment.
    await context.clock.sleep(HOLD_REST_MS, context.signal);
  }
  const pid = state.owner === undefined ? '' : ` (pid ${state.owner.pid})`;
  throw new CliError(`group ${state.group} is being read by another process${pid}`, {
    exit: EXIT.conflict,
    lines: ['A group has one consumer at a time on a machine: stop it first, or take another --group.'],
  });
}

/** Whether a process of this machine works for the group. */
export async function isRunning(context: Context, { path, state }: GroupFile): Promise<boolean> {
  const claim = await claimName(nameOf(path));
  await claim?.close();
  return claim === undefined || isHeldElsewhere(context, state);
}

/** Such names have 107 bytes at most. */
function nameOf(path: string): string {
  return `sluice-consume:${createHash('sha256').update(path).digest('hex')}`;
}

/** Where names cannot be held, the file tells. */
function isHeldElsewhere({ self }: Context, { owner }: GroupState): boolean {
  if (self.platform === 'linux' || owner === undefined) return false;
  return owner.host === hostname() && owner.pid !== self.pid && isAlive(owner.pid);
}
