/**
 * Puts many records as few, as aggregates of the Kinesis Producer Library: those for the same shard share one, which
 * goes by the key of its first. The shards are those of the start.
 */

import { AGGREGATE_BYTES_DEFAULT } from '../model/limits.ts';
import { KplAggregate } from '../wire/kpl.ts';
import type { RecordError } from './producer-batch.ts';
import type { OutgoingRecord, PutTarget } from './put-target.ts';
import { hashHex, type ShardMap } from './shard-map.ts';

interface Group {
  readonly key: string;
  readonly aggregate: KplAggregate;
  /** Of its records among those given. */
  readonly places: number[];
}

/** One request for all that is given; a record has its aggregate's outcome. */
export function aggregatingByShard(target: PutTarget, shards: ShardMap): PutTarget {
  return {
    async put(records, signal) {
      const groups = groupsOf(records, shards);
      const sent = groups.map(({ key, aggregate }) => ({ partitionKey: key, data: aggregate.encode() }));
      const answers = await target.put(sent, signal);
      const errors = new Array<RecordError | undefined>(records.length).fill(undefined);
      for (const [i, { places }] of groups.entries()) for (const place of places) errors[place] = answers[i];
      return errors;
    },
  };
}

function groupsOf(records: readonly OutgoingRecord[], shards: ShardMap): readonly Group[] {
  const groups: Group[] = [];
  const open = new Map<number, Group>();
  for (const [place, { data, partitionKey = '' }] of records.entries()) {
    const shard = shards.find(hashHex(partitionKey, undefined));
    let group = open.get(shard);
    if (group === undefined || group.aggregate.bytesWith({ partitionKey, data }) > AGGREGATE_BYTES_DEFAULT) {
      group = { key: partitionKey, aggregate: new KplAggregate(), places: [] };
      groups.push(group);
      open.set(shard, group);
    }
    group.aggregate.add({ partitionKey, data });
    group.places.push(place);
  }
  return groups;
}
