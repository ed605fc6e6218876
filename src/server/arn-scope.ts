/** Under `--scope region` the account and region in an ARN count: what lies elsewhere is not there for the caller. */
import { Fault } from '../model/fault.ts';
import type { Scope } from '../model/stream.ts';
import { streamNotFound } from '../model/stream-faults.ts';

const ARNS = ['StreamARN', 'ConsumerARN', 'ResourceARN', 'ChannelARN', 'QueueARN'] as const;
const STREAM = /:stream\/([^/]+)$/;

/** @throws {Fault} ResourceNotFoundException when an ARN of a call names another account or region than the caller's. */
export function checkArnScope(input: Readonly<Record<string, unknown>>, scope: Scope): void {
  for (const arn of arnsIn(input)) {
    const [, , , region = '', account = ''] = arn.split(':');
    if (region === scope.region && account === scope.account) continue;
    const stream = STREAM.exec(arn)?.[1];
    if (stream !== undefined) throw streamNotFound({ name: stream, account });
    throw new Fault('ResourceNotFoundException', `${arn} not found.`);
  }
}

/** Members of their own, and those of the streams that a channel is to deliver or a queue to hand out. */
function arnsIn(input: Readonly<Record<string, unknown>>): readonly string[] {
  const streams = input['StreamConfigurationList'];
  const nested = Array.isArray(streams) ? streams.map((stream) => stream.StreamARN as unknown) : [];
  return [...ARNS.map((name) => input[name]), ...nested].filter((arn) => typeof arn === 'string');
}
