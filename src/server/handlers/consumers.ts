/** RegisterStreamConsumer, DescribeStreamConsumer, DeregisterStreamConsumer and ListStreamConsumers. */
import { consumerArn, consumerStatus, type RegisteredConsumer } from '../../model/consumer.ts';
import { Fault } from '../../model/fault.ts';
import { LIST_CONSUMERS_MAX } from '../../model/limits.ts';
import { streamArn } from '../../model/stream.ts';
import { refTo, streamNotFound } from '../../model/stream-faults.ts';
import { SECOND_MS } from '../../model/time.ts';
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from '../../operations/kinesis/consumers.ts';
import type { Input } from '../../operations/operation.ts';
import { type Call, type Handler, route } from '../route.ts';
import { consumerNamed } from './consumer-name.ts';
import { nameInArn } from './stream-name.ts';

const TOKEN_KIND = 'ListStreamConsumers';

/** The payload of a token. */
interface Listing {
  readonly stream: string;
  /** Of the incarnation. */
  readonly createdMs: number;
  /** The last name given. */
  readonly after: string;
}

/** The answer says CREATING, as AWS's does, also where the consumer needs no time. */
const handleRegister: Handler<typeof registerStreamConsumer> = async (input, call) => {
  const name = nameInArn(input.StreamARN);
  const request = { name: input.ConsumerName, tags: input.Tags };
  const consumer = await call.service.registerConsumer(call.scope, name, request);
  return { Consumer: { ...consumerAnswer(consumer, name, call), ConsumerStatus: 'CREATING' } };
};

const handleDescribe: Handler<typeof describeStreamConsumer> = async (input, call) => {
  const { service, scope } = call;
  const { stream, consumer } = service.consumer(scope, consumerNamed(input));
  const StreamARN = streamArn(scope, stream.name);
  return { ConsumerDescription: { ...consumerAnswer(consumer, stream.name, call), StreamARN } };
};

const handleDeregister: Handler<typeof deregisterStreamConsumer> = async (input, { service, scope }) => {
  await service.deregisterConsumer(scope, consumerNamed(input));
  return undefined;
};

const handleList: Handler<typeof listStreamConsumers> = async (input, call) => {
  const { service, scope } = call;
  const name = nameInArn(input.StreamARN);
  const after = afterOf(input, call);
  const { createdMs } = service.stream(scope, name);
  const consumers = service.consumers(scope, name).filter((consumer) => consumer.name > after);
  const page = consumers.slice(0, Math.min(input.MaxResults ?? LIST_CONSUMERS_MAX, LIST_CONSUMERS_MAX));
  const rest = (): Listing => ({ stream: name, createdMs, after: page.at(-1)!.name });
  return {
    Consumers: page.map((consumer) => consumerAnswer(consumer, name, call)),
    NextToken: page.length < consumers.length ? service.sealToken(TOKEN_KIND, rest()) : undefined,
  };
};

/** The name behind which the list begins. */
function afterOf(input: Input<typeof listStreamConsumers>, { service, scope }: Call): string {
  const name = nameInArn(input.StreamARN);
  const { createdMs } = service.stream(scope, name);
  const { StreamCreationTimestamp: asked, NextToken: token } = input;
  if (token === undefined) {
    if (asked !== undefined && seconds(asked) !== seconds(createdMs)) throw streamNotFound(refTo(scope, name));
    return '';
  }
  if (asked !== undefined) {
    throw new Fault('InvalidArgumentException', 'NextToken and StreamCreationTimestamp cannot be provided together.');
  }
  const listing = service.openToken(TOKEN_KIND, token) as Listing;
  if (listing.stream === name && listing.createdMs === createdMs) return listing.after;
  throw new Fault('InvalidArgumentException', `The NextToken is not of stream ${name}.`);
}

/** Some clients know a time to the second only. */
function seconds(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}

function consumerAnswer(consumer: RegisteredConsumer, stream: string, { service, scope }: Call) {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumerArn(streamArn(scope, stream), consumer),
    ConsumerStatus: consumerStatus(consumer, service.now()) ?? ('DELETING' as const),
    ConsumerCreationTimestamp: consumer.createdMs,
  };
}

export const registerConsumerRoute = route({ operation: registerStreamConsumer, handle: handleRegister });
export const describeConsumerRoute = route({ operation: describeStreamConsumer, handle: handleDescribe });
export const deregisterConsumerRoute = route({ operation: deregisterStreamConsumer, handle: handleDeregister });
export const listConsumersRoute = route({ operation: listStreamConsumers, handle: handleList });
