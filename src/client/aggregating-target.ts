/**
 * Puts many records as few: as many as fit go into one, in the form of the Kinesis Producer Library, which its consumers
 * take apart again. A record inside must belong to the shard of the whole, so records share one only with their own key.
 */
import { AGENT_KINESIS_BUFFER_BYTES_MAX, PUT_RECORDS_MAX } from '../model/limits.ts';
import { KplAggregate } from '../wire/kpl.ts';
import type { RecordError } from './producer-batch.ts';
import type { OutgoingRecord, PutTarget } from './put-target.ts';

export interface AggregateLimits {
  /** Of one aggregate. Larger records go as they are. */
  readonly bytesMax: number;
  /** Of one aggregate. */
  readonly recordsMax: number;
  /** Keys mean nothing: what goes together takes the first one's. */
  readonly anyKey: boolean;
}

/** Sends aggregates to the target; more than one request fits are sent one after the other. */
export function aggregatingTarget(target: PutTarget, limits: AggregateLimits): PutTarget {
  return {
    async put(records, signal) {
      const errors = new Array<RecordError | undefined>(records.length).fill(undefined);
      for (const request of requestsOf(groupsOf(records, limits))) {
        const answers = await target.put(request.map(sentAs), signal);
        for (const [i, { places }] of request.entries()) for (const place of places) errors[place] = answers[i];
      }
      return errors;
    },
  };
}

/** What becomes one record. */
interface Group {
  readonly key: string;
  readonly aggregate: KplAggregate;
  /** Of its records among those given. */
  readonly places: number[];
}

function groupsOf(records: readonly OutgoingRecord[], { bytesMax, recordsMax, anyKey }: AggregateLimits): Group[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const [place, { data, partitionKey = '' }] of records.entries()) {
    const name = anyKey ? '' : partitionKey;
    let group = open.get(name);
    const isFull =
      group === undefined ||
      group.places.length >= recordsMax ||
      group.aggregate.bytesWith({ partitionKey: group.key, data }) > bytesMax;
    if (group === undefined || isFull) {
      group = { key: partitionKey, aggregate: new KplAggregate(), places: [] };
      groups.push(group);
      open.set(name, group);
    }
    group.aggregate.add({ partitionKey: group.key, data });
    group.places.push(place);
  }
  return groups;
}

function requestsOf(groups: readonly Group[]): readonly (readonly Group[])[] {
  const requests: Group[][] = [];
  let bytes = 0;
  for (const group of groups) {
    const more = group.aggregate.bytes + Buffer.byteLength(group.key);
    const last = requests.at(-1);
    if (last === undefined || last.length === PUT_RECORDS_MAX || bytes + more > AGENT_KINESIS_BUFFER_BYTES_MAX) {
      requests.push([group]);
      bytes = more;
    } else {
      last.push(group);
      bytes += more;
    }
  }
  return requests;
}

/** One alone needs no aggregate around it. */
function sentAs({ key, aggregate }: Group): OutgoingRecord {
  const [only, ...others] = aggregate.records;
  return { partitionKey: key, data: only !== undefined && others.length === 0 ? only.data : aggregate.encode() };
}
