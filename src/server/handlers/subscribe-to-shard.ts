/** SubscribeToShard: the answer is a stream of events, which JSON renders straight from the store's bytes. */
import type { ShardEvent } from '../../model/delivery.ts';
import { subscribeToShard } from '../../operations/kinesis/subscribe-to-shard.ts';
import { renderShardEventJson } from '../../wire/get-records-render.ts';
import { childShardAnswer } from '../../wire/shard-answer.ts';
import { CODECS } from '../codec.ts';
import { type Handler, route, type Wire } from '../route.ts';
import { consumerInArn } from './consumer-name.ts';
import { recordAnswers } from './record-answers.ts';

const handleSubscribeToShard: Handler<typeof subscribeToShard> = async (input, { service, scope, signal }) => {
  const { Type: type, SequenceNumber: sequenceNumber, Timestamp: timestampMs } = input.StartingPosition;
  const subscription = await service.subscribeToShard(scope, {
    ...{ type, sequenceNumber, timestampMs },
    consumer: consumerInArn(input.ConsumerARN),
    shardId: input.ShardId,
    dryRun: input.DryRun,
    signal,
  });
  return { events: subscription, stop: () => subscription.end(), payload };
};

function payload(event: ShardEvent, wire: Wire): Uint8Array {
  if (wire === 'json') return renderShardEventJson(event);
  return CODECS[wire].encode(subscribeToShard.event.members, {
    Records: recordAnswers(event),
    ContinuationSequenceNumber: event.continuation,
    MillisBehindLatest: event.lagMs,
    ChildShards: event.children?.map(childShardAnswer),
  });
}

export const subscribeToShardRoute = route({ operation: subscribeToShard, handle: handleSubscribeToShard });
