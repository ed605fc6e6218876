/** Faults of channels. The API's own texts are not known; these say what is wrong. Pure. */
import type { Channel } from './channel.ts';
import { Fault } from './fault.ts';
import type { StreamRef } from './stream-faults.ts';

export function channelNotFound(account: string, arn: string): Fault {
  return new Fault('ResourceNotFoundException', `Channel ${arn} under account ${account} not found.`);
}

export function channelExists(account: string, name: string): Fault {
  return new Fault('ResourceInUseException', `Channel ${name} under account ${account} already exists.`);
}

export function tooManyChannels(account: string, limit: number): Fault {
  return new Fault('LimitExceededException', `Account ${account} cannot have more than ${limit} channels.`);
}

export function channelNeedsOnDemand(ref: StreamRef): Fault {
  const text = `Stream ${ref.name} under account ${ref.account} is not in On-Demand mode: it can have no channel.`;
  return new Fault('InvalidArgumentException', text);
}

export function streamHasChannels(ref: StreamRef, channels: readonly Channel[], what: string): Fault {
  const names = channels.map(({ name }) => name).join(', ');
  const text = `Stream ${ref.name} under account ${ref.account} cannot ${what} while it has channels: ${names}.`;
  return new Fault('ResourceInUseException', text);
}

/** Something of a channel that is not done here. */
export function notDelivered(what: string): Fault {
  return new Fault('InvalidArgumentException', `${what} This server delivers records to files in a local folder.`);
}

export function noChannelsFolder(): Fault {
  const text = 'This server delivers no records: channels need it to be started with --channels-dir.';
  return new Fault('InvalidArgumentException', text);
}

/** A folder in a bucket that leads out of it, or nowhere. */
export function badChannelPrefix(member: string, given: string): Fault {
  return new Fault('InvalidArgumentException', `${member} ${given} is no path of folders below the bucket.`);
}

export function badFreshness(seconds: number, bounds: { readonly min: number; readonly max: number }): Fault {
  const text = `DataFreshnessInSeconds ${seconds} is not between ${bounds.min} and ${bounds.max}.`;
  return new Fault('InvalidArgumentException', text);
}
