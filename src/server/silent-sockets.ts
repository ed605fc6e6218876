/**
 * The last resort against connections that nobody looks after any more: node:http2 stops reading a session that broke
 * the protocol and may tell nobody. Whoever moves no byte either way for two sweeps is cut off.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';

export interface SilenceOptions {
  readonly clock: Clock;
  /** Time between two sweeps: a silent connection lives for two to three of them. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

interface Seen {
  readonly bytes: number;
  readonly sweeps: number;
}

/** Sweeps until the signal fires. Never rejects. */
export async function cutSilentSockets(sockets: Iterable<Socket>, options: SilenceOptions): Promise<void> {
  const seen = new WeakMap<Socket, Seen>();
  try {
    for (;;) {
      await options.clock.sleep(options.waitMs, options.signal);
      for (const socket of sockets) {
        const bytes = socket.bytesRead + socket.bytesWritten;
        const before = seen.get(socket);
        const sweeps = before?.bytes === bytes ? before.sweeps + 1 : 0;
        if (sweeps >= 2) socket.destroy();
        else seen.set(socket, { bytes, sweeps });
      }
    }
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}
