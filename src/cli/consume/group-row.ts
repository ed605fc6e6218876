/** A group in lists: what is behind, since when it was written down, and who works for it. */
import { hostname } from 'node:os';
import { isoTime } from '../../runtime/calendar.ts';
import type { ListedShard } from '../await-stream.ts';
import type { Column } from '../list-output.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText, grouped } from '../values.ts';
import { type GroupFile, isRunning } from './group-file.ts';
import { groupLag, type Lag, type ShardLag, sumLag } from './lag.ts';

export interface GroupRow extends Lag {
  readonly group: string;
  readonly stream: string;
  readonly state: 'running' | 'stopped';
  readonly shards: readonly ShardLag[];
  /** Since the checkpoints were written. */
  readonly checkpointAgeMs: number;
  /** Host and process; null when none works for it. */
  readonly owner: string | null;
  readonly path: string;
}

export const groupColumns: readonly Column<GroupRow>[] = [
  { name: 'group', of: (row) => row.group },
  { name: 'stream', of: (row) => row.stream },
  { name: 'state', of: (row) => row.state },
  { name: 'shards', of: (row) => row.shards.length, right: true },
  { name: 'lagMs', of: (row) => row.lagMs, shown: (row) => timeText(row.lagMs), right: true },
  { name: 'records', of: (row) => row.records, shown: (row) => countText(row.records), right: true },
  {
    name: 'checkpointAgeMs',
    of: (row) => row.checkpointAgeMs,
    shown: (row) => durationText(row.checkpointAgeMs),
    right: true,
  },
  { name: 'owner', of: (row) => row.owner, shown: (row) => row.owner ?? '-' },
  { name: 'file', of: (row) => row.path, wide: true },
];

export const shardLagColumns: readonly Column<ShardLag>[] = [
  { name: 'shard', of: (row) => row.shardId },
  { name: 'lagMs', of: (row) => row.lagMs, shown: (row) => timeText(row.lagMs), right: true },
  { name: 'records', of: (row) => row.records, shown: (row) => countText(row.records), right: true },
  { name: 'position', of: (row) => positionText(row) },
];

/** Asks the server how far a group is behind. */
export async function groupRow(
  stream: OpenStream,
  file: GroupFile,
  listing: readonly ListedShard[],
): Promise<GroupRow> {
  const { context } = stream;
  const { group, savedMs, owner } = file.state;
  const shards = await groupLag(stream, file.state, listing);
  const runs = await isRunning(context, file);
  return {
    group,
    stream: stream.name,
    state: runs ? 'running' : 'stopped',
    shards,
    ...sumLag(shards),
    checkpointAgeMs: Math.max(0, context.clock.now() - savedMs),
    owner: runs && owner !== undefined ? `${owner.host === hostname() ? '' : `${owner.host}:`}${owner.pid}` : null,
    path: file.path,
  };
}

function timeText(ms: number | null): string {
  return ms === null ? '?' : durationText(ms);
}

function countText(count: number | null): string {
  return count === null ? '?' : grouped(count);
}

/** As --to of `consume reset` takes it. */
function positionText({ position }: ShardLag): string {
  switch (position.at) {
    case 'number':
      return `seq:${position.sequenceNumber}`;
    case 'afterNumber':
      return `after:${position.sequenceNumber}`;
    case 'time':
      return isoTime(position.ms);
    default:
      return position.at;
  }
}
