/** Which stream, registered consumer, channel or queue the ARN of a resource means. */
import { parseConsumerArn } from '../../model/consumer.ts';
import { Fault } from '../../model/fault.ts';
import type { Resource } from '../../service/resources.ts';
import type { ResourceRequest } from '../../service/settings.ts';
import { nameInArn } from './stream-name.ts';

/** The resource of an ARN whose form was checked. @throws {Fault} ResourceNotFoundException for a channel. */
export function resourceOf(arn: string): ResourceRequest {
  const consumer = parseConsumerArn(arn);
  if (consumer !== undefined) return { kind: 'consumer', request: { ...consumer, given: arn }, arn };
  if (arn.includes(':queue/')) return { kind: 'queue', arn };
  if (arn.includes(':stream/')) return { kind: 'stream', name: nameInArn(arn), arn };
  throw new Fault('ResourceNotFoundException', `Resource ${arn} not found.`);
}

/** The same for tags, which channels have too. */
export function taggedResourceOf(arn: string): Resource {
  return arn.includes(':channel/') ? { kind: 'channel', arn } : resourceOf(arn);
}
