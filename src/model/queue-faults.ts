/** Faults of queues. The API's own texts are not known; these say what is wrong. Pure. */
import { Fault } from './fault.ts';
import type { Queue } from './queue.ts';
import type { StreamRef } from './stream-faults.ts';

export function queueNotFound(account: string, arn: string): Fault {
  return new Fault('ResourceNotFoundException', `Queue ${arn} under account ${account} not found.`);
}

export function queueExists(account: string, name: string): Fault {
  return new Fault('ResourceInUseException', `Queue ${name} under account ${account} already exists.`);
}

export function queueNeedsOnDemand(ref: StreamRef): Fault {
  const text = `Stream ${ref.name} under account ${ref.account} is not in On-Demand mode: it can have no queue.`;
  return new Fault('InvalidArgumentException', text);
}

export function streamHasQueues(ref: StreamRef, queues: readonly Queue[], what: string): Fault {
  const names = queues.map(({ name }) => name).join(', ');
  const text = `Stream ${ref.name} under account ${ref.account} cannot ${what} while it has queues: ${names}.`;
  return new Fault('ResourceInUseException', text);
}

export function queueOfOneStream(): Fault {
  return new Fault('InvalidArgumentException', 'A queue hands out the records of exactly one stream.');
}

/** A timestamp that is missing, or that does not belong there. */
export function badQueueStart(type: string): Fault {
  const text = `StartingPosition of type ${type} must ${type === 'AT_TIMESTAMP' ? '' : 'not '}have a Timestamp.`;
  return new Fault('ValidationException', text);
}

export function startInFuture(): Fault {
  return new Fault('InvalidArgumentException', 'The Timestamp of StartingPosition lies in the future.');
}

export function noReceiveCount(): Fault {
  return new Fault('ValidationException', 'MaxReceiveCount must be provided for TargetType BUILT_IN.');
}

/** A receipt that is none of ours, or of another queue. */
export function badReceipt(): Fault {
  return new Fault('InvalidArgumentException', 'Invalid ReceiptHandle.');
}

export function receiptOutdated(): Fault {
  return new Fault('InvalidArgumentException', 'The record was received or restored since this receipt was issued.');
}

export function isDeadLetter(): Fault {
  return new Fault('InvalidArgumentException', 'The record is a dead letter.');
}

export function isNoDeadLetter(): Fault {
  return new Fault('InvalidArgumentException', 'The record is no dead letter.');
}

export function queueRecordNotFound(): Fault {
  return new Fault(
    'ResourceNotFoundException',
    'The record was acknowledged, or the stream does not keep it any more.',
  );
}
