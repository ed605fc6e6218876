/** The registered consumer that a fan-out reader reads by: found, or made for the time of the reading. */
import { POLL_MS_MAX } from '../model/limits.ts';
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  registerStreamConsumer,
} from '../operations/kinesis/consumers.ts';
import { describeStreamSummary } from '../operations/kinesis/describe-stream.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Client } from './client.ts';
import { ClientError } from './client-error.ts';
import type { StreamRef } from './stream-ref.ts';

export interface FanOutOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly stream: StreamRef;
  readonly consumerName: string;
  readonly signal: AbortSignal;
}

export interface FanOutConsumer {
  readonly arn: string;
  /** Removes it if it was made here; also after the signal has fired. */
  close(): Promise<void>;
}

const FIRST_REST_MS = 50;

/** Registers the consumer, or takes the one of that name, and waits until it is ACTIVE. */
export async function fanOutConsumer(options: FanOutOptions): Promise<FanOutConsumer> {
  const { client, stream, consumerName, signal } = options;
  const summary = await client.call(describeStreamSummary, stream, { signal });
  const StreamARN = summary.StreamDescriptionSummary.StreamARN;
  const isNew = await register(options, StreamARN);
  const close = async () => {
    if (isNew) await client.call(deregisterStreamConsumer, { StreamARN, ConsumerName: consumerName });
  };
  try {
    return { arn: await activeArn(options, StreamARN), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** False when there is one of that name. */
async function register({ client, consumerName, signal }: FanOutOptions, StreamARN: string): Promise<boolean> {
  try {
    await client.call(registerStreamConsumer, { StreamARN, ConsumerName: consumerName }, { signal });
    return true;
  } catch (error) {
    if (error instanceof ClientError && error.code === 'ResourceInUseException') return false;
    throw error;
  }
}

async function activeArn({ client, clock, consumerName, signal }: FanOutOptions, StreamARN: string): Promise<string> {
  const input = { StreamARN, ConsumerName: consumerName };
  for (let restMs = FIRST_REST_MS; ; restMs = Math.min(POLL_MS_MAX, restMs * 2)) {
    const { ConsumerDescription: consumer } = await client.call(describeStreamConsumer, input, { signal });
    if (consumer.ConsumerStatus === 'ACTIVE') return consumer.ConsumerARN;
    await clock.sleep(restMs, signal);
  }
}
