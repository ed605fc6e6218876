/**
 * How far the shards of streams have been read, and that as the text of a file. A shard that has been read to its end is
 * no longer in it: those that follow it are. Pure.
 */
import type { EpochMs } from '../model/time.ts';
import { isoTime, parseZonedTime } from '../runtime/calendar.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { Position } from './position.ts';

/** Where to go on in a shard. */
export interface Place {
  readonly position: Position;
  /** When the last record before it arrived, if one was read. */
  readonly arrivalMs?: EpochMs | undefined;
  /** How far behind the tip that was; 0 also where there was nothing up to the tip. */
  readonly lagMs?: number | undefined;
}

/** Places by shard id. */
export type ShardPlaces = ReadonlyMap<string, Place>;

const VERSION = 1;

/** The places of several streams, by their names, as lines of JSON for people to read too. */
export function checkpointText(streams: ReadonlyMap<string, ShardPlaces>, savedMs: EpochMs): string {
  const named = [...streams].map(([stream, places]) => {
    const shards = [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, place]) => [id, placeJson(place)]);
    return [stream, Object.fromEntries(shards)];
  });
  const document = { version: VERSION, saved: isoTime(savedMs), streams: Object.fromEntries(named) };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The places by stream and shard. @throws {SluiceError} SLUICE_BAD_CHECKPOINT. */
export function parseCheckpoint(text: string): ReadonlyMap<string, ShardPlaces> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw broken('it is no JSON');
  }
  const { version, streams } = Object(document) as Record<string, unknown>;
  if (version !== VERSION) throw broken(`its version is not ${VERSION}`);
  return new Map(
    Object.entries(Object(streams)).map(([stream, shards]) => [
      stream,
      new Map(Object.entries(Object(shards)).map(([id, place]) => [id, parsePlace(id, Object(place))])),
    ]),
  );
}

/** A place as it stands in a file. */
export function placeJson({ position, arrivalMs }: Place): Record<string, string> {
  const time = arrivalMs === undefined ? {} : { arrived: isoTime(arrivalMs) };
  switch (position.at) {
    case 'afterNumber':
      return { after: position.sequenceNumber, ...time };
    case 'number':
      return { at: position.sequenceNumber, ...time };
    case 'time':
      return { from: isoTime(position.ms) };
    default:
      return { from: position.at };
  }
}

/** The place that stands in a file. @throws {SluiceError} SLUICE_BAD_CHECKPOINT. */
export function parsePlace(id: string, place: Record<string, unknown>): Place {
  const { after, at, from, arrived } = place;
  const arrivalMs = typeof arrived === 'string' ? parseZonedTime(arrived) : undefined;
  if (typeof after === 'string') return { position: { at: 'afterNumber', sequenceNumber: after }, arrivalMs };
  if (typeof at === 'string') return { position: { at: 'number', sequenceNumber: at }, arrivalMs };
  if (from === 'horizon' || from === 'latest') return { position: { at: from } };
  const ms = typeof from === 'string' ? parseZonedTime(from) : undefined;
  if (ms === undefined) throw broken(`${id} has no place`);
  return { position: { at: 'time', ms } };
}

function broken(what: string): SluiceError {
  return new SluiceError('SLUICE_BAD_CHECKPOINT', `this is no checkpoint: ${what}`);
}
