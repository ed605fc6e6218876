/** How far a replay has come, in a file from which it can go on: $XDG_STATE_HOME/sluice/replay/<id>.json. */
import { isoTime } from '../../runtime/calendar.ts';
import { listPlainFiles } from '../../runtime/config-files.ts';
import { readText, removeFile, replaceText } from '../../runtime/files.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { ReplayStart } from './start.ts';

export interface ReplayState {
  readonly id: string;
  readonly stream: string;
  /** Endpoint of the server the stream is on. */
  readonly endpoint: string;
  /** Of the command that began it, those about positions resolved in `start` and `untilMs`. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly start: ReplayStart;
  /** Absent: up to the tip. */
  readonly untilMs?: number | undefined;
  /** Rounds of --loop that are complete. */
  readonly rounds: number;
  /** Sequence number of the last record of each shard that has arrived, in this round. */
  readonly arrived: Readonly<Record<string, string>>;
  readonly savedMs: number;
}

/** An id that no other replay has. */
export function newReplayId(context: Context): string {
  return `rp_${context.random.uuid().slice(0, 8)}`;
}

/** Keeps it, in one step. */
export function saveReplay(context: Context, state: Omit<ReplayState, 'savedMs'>): Promise<void> {
  const whole: ReplayState = { ...state, savedMs: context.clock.now() };
  return replaceText(pathOf(context, state.id), `${JSON.stringify(whole, null, 2)}\n`);
}

/** Forgets one that is complete. */
export function forgetReplay(context: Context, id: string): Promise<void> {
  return removeFile(pathOf(context, id));
}

/** @throws {CliError} exit 5 with those that are there. */
export async function loadReplay(context: Context, id: string): Promise<ReplayState> {
  const state = /^rp_\w+$/.test(id) ? await readReplay(context, id) : undefined;
  if (state !== undefined) return state;
  const names = await listPlainFiles(folderOf(context));
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  const states = (await Promise.all(ids.map((one) => readReplay(context, one)))).filter((one) => one !== undefined);
  const kept = states.sort((a, b) => b.savedMs - a.savedMs).slice(0, 8);
  throw new CliError(`no replay ${id} is kept`, {
    exit: EXIT.notFound,
    lines: kept.map(
      (one) => `${one.id}  ${one.stream} to ${String(one.options['to'] ?? '-')}  ${isoTime(one.savedMs)}`,
    ),
  });
}

async function readReplay(context: Context, id: string): Promise<ReplayState | undefined> {
  const path = pathOf(context, id);
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ReplayState;
  } catch (cause) {
    throw new CliError(`${path} is no saved replay`, { exit: EXIT.failed, cause });
  }
}

function folderOf(context: Context): string {
  return `${context.folders.state}/replay`;
}

function pathOf(context: Context, id: string): string {
  return `${folderOf(context)}/${id}.json`;
}
