/** A place inside an aggregate of the Kinesis Producer Library: `after:<sequence number>.<sub>`, as ndjson numbers them. Pure. */
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import type { Decode } from '../record/decode.ts';

export interface PlaceInside {
  readonly sequenceNumber: string;
  /** Of the last record that is passed over; 0 is also a record by itself. */
  readonly subSequence: number;
}

/** undefined for every other position. */
export function placeInside(from: string | undefined): PlaceInside | undefined {
  const [, sequenceNumber, sub] = /^after:(\d+)\.(\d{1,9})$/.exec(from ?? '') ?? [];
  return sequenceNumber === undefined ? undefined : { sequenceNumber, subSequence: Number(sub) };
}

/** Whether a record stands behind those of the places that have its number. */
export function isBehind(record: ConsumedRecord, places: readonly PlaceInside[]): boolean {
  const { sequenceNumber: number, subSequence = 0 } = record;
  return places.every((place) => place.sequenceNumber !== number || subSequence > place.subSequence);
}

/** The decoding without the records up to that place. */
export function decodeBehind(decode: Decode | undefined, place: PlaceInside): Decode {
  return (record, range) => {
    const decoded = decode?.(record, range) ?? record;
    if (record.sequenceNumber !== place.sequenceNumber) return decoded;
    return [decoded].flat().filter((one) => isBehind(one, [place]));
  };
}
