/** Which registered consumer a call means: by its ARN, by its name and the stream's ARN, or by all of them. */
import { parseConsumerArn } from '../../model/consumer.ts';
import { Fault } from '../../model/fault.ts';
import type { ConsumerRequest } from '../../service/consumers.ts';
import { nameInArn } from './stream-name.ts';

interface NamesConsumer {
  readonly ConsumerARN?: string | undefined;
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
}

/** The consumer of an ARN whose form was checked. Account and region in it are not looked at. */
export function consumerInArn(arn: string): ConsumerRequest {
  const named = parseConsumerArn(arn);
  if (named === undefined) throw new Fault('InvalidArgumentException', `Invalid ConsumerARN ${arn}.`);
  return { ...named, given: arn };
}

/** @throws {Fault} InvalidArgumentException when a consumer is not named, or named twice and differently. */
export function consumerNamed({ ConsumerARN: arn, StreamARN: stream, ConsumerName: name }: NamesConsumer) {
  if (arn !== undefined) {
    const named = consumerInArn(arn);
    const isOther =
      (stream !== undefined && nameInArn(stream) !== named.streamName) || (name !== undefined && name !== named.name);
    if (!isOther) return named;
    throw new Fault('InvalidArgumentException', `ConsumerARN ${arn} is not of the StreamARN or ConsumerName given.`);
  }
  if (stream !== undefined && name !== undefined) return { streamName: nameInArn(stream), name, given: name };
  throw new Fault(
    'InvalidArgumentException',
    'Either ConsumerARN or both StreamARN and ConsumerName should be provided.',
  );
}
