/** Enhanced fan-out for a tail: a registered consumer per stream for as long as it runs, or polling where that cannot be. */
import { ClientError } from '../../client/client-error.ts';
import { subscriptionReader } from '../../client/subscription.ts';
import { type FanOutConsumer, fanOutConsumer } from '../../client/subscription-consumer.ts';
import type { ReadingOptions } from '../record/reading.ts';
import type { OpenStream } from '../target/open-stream.ts';

type Read = NonNullable<ReadingOptions['read']>;

export class FanOut {
  readonly #consumers: FanOutConsumer[] = [];
  readonly #readers = new Map<string, Read>();

  /** How the shards of a stream are read; undefined: polled. */
  readerOf(stream: OpenStream): Read | undefined {
    return this.#readers.get(stream.name);
  }

  /** Registers the consumer; `name` is made up when it is true. */
  async open({ context, client, ref, name: stream }: OpenStream, name: string | true): Promise<void> {
    const { clock, random, signal } = context;
    const consumerName = name === true ? `sluice-tail-${random.uuid().slice(0, 8)}` : name;
    try {
      const consumer = await fanOutConsumer({ client, clock, stream: ref, consumerName, signal });
      this.#consumers.push(consumer);
      let isTold = false;
      const onFallback = (error: Error) => {
        if (!isTold) context.note(`${stream}: ${error.message}, polling instead`);
        isTold = true;
      };
      this.#readers.set(stream, subscriptionReader({ consumerArn: consumer.arn, onFallback }));
    } catch (error) {
      if (!(error instanceof ClientError) || error.code === 'ResourceNotFoundException') throw error;
      context.note(`${stream}: no enhanced fan-out (${error.message || error.code}), polling instead`);
    }
  }

  /** Removes what was registered here. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#consumers.map((consumer) => consumer.close()));
  }
}
