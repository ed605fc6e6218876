/** Records that retention has taken before a tail could read them: told, and with --strict a reason to stop. */
import type { ShardPlaces } from '../../client/checkpoint.ts';
import type { Position } from '../../client/position.ts';
import { RETENTION_HOURS_MIN } from '../../model/limits.ts';
import { parseSequenceNumber } from '../../model/sequence-number.ts';
import { type EpochMs, HOUR_MS, SECOND_MS } from '../../model/time.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { type StreamSummary, shardsOf, summaryOf } from '../await-stream.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { shortShard } from '../values.ts';

export interface Beginning {
  readonly stream: OpenStream;
  readonly position: Position | undefined;
  /** Of a checkpoint, as it was saved. */
  readonly places: ShardPlaces | undefined;
  readonly strict: boolean;
}

/**
 * Says what is gone, and gives the places at which reading can go on: shards that retention has taken are left out, and
 * those that followed them begin. @throws {CliError} exit 12 instead, when it has to be all.
 */
export async function presentPlaces({ stream, position, places, strict }: Beginning): Promise<ShardPlaces | undefined> {
  const present = places === undefined ? undefined : await withoutLost(stream, places);
  for (const loss of [await expired(stream, beginningMs(position, places)), ...(present?.losses ?? [])]) {
    if (loss === undefined) continue;
    if (strict) throw new CliError(loss, { exit: EXIT.trimmed, lines: ['Without --strict reading begins there.'] });
    stream.context.note(loss);
  }
  return present?.places;
}

/** When the first record wanted arrived, as far as one can tell. */
function beginningMs(position: Position | undefined, places: ShardPlaces | undefined): EpochMs | undefined {
  if (places !== undefined) {
    const times = [...places.values()].flatMap((place) => place.arrivalMs ?? placeMs(place.position) ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }
  return position === undefined ? undefined : placeMs(position);
}

function placeMs(position: Position): EpochMs | undefined {
  if (position.at === 'time') return position.ms;
  if (!('sequenceNumber' in position)) return undefined;
  const number = parseSequenceNumber(position.sequenceNumber);
  return number === undefined ? undefined : number.timeSeconds * SECOND_MS;
}

/** No stream forgets within 24 hours: most tails cost no call. */
async function expired(stream: OpenStream, beginMs: EpochMs | undefined): Promise<string | undefined> {
  const nowMs = stream.context.clock.now();
  if (beginMs === undefined || beginMs > nowMs - RETENTION_HOURS_MIN * HOUR_MS) return undefined;
  return trimmedText(stream.name, await summaryOf(stream), { beginMs, nowMs });
}

/** What to say of a stream that no longer has what arrived at a time; undefined when it has. */
export function trimmedText(
  name: string,
  summary: Pick<StreamSummary, 'RetentionPeriodHours' | 'StreamCreationTimestamp'>,
  { beginMs, nowMs }: { readonly beginMs: EpochMs; readonly nowMs: EpochMs },
): string | undefined {
  const { RetentionPeriodHours: hours, StreamCreationTimestamp: createdMs } = summary;
  const horizonMs = nowMs - hours * HOUR_MS;
  if (horizonMs <= Math.max(beginMs, createdMs)) return undefined;
  return `${name} keeps records for ${hours} h: reading begins at ${isoTime(horizonMs)}, what arrived before is gone`;
}

interface Present {
  readonly places: ShardPlaces;
  readonly losses: readonly string[];
}

async function withoutLost(stream: OpenStream, places: ShardPlaces): Promise<Present> {
  const listed = await shardsOf(stream);
  const ids = new Set(listed.map((shard) => shard.ShardId));
  const lost = [...places.keys()].filter((id) => !ids.has(id));
  const present = new Map([...places].filter(([id]) => ids.has(id)));
  for (const { ShardId, ParentShardId, AdjacentParentShardId } of listed) {
    const isHeir = lost.some((id) => id === ParentShardId || id === AdjacentParentShardId);
    if (isHeir && !present.has(ShardId)) present.set(ShardId, { position: { at: 'horizon' } });
  }
  const losses = lost.map(
    (id) => `${stream.name}: shard ${shortShard(id)} is gone, reading begins in what followed it`,
  );
  return { places: present, losses };
}
