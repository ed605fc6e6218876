/** Where a replay begins: one position for all shards, or one for each of some. */
import type { Position } from '../../client/position.ts';
import { parseSequenceNumber } from '../../model/sequence-number.ts';
import { shardId } from '../../model/shard.ts';
import { noShardError, shardsOf } from '../await-stream.ts';
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { positionOf } from '../record/reading.ts';
import { presentPlaces } from '../tail/horizon.ts';
import { type PlaceInside, placeInside } from '../tail/inside.ts';
import { savedPlaces } from '../tail/saved-places.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { parseShard, shortShard } from '../values.ts';
import type { Options } from './plan.ts';

/** As it stands in a file, too: plain values. */
export interface ReplayStart {
  readonly from: Position;
  /** Shards that begin elsewhere. */
  readonly positions: Readonly<Record<string, Position>>;
  /** Records inside aggregates, up to which all are passed over. */
  readonly inside?: readonly PlaceInside[] | undefined;
  /** No shard but those of `positions` and what descends from them. */
  readonly only: boolean;
}

/**
 * Of all that --from says; a sequence number is of one shard, `lsn:<shard>@<position>` names the shard, `@<file>` is a
 * checkpoint of tail. Says what retention has taken. @throws {CliError} exit 12 instead, with --strict.
 */
export async function replayStart(
  stream: OpenStream,
  { from: given, strict, deaggregate }: Pick<Options, 'from' | 'strict' | 'deaggregate'>,
): Promise<ReplayStart> {
  const { context } = stream;
  const inside = given.map(placeInside).filter((place) => place !== undefined);
  if (inside.length > 0 && !deaggregate) {
    throw usageError(
      '--from after:<n>.<m> is a place inside an aggregate, which is replayed as one',
      'Add --deaggregate.',
    );
  }
  const texts = given.map(wholeNumber);
  if (texts.length === 0) throw usageError('--from is needed', 'Write horizon, a time, 15m, seq:<n> or after:<n>.');
  const positions: Record<string, Position> = {};
  let all: Position | undefined;
  for (const text of texts.filter((one) => !one.startsWith('@'))) {
    const { shard, position } = shardPosition(context, text);
    if (position.at === 'latest') throw usageError('--from latest leaves nothing to replay', 'tail reads on from now.');
    if (shard === undefined ? all !== undefined : positions[shard] !== undefined) {
      throw usageError(`--from ${text} is a second position for the same shards`);
    }
    if (shard === undefined) all = position;
    else positions[shard] = position;
  }
  for (const file of texts.filter((one) => one.startsWith('@'))) {
    const places = (await savedPlaces(file.slice(1), [stream])).get(stream.name);
    const present = await presentPlaces({ stream, position: undefined, places, strict });
    for (const [shard, { position }] of present ?? []) positions[shard] ??= position;
  }
  await presentPlaces({ stream, position: all, places: undefined, strict });
  return { from: all ?? { at: 'horizon' }, positions, inside, only: all === undefined };
}

/** Of a place inside an aggregate, where the aggregate is. */
function wholeNumber(text: string): string {
  const place = placeInside(text);
  return place === undefined ? text : `seq:${place.sequenceNumber}`;
}

/** A position, and with `lsn:<shard>@<position>` or a sequence number the shard it is of. @throws {CliError} */
export function shardPosition(
  context: Context,
  text: string,
): { readonly shard?: string; readonly position: Position } {
  const named = /^lsn:([^@]+)@(.+)$/.exec(text);
  if (named === null) {
    const position = positionOf(context, text);
    if (!('sequenceNumber' in position)) return { position };
    return { shard: shardOf(position.sequenceNumber), position };
  }
  const [shard, place] = [parseShard(named[1]!), named[2]!];
  // No time has that many digits.
  const position = positionOf(context, /^\d{14,}$/.test(place) ? `seq:${place}` : place);
  if ('sequenceNumber' in position && shardOf(position.sequenceNumber) !== shard) {
    throw usageError(`the sequence number in ${text} is one of shard ${shardOf(position.sequenceNumber)}`);
  }
  return { shard, position };
}

function shardOf(sequenceNumber: string): string {
  const number = parseSequenceNumber(sequenceNumber);
  if (number === undefined) throw usageError(`"${sequenceNumber}" is the sequence number of no shard`);
  return shardId(number.shardIndex);
}

/** @throws {CliError} for a shard the stream has not. */
export async function checkShards(source: OpenStream, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const shards = await shardsOf(source);
  const known = new Set(shards.map((shard) => shard.ShardId));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw noShardError(source, shards, shortShard(missing));
}
