/** How often what happened to the files of a flow. */
import type { AgentEvent } from './events.ts';

export interface EventCounts {
  /** Files that got another name, were copied and truncated, or were found again under another name. */
  readonly rotations: number;
  /** Files that were cut or written over in place, without a copy of what they held. */
  readonly truncations: number;
  readonly copies: number;
  /** Bytes that were in files and are nowhere now, as far as that is known. */
  readonly lostBytes: number;
}

export class EventCounter {
  readonly #counts = { rotations: 0, truncations: 0, copies: 0, lostBytes: 0 };

  see(event: AgentEvent): void {
    const counts = this.#counts;
    if (event.kind === 'renamed' || event.kind === 'rescued' || event.kind === 'copyFound') counts.rotations++;
    if (event.kind === 'copyFound' || event.kind === 'backupFound') counts.copies++;
    if (event.kind === 'missing') counts.lostBytes += event.bytes;
    if (event.kind !== 'truncated') return;
    counts.truncations++;
    counts.lostBytes += event.lostBytes;
  }

  get counts(): EventCounts {
    return { ...this.#counts };
  }
}
