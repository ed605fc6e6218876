/** What a replay is to do: read from the command line, or from the file of one that was stopped. */

import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { namedShards } from '../observe.ts';
import { untilOf } from '../record/reading.ts';
import { shellLine } from '../shell-line.ts';
import type { ReplayOptions } from '../table/replay.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { type Pace, parsePace } from './pace.ts';
import { replayStart } from './start.ts';
import { loadReplay, newReplayId, type ReplayState } from './state.ts';

export type Options = Call<ReplayOptions>['options'];

export interface ReplayPlan {
  readonly source: OpenStream;
  readonly options: Options;
  readonly pace: Pace;
  /** As it began, or as it was stopped. */
  readonly state: Omit<ReplayState, 'savedMs'>;
}

/** What may be said anew with --resume. */
const SAID_ANEW: ReadonlySet<string> = new Set(['resume', 'pace', 'maxGap', 'progress']);
/** Options whose words show where a replay reads, writes and prints: they are repeated with --resume. */
const REPEATED = [
  ['--context', '-C'],
  ['--endpoint'],
  ['--region'],
  ['--profile'],
  ['--output', '-o'],
  ['--json'],
  ['--fields'],
  ['--format'],
] as const;

/** @throws {CliError} for what cannot be replayed. */
export async function replayPlan({ args, options }: Call<ReplayOptions>, context: Context): Promise<ReplayPlan> {
  if (options.resume !== undefined) return resumedPlan({ args, options }, context);
  const stream = args[0];
  if (stream === undefined) throw usageError('which stream?', 'sluice replay <stream> --from <position>');
  const pace = parsePace(options.pace ?? 'original', options.maxGap);
  const source = await context.open(stream);
  const start = await replayStart(source, options);
  const untilMs = untilOf(context, options.until, start.from.at === 'time' ? start.from.ms : undefined);
  const { endpoint } = source.target;
  const id = newReplayId(context);
  // The hottest shard may be another one when it is resumed.
  const named = { ...options, shard: await namedShards(source, options.shard) };
  const state = { id, stream, endpoint, options: named, start, untilMs, rounds: 0, arrived: {} };
  return { source, options: named, pace, state };
}

async function resumedPlan({ args, options }: Call<ReplayOptions>, context: Context): Promise<ReplayPlan> {
  const given = Object.entries(context.program.commands.find(({ path }) => path === 'replay')!.options)
    .filter(([name]) => !SAID_ANEW.has(name))
    .find(([name, spec]) => JSON.stringify(options[name as keyof Options]) !== JSON.stringify(spec.default));
  if (given !== undefined || args.length > 0) {
    const what = given === undefined ? 'the stream' : given[1].flags;
    throw usageError(`--resume goes on as the replay was begun: leave out ${what}`);
  }
  const state = await loadReplay(context, options.resume!);
  const source = await context.open(state.stream);
  if (source.target.endpoint !== state.endpoint) {
    throw usageError(
      `${state.id} was begun on ${state.endpoint}, this is ${source.target.endpoint}`,
      `Repeat it with --endpoint ${state.endpoint}`,
    );
  }
  const begun = state.options as unknown as Options;
  const merged = {
    ...begun,
    ...(options.pace === undefined ? {} : { pace: options.pace }),
    progress: options.progress,
  };
  const pace = parsePace(merged.pace ?? 'original', merged.maxGap);
  return { source, options: merged, pace, state: { ...state, options: merged } };
}

/** The command that goes on with it. */
export function resumeCommand(id: string, words: readonly string[]): string {
  const repeated = REPEATED.flatMap(([long, short]) => {
    const at = words.findIndex((word) => word === long || word === short || word.startsWith(`${long}=`));
    if (at < 0) return [];
    return long === '--json' || words[at]!.includes('=') ? [words[at]!] : [long, words[at + 1]!];
  });
  return shellLine(['replay', '--resume', id, ...repeated]);
}
