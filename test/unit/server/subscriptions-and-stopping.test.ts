/** A daemon that stops while clients are subscribed: their answers end as if their time were up. */
import { expect, test } from 'vitest';
import { startDaemon } from '../../../src/index.ts';
import { headersFor } from '../../conformance/kinesis.ts';
import { PROTOCOLS, subscribeOver } from '../../conformance/subscription.ts';

test.each(PROTOCOLS)('stopping waits for no subscription over %s, and none breaks off', async (protocol) => {
  const daemon = await startDaemon({ memory: true, port: 0, create: [{ name: 's', shards: 1 }] });
  const registered = await fetch(daemon.url, {
    method: 'POST',
    headers: headersFor('RegisterStreamConsumer') as Record<string, string>,
    body: JSON.stringify({ StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/s', ConsumerName: 'c' }),
  });
  const { Consumer } = (await registered.json()) as { Consumer: { ConsumerARN: string } };
  const pushed = await subscribeOver(protocol, daemon, {
    ConsumerARN: Consumer.ConsumerARN,
    ShardId: 'shardId-000000000000',
    StartingPosition: { Type: 'LATEST' },
  });
  await pushed.until(() => pushed.messages.length > 0);
  // Longer than this test may take.
  const closing = daemon.close({ drainMs: 600_000 });
  await pushed.end();
  expect([pushed.isEnded, pushed.messages.length]).toEqual([true, 1]);
  await closing;
});
