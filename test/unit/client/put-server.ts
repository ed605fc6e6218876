/** A server that answers PutRecords as the test says, and a client of it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '../../../src/client/client.ts';
import { LOCAL_CREDENTIALS } from '../../../src/client/credentials.ts';
import { type Clock, systemClock } from '../../../src/runtime/clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';

export interface Entry {
  readonly Data: string;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

/** A result for each entry, an error for all, or no answer at all. */
export type Answer = (entries: readonly Entry[], call: number) => object | { readonly error: string } | 'hang up';

const running: { server: Server; client: Client }[] = [];

/** Ends what a test began. */
export async function closeServers(): Promise<void> {
  for (const { server, client } of running.splice(0)) {
    await client.close();
    server.close();
  }
}

export const textOf = (entry: Entry) => Buffer.from(entry.Data, 'base64').toString();
export const placed = (entries: readonly Entry[]) =>
  entries.map((entry) => ({ ShardId: 'shardId-000000000000', SequenceNumber: `1${entry.PartitionKey.length}` }));

/** The waits end at once, but a linger of 1e9 never does: only a flush sends what fills no request. */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: (ms) => (ms === 1e9 ? new Promise(() => undefined) : Promise.resolve()),
};

/** `calls` and `bodies` fill as requests come. */
export async function answering(answer: Answer) {
  const calls: string[][] = [];
  const bodies: Entry[][] = [];
  const atOnce = { now: 0, max: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      atOnce.max = Math.max(atOnce.max, ++atOnce.now);
      const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as { Records: Entry[] };
      calls.push(Records.map(textOf));
      bodies.push(Records);
      const result = answer(Records, calls.length);
      setImmediate(() => {
        atOnce.now--;
        if (result === 'hang up') request.socket.destroy();
        else if ('error' in result)
          response.writeHead(400).end(JSON.stringify({ __type: result.error, message: 'no' }));
        else response.end(JSON.stringify({ Records: result }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    clock: systemClock,
    random: seededRandom(1),
    timeoutMs: 5_000,
    attemptsMax: 1,
  });
  running.push({ server, client });
  return { client, calls, bodies, atOnceMax: () => atOnce.max };
}
