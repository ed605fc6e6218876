/** The last resort against connections that nobody looks after. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { cutSilentSockets } from '../../../src/server/silent-sockets.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

class FakeSocket {
  bytesRead = 0;
  bytesWritten = 0;
  isCut = false;
  destroy(): void {
    this.isCut = true;
  }
}

test('who moves no byte for two sweeps is cut off, who reads or writes now and then is not', async () => {
  const clock = new SimClock();
  const closing = new AbortController();
  const [silent, reading, writing] = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
  const sockets = [silent, reading, writing] as unknown as Socket[];
  const swept = cutSilentSockets(sockets, { clock, waitMs: 1_000, signal: closing.signal });
  for (let sweep = 1; sweep <= 6; sweep++) {
    reading.bytesRead += sweep % 2;
    writing.bytesWritten += sweep % 2;
    expect(silent.isCut).toBe(sweep > 3);
    await clock.advance(1_000);
  }
  expect([silent, reading, writing].map((socket) => socket.isCut)).toEqual([true, false, false]);
  closing.abort();
  await swept;
});
