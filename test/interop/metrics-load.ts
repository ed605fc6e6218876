/** Something of everything against a daemon with AWS's limits: puts and reads, too many of them, and a registered consumer. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';

const STREAM = 'orders';
const SHARDS = ['shardId-000000000000', 'shardId-000000000001'];

export class Load {
  readonly #client: KinesisClient;
  readonly #leaving = new AbortController();
  readonly #work: Promise<void>[] = [];

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    this.#client = new KinesisClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  }

  /** Returns when the consumer has subscribed; the rest goes on in the background. */
  async start(): Promise<void> {
    const { StreamDescriptionSummary: stream } = await this.#client.send(
      new DescribeStreamSummaryCommand({ StreamName: STREAM }),
    );
    const { Consumer } = await this.#client.send(
      new RegisterStreamConsumerCommand({ StreamARN: stream!.StreamARN, ConsumerName: 'audit' }),
    );
    for (const ShardId of SHARDS) await this.#subscribe(Consumer!.ConsumerARN!, ShardId);
    this.#work.push(this.#repeat(50, () => this.#put()));
    for (const ShardId of SHARDS) this.#work.push(this.#poll(ShardId));
    this.#work.push(
      this.#repeat(500, () => this.#client.send(new DescribeStreamSummaryCommand({ StreamName: 'none' }))),
    );
  }

  async stop(): Promise<void> {
    this.#leaving.abort();
    await Promise.allSettled(this.#work);
    this.#client.destroy();
  }

  /** What is refused is part of the load. */
  async #repeat(waitMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      await work().catch(() => undefined);
      await sleep(waitMs);
    }
  }

  async #put(): Promise<void> {
    const Data = new Uint8Array(100);
    const Records = Array.from({ length: 250 }, (_, i) => ({ PartitionKey: `user-${i % 40}`, Data }));
    await this.#client.send(new PutRecordsCommand({ StreamName: STREAM, Records }));
    await this.#client.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: 'single', Data }));
  }

  async #poll(ShardId: string): Promise<void> {
    const start = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator } = await this.#client.send(new GetShardIteratorCommand(start));
    await this.#repeat(100, async () => {
      const page = await this.#client.send(new GetRecordsCommand({ ShardIterator }));
      ShardIterator = page.NextShardIterator;
    });
  }

  async #subscribe(ConsumerARN: string, ShardId: string): Promise<void> {
    const { EventStream } = await this.#client.send(
      new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: { Type: 'LATEST' } }),
      { abortSignal: this.#leaving.signal },
    );
    this.#work.push(this.#take(EventStream!));
  }

  async #take(events: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of events) if (this.#leaving.signal.aborted) return;
  }
}
