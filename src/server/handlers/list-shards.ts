/** ListShards: a token remembers stream, incarnation and filter, so the later pages need nothing else. */
import { Fault } from '../../model/fault.ts';
import { LIST_SHARDS_MAX } from '../../model/limits.ts';
import { shardId } from '../../model/shard.ts';
import type { ShardFilter } from '../../model/shard-filter.ts';
import { listShards } from '../../operations/kinesis/list-shards.ts';
import type { Input } from '../../operations/operation.ts';
import { shardAnswer } from '../../wire/shard-answer.ts';
import { type Call, type Handler, route } from '../route.ts';
import { nameInArn, streamNameOf } from './stream-name.ts';

const TOKEN_KIND = 'ListShards';

/** What a page is cut from; also the payload of a token, where `createdMs` is always present. */
interface Listing {
  readonly name: string;
  readonly filter?: ShardFilter | undefined;
  readonly after?: string | undefined;
  readonly createdMs?: number | undefined;
}

const handleListShards: Handler<typeof listShards> = async (input, call) => {
  const { service, scope } = call;
  const listing = input.NextToken === undefined ? newListing(input) : continuedListing(input, input.NextToken, call);
  const { name, filter, after, createdMs } = listing;
  const shards = service.listShards(scope, name, { filter, exclusiveStartShardId: after, createdMs });
  const page = shards.slice(0, Math.min(input.MaxResults ?? LIST_SHARDS_MAX, LIST_SHARDS_MAX));
  const rest = (): Listing => ({
    name,
    filter,
    after: shardId(page.at(-1)!.index),
    createdMs: service.stream(scope, name).createdMs,
  });
  return {
    Shards: page.map(shardAnswer),
    NextToken: page.length < shards.length ? service.sealToken(TOKEN_KIND, rest()) : undefined,
  };
};

function newListing(input: Input<typeof listShards>): Listing {
  if (input.StreamName === undefined && input.StreamARN === undefined) {
    throw new Fault('InvalidArgumentException', 'Either NextToken or StreamName should be provided.');
  }
  const filter = input.ShardFilter;
  return {
    name: streamNameOf(input),
    filter: filter && { type: filter.Type, shardId: filter.ShardId, timestampMs: filter.Timestamp },
    after: input.ExclusiveStartShardId,
    createdMs: input.StreamCreationTimestamp,
  };
}

/** A StreamARN beside the token is let through, as AWS uses it to find the endpoint; a filter is ignored. */
function continuedListing(input: Input<typeof listShards>, token: string, { service }: Call): Listing {
  for (const name of ['StreamName', 'ExclusiveStartShardId', 'StreamCreationTimestamp'] as const) {
    if (input[name] === undefined) continue;
    throw new Fault('InvalidArgumentException', `NextToken and ${name} cannot be provided together.`);
  }
  const listing = service.openToken(TOKEN_KIND, token) as Listing;
  if (input.StreamARN !== undefined && nameInArn(input.StreamARN) !== listing.name) {
    throw new Fault('InvalidArgumentException', `The NextToken is not of stream ${nameInArn(input.StreamARN)}.`);
  }
  return listing;
}

export const listShardsRoute = route({ operation: listShards, handle: handleListShards });
