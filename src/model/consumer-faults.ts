/** Faults about registered consumers, with the API's texts. Pure. */
import type { RegisteredConsumer } from './consumer.ts';
import { Fault } from './fault.ts';
import { shardId } from './shard.ts';
import type { StreamRef } from './stream-faults.ts';

/** `given`: the name or ARN, as the caller wrote it. */
export function consumerNotFound(account: string, given: string): Fault {
  return new Fault('ResourceNotFoundException', `Consumer ${given}, account ${account} not found.`);
}

export function consumerExists(ref: StreamRef, name: string): Fault {
  const text = `Consumer ${name} under stream ${ref.name} already exists for account ${ref.account}.`;
  return new Fault('ResourceInUseException', text);
}

/** Observed at SubscribeToShard, spaces included: https://github.com/awslabs/kinesis-hot-shard-advisor/issues/37 */
export function consumerNotActive(ref: StreamRef, { name, creationSeconds }: RegisteredConsumer): Fault {
  return new Fault(
    'ResourceInUseException',
    `Consumer ${name} with creation timestamp ${creationSeconds} under stream: ${ref.name} , ` +
      `account ${ref.account} is not in ACTIVE status.`,
  );
}

export function consumerLimitExceeded(ref: StreamRef, limit: number): Fault {
  const text = `Stream ${ref.name} under account ${ref.account} cannot have more than ${limit} registered consumers.`;
  return new Fault('LimitExceededException', text);
}

export function tooManyConsumersCreating(ref: StreamRef, limit: number): Fault {
  const text = `Stream ${ref.name} under account ${ref.account} cannot have more than ${limit} consumers in state CREATING.`;
  return new Fault('LimitExceededException', text);
}

/** Observed: https://github.com/rebuy-de/aws-nuke/issues/497 */
export function streamHasConsumers({ name, account }: StreamRef): Fault {
  return new Fault(
    'ResourceInUseException',
    `DeleteStream can't delete ${account}:${name} because there are consumers associated with this data stream. ` +
      `To delete ${name} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the ` +
      'consumers that are associated with it.',
  );
}

/** A subscription that is younger than 5 s stands against a new one; an older one is told the same and ends. */
export function subscriptionExists(ref: StreamRef, shardIndex: number, consumer: string): Fault {
  const which = `${ref.account}:${ref.name}:${shardId(shardIndex)}:${consumer}`;
  return new Fault('ResourceInUseException', `Another active subscription exists for this consumer: ${which}`);
}
