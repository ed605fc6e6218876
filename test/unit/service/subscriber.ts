/** A reader of a subscription, for tests: takes events only when it is asked to. */
import type { ShardEvent } from '../../../src/model/delivery.ts';
import type { SubscribeRequest } from '../../../src/service/subscriptions.ts';
import { recordsOf, scope, type World } from './world.ts';

export const SHARD_0 = 'shardId-000000000000';

export class Subscriber {
  readonly events: ShardEvent[] = [];
  /** Why it ended: 'clean', or the fault's code. */
  ending: string | undefined;
  message = '';
  readonly #iterator: AsyncIterator<ShardEvent>;
  #isReading = false;

  constructor(events: AsyncIterable<ShardEvent>) {
    this.#iterator = events[Symbol.asyncIterator]();
  }

  /** Takes every event from now on. */
  read(): this {
    this.#isReading = true;
    void this.#take();
    return this;
  }

  /** Takes no more after the one it waits for. */
  pause(): void {
    this.#isReading = false;
  }

  async #take(): Promise<void> {
    try {
      while (this.#isReading) {
        const { done, value } = await this.#iterator.next();
        if (done) {
          this.ending = 'clean';
          return;
        }
        this.events.push(value);
      }
    } catch (error) {
      this.ending = (error as { code: string }).code;
      this.message = (error as Error).message;
    }
  }

  /** The data of all records so far. */
  get texts(): string[] {
    return this.events.flatMap((event) => recordsOf(event).map((record) => record.data));
  }

  get last(): ShardEvent {
    return this.events.at(-1)!;
  }
}

export interface SubscribeOptions extends Partial<Omit<SubscribeRequest, 'consumer'>> {
  readonly consumer?: string;
  readonly stream?: string;
}

/** Subscribes a consumer, registered before if it is not there, and reads on. */
export async function subscribed(world: World, options: SubscribeOptions = {}): Promise<Subscriber> {
  return (await subscribedIdle(world, options)).read();
}

/** The same, without reading. */
export async function subscribedIdle(world: World, options: SubscribeOptions = {}): Promise<Subscriber> {
  const { consumer: name = 'c', stream = 's', ...request } = options;
  if (!world.service.consumers(scope, stream).some((other) => other.name === name)) {
    await world.service.registerConsumer(scope, stream, { name });
  }
  const subscription = await world.service.subscribeToShard(scope, {
    ...{ shardId: SHARD_0, type: 'TRIM_HORIZON', signal: new AbortController().signal },
    ...request,
    consumer: { streamName: stream, name, given: name },
  });
  return new Subscriber(subscription);
}
