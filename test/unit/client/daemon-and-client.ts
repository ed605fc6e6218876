/** A daemon in memory, on a clock that tests may move, and a client of it. */
import { Client } from '../../../src/client/client.ts';
import { LOCAL_CREDENTIALS } from '../../../src/client/credentials.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { type Daemon, startDaemon } from '../../../src/server/daemon.ts';

/** Whoever starts them closes both. */
export async function startWithClient(): Promise<{ readonly daemon: Daemon; readonly client: Client }> {
  const daemon = await startDaemon({ memory: true, port: 0, testClock: true });
  const client = new Client({
    endpoint: daemon.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    clock: systemClock,
    random: seededRandom(1),
    timeoutMs: 8_000,
    attemptsMax: 2,
  });
  return { daemon, client };
}
