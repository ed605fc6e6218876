/** `sluice consume reset`: moves a group that is stopped. */
import type { Place } from '../../client/checkpoint.ts';
import type { GroupState } from '../../client/group-state.ts';
import type { Position } from '../../client/position.ts';
import { noShardError, shardsOf } from '../await-stream.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { existingGroup } from '../consume/existing-group.ts';
import { holdGroup, saveGroup } from '../consume/group-file.ts';
import type { Context } from '../context.ts';
import { checkShards, shardPosition } from '../replay/start.ts';
import type { consumeResetOptions } from '../table/consume.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { parseShards, shortShard } from '../values.ts';

/** All shards, or some and what follows them. Asks before. */
export async function run({ args, options }: Call<typeof consumeResetOptions>, context: Context): Promise<void> {
  if (options.to === undefined) throw usageError('--to is needed', 'Write horizon, latest, a time or 15m.');
  const { shard: ofNumber, position } = shardPosition(context, options.to);
  if (ofNumber !== undefined && options.shard.length > 0) {
    throw usageError(`--to ${options.to} is of shard ${shortShard(ofNumber)}: --shard does not fit`);
  }
  const { stream, file } = await existingGroup(context, args[0]!, options);
  const held = await holdGroup(context, file);
  try {
    const shards = await shardsMeant(stream, ofNumber, options.shard);
    // "Latest" is now: what comes until the group reads again is for it.
    const to: Position = position.at === 'latest' ? { at: 'time', ms: context.clock.now() } : position;
    const state = shards === undefined ? begun(file.state, to) : await moved(stream, file.state, { shards, to });
    const what = shards === undefined ? 'all shards' : `shard ${shards.map(shortShard).join(', ')}`;
    await context.confirm(`Move group ${file.state.group} of ${stream.name} to ${options.to} (${what})?`);
    if (context.global.dryRun) return context.note(`would move ${what} to ${options.to}`);
    await saveGroup(context, { ...file, state });
    context.note(`${file.state.group}  ${what} to ${options.to}`);
  } finally {
    await held.close();
  }
}

/** undefined: all of them. */
async function shardsMeant(
  stream: OpenStream,
  ofNumber: string | undefined,
  texts: readonly string[],
): Promise<readonly string[] | undefined> {
  if (ofNumber !== undefined) {
    await checkShards(stream, [ofNumber]);
    return [ofNumber];
  }
  const isMeant = parseShards(texts);
  if (isMeant === undefined) return undefined;
  const all = await shardsOf(stream);
  const shards = all.map(({ ShardId }) => ShardId).filter(isMeant);
  if (shards.length === 0) throw noShardError(stream, all, texts.join(','));
  return shards;
}

/** Without a place it begins anew. */
function begun(state: GroupState, from: Position): GroupState {
  return { ...state, from, places: new Map(), owner: undefined };
}

/** A group that has no place yet gets one in every shard: those that are not moved are read too. */
async function moved(
  stream: OpenStream,
  state: GroupState,
  { shards, to }: { readonly shards: readonly string[]; readonly to: Position },
): Promise<GroupState> {
  const places = new Map<string, Place>(state.places);
  if (places.size === 0) {
    for (const { ShardId } of await shardsOf(stream)) places.set(ShardId, { position: state.from });
  }
  for (const id of shards) places.set(id, { position: to });
  return { ...state, places, owner: undefined };
}
