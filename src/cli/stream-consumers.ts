/** The registered consumers of a stream, read whole, and waiting for one. */
import { ClientError } from '../client/client-error.ts';
import { describeStreamConsumer, listStreamConsumers } from '../operations/kinesis/consumers.ts';
import type { Output } from '../operations/operation.ts';
import { isoTime } from '../runtime/calendar.ts';
import { CliError } from './cli-error.ts';
import { cachePath, rememberConsumers, targetKey } from './completion/cache.ts';
import { EXIT } from './exit.ts';
import type { Column } from './list-output.ts';
import type { OpenStream } from './target/open-stream.ts';

export type ListedConsumer = NonNullable<Output<typeof listStreamConsumers>['Consumers']>[number];

const FIRST_POLL_MS = 20;
const POLL_MS = 1_000;

export const consumerColumns: readonly Column<ListedConsumer>[] = [
  { name: 'name', of: (row) => row.ConsumerName },
  { name: 'status', of: (row) => row.ConsumerStatus },
  { name: 'created', of: (row) => isoTime(row.ConsumerCreationTimestamp) },
  { name: 'arn', of: (row) => row.ConsumerARN, wide: true },
];

/** All of them, by name. */
export async function consumersOf(
  { context, client, target, streamName }: OpenStream,
  StreamARN: string,
): Promise<readonly ListedConsumer[]> {
  const all: ListedConsumer[] = [];
  let token: string | undefined;
  do {
    const input = { StreamARN, NextToken: token };
    const page: Output<typeof listStreamConsumers> = await client.call(listStreamConsumers, input, {
      signal: context.signal,
    });
    all.push(...(page.Consumers ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  const path = cachePath(context.folders.cache, targetKey(target));
  const consumers = all.sort((a, b) => (a.ConsumerName < b.ConsumerName ? -1 : 1));
  rememberConsumers(
    path,
    streamName,
    consumers.map(({ ConsumerName }) => ConsumerName),
  );
  return consumers;
}

/** Waits until a consumer is ACTIVE, or gone. @throws {CliError} after --timeout. */
export async function untilConsumer(
  { context, client, name }: OpenStream,
  consumer: { readonly StreamARN: string; readonly ConsumerName: string },
  wanted: 'ACTIVE' | 'gone',
): Promise<void> {
  const { clock, signal } = context;
  const deadline = clock.monotonic() + context.waitMs;
  for (let restMs = FIRST_POLL_MS; clock.monotonic() < deadline; restMs = Math.min(POLL_MS, restMs * 2)) {
    try {
      const { ConsumerDescription } = await client.call(describeStreamConsumer, consumer, { signal });
      if (ConsumerDescription.ConsumerStatus === wanted) return;
    } catch (error) {
      const isGone = error instanceof ClientError && error.code === 'ResourceNotFoundException';
      if (wanted === 'gone' && isGone) return;
      throw error;
    }
    await clock.sleep(restMs, signal);
  }
  throw new CliError(`${consumer.ConsumerName} is not ${wanted} after ${context.waitMs / 1_000} s`, {
    exit: EXIT.failed,
    lines: [`Nothing is undone. Look:  sluice stream consumers ${name}`],
  });
}
