/** Which open shard a partition key falls into, and which range a shard has: what a producer knows of a stream's shards. */
import { createHash } from 'node:crypto';
import { listShards } from '../operations/kinesis/list-shards.ts';
import type { Output } from '../operations/operation.ts';
import type { Client } from './client.ts';
import type { StreamRef } from './stream-ref.ts';

/** A hash key as 32 hexadecimal digits: these sort as the numbers do. */
export type HashHex = string;

/** A shard's part of the key space, both ends inclusive. */
export interface MappedShard {
  readonly shardId: string;
  readonly start: HashHex;
  readonly end: HashHex;
}

const HEX_DIGITS = 32;

/** The hash key of a record. */
export function hashHex(partitionKey: string, explicitHashKey: string | undefined): HashHex {
  if (explicitHashKey === undefined) return createHash('md5').update(partitionKey).digest('hex');
  return BigInt(explicitHashKey).toString(16).padStart(HEX_DIGITS, '0');
}

/** A hash key as the API writes it. */
export function hashDecimal(hash: HashHex): string {
  return BigInt(`0x${hash}`).toString();
}

/** The shards of a stream at one time. */
export class ShardMap {
  /** Open ones, by the start of their ranges. */
  readonly open: readonly MappedShard[];
  readonly #all: ReadonlyMap<string, MappedShard>;

  constructor(open: readonly MappedShard[], all: readonly MappedShard[] = open) {
    this.open = [...open].sort((a, b) => (a.start < b.start ? -1 : 1));
    this.#all = new Map(all.map((shard) => [shard.shardId, shard]));
  }

  /** Position in `open` of the shard that takes a hash key. */
  find(hash: HashHex): number {
    let low = 0;
    let high = this.open.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.open[middle]!.start <= hash) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Whether a shard, open or closed, takes a hash key; of a shard that is not known nothing can be held against it. */
  holds(shardId: string, hash: HashHex): boolean {
    const shard = this.#all.get(shardId);
    return shard === undefined || (shard.start <= hash && hash <= shard.end);
  }
}

/** Reads the shards of a stream as they are now. */
export async function readShardMap(client: Client, stream: StreamRef, signal?: AbortSignal): Promise<ShardMap> {
  const all: MappedShard[] = [];
  const open: MappedShard[] = [];
  let token: string | undefined;
  do {
    const input = token === undefined ? stream : { NextToken: token };
    const page: Output<typeof listShards> = await client.call(listShards, input, { signal });
    for (const { ShardId, HashKeyRange, SequenceNumberRange } of page.Shards ?? []) {
      const { StartingHashKey, EndingHashKey } = HashKeyRange;
      const shard = { shardId: ShardId, start: hashHex('', StartingHashKey), end: hashHex('', EndingHashKey) };
      all.push(shard);
      if (SequenceNumberRange.EndingSequenceNumber === undefined) open.push(shard);
    }
    token = page.NextToken;
  } while (token !== undefined);
  return new ShardMap(open, all);
}
