/** How long a socket may keep silent: Node's own timer of it, which every byte in either direction winds up again. */
import type { Socket } from 'node:net';
import { TIMER_MS_MAX } from './clock.ts';

/** The socket emits `timeout` once nothing went over it for `ms`; a longer time than a timer waits is cut to that. */
export function limitSilence(socket: Socket, ms: number): void {
  socket.setTimeout(Math.min(ms, TIMER_MS_MAX));
}
