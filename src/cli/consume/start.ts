/** Where a group begins, or is moved to. */
import type { Position } from '../../client/position.ts';
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { positionOf } from '../record/reading.ts';

/** A position that holds for every shard. @throws {CliError} */
export function startOf(context: Context, text: string): Position {
  const position = positionOf(context, text);
  if (!('sequenceNumber' in position)) return position;
  throw usageError(
    'a sequence number is a place in one shard, a group begins in all',
    'Write horizon, latest, a time or 15m; consume reset moves single shards.',
  );
}
