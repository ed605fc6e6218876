/**
 * How far a group of consumers has come in a stream, as the text of a file: a checkpoint as `tail --save` writes it, with
 * members that say whose it is. Pure.
 */
import type { EpochMs } from '../model/time.ts';
import { parseZonedTime } from '../runtime/calendar.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { checkpointText, parseCheckpoint, parsePlace, placeJson, type ShardPlaces } from './checkpoint.ts';
import type { Descent } from './lineage.ts';
import type { Position } from './position.ts';

/** The process that works for a group, or did last. */
export interface GroupOwner {
  readonly host: string;
  readonly pid: number;
}

export interface GroupState {
  readonly group: string;
  readonly stream: string;
  readonly arn: string;
  /** A stream that was deleted and made again is another one. */
  readonly createdMs: EpochMs;
  /** Where shards begin while no places are known: a new group, or one that was reset. */
  readonly from: Position;
  /** None before the group has begun. */
  readonly places: ShardPlaces;
  readonly owner: GroupOwner | undefined;
  /** When it was written; 0 before. */
  readonly savedMs: EpochMs;
}

/** The file of a group. */
export function groupText(state: GroupState, savedMs: EpochMs): string {
  const { group, stream, arn, createdMs, from, places, owner } = state;
  const document = JSON.parse(checkpointText(new Map([[stream, places]]), savedMs)) as object;
  return `${JSON.stringify({ group, arn, createdMs, ...placeJson({ position: from }), owner, ...document }, undefined, 2)}\n`;
}

/** What such a file says. @throws {SluiceError} SLUICE_BAD_CHECKPOINT. */
export function parseGroup(text: string): GroupState {
  const [only, ...others] = parseCheckpoint(text);
  const document = JSON.parse(text) as Record<string, unknown>;
  const { group, arn, createdMs, saved, owner } = document;
  const savedMs = typeof saved === 'string' ? parseZonedTime(saved) : undefined;
  const isWhole = typeof group === 'string' && typeof arn === 'string' && typeof createdMs === 'number';
  if (!isWhole || only === undefined || others.length > 0 || savedMs === undefined) {
    throw new SluiceError('SLUICE_BAD_CHECKPOINT', 'this is no checkpoint of a group');
  }
  const [stream, places] = only;
  const from = parsePlace('the group', document).position;
  return { group, stream, arn, createdMs, from, places, owner: ownerOf(owner), savedMs };
}

function ownerOf(value: unknown): GroupOwner | undefined {
  const { host, pid } = Object(value) as Partial<Record<keyof GroupOwner, unknown>>;
  return typeof host === 'string' && typeof pid === 'number' ? { host, pid } : undefined;
}

/**
 * Where a group stands in every shard it has not read to the end, those included that wait for a shard before them.
 * `listing` is every shard of the stream.
 */
export function unreadPlaces({ from, places }: GroupState, listing: readonly Descent[]): ReadonlyMap<string, Position> {
  const unread = new Map<string, Position>();
  for (const { shardId, parents } of [...listing].sort((a, b) => (a.shardId < b.shardId ? -1 : 1))) {
    const position = places.get(shardId)?.position;
    if (position !== undefined) unread.set(shardId, position);
    else if (places.size === 0) unread.set(shardId, from);
    else if (parents.some((id) => unread.has(id))) unread.set(shardId, { at: 'horizon' });
  }
  return unread;
}
