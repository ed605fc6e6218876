/** The newest records of streams, found by looking further and further back. */
import { MINUTE_MS } from '../../model/time.ts';
import { isoTime } from '../../runtime/calendar.ts';
import type { Context } from '../context.ts';
import type { Sighting } from '../record/output.ts';
import { type TailBatch, type TailSourceOptions, tailBatches } from './source.ts';

/** How far back, step by step; then from the horizon. */
const PROBES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

export interface LastRecords {
  readonly limit: number;
  /** The records of a batch that count. */
  readonly take: (batch: TailBatch) => readonly Sighting[];
}

/** The last `limit` that count, oldest first. */
export async function lastRecords(
  context: Context,
  source: TailSourceOptions,
  { limit, take }: LastRecords,
): Promise<readonly Sighting[]> {
  const nowMs = context.clock.now();
  for (const probeMs of [...PROBES_MS, undefined]) {
    const from = probeMs === undefined ? 'horizon' : isoTime(nowMs - probeMs);
    let last: Sighting[] = [];
    for await (const batch of await tailBatches(context, { ...source, from, follow: false })) {
      for (const sighting of take(batch)) last.push(sighting);
      if (last.length >= 2 * limit + 1_000) last = newest(last, limit);
    }
    if (last.length >= limit || probeMs === undefined) return newest(last, limit);
  }
  return [];
}

function newest(sightings: readonly Sighting[], limit: number): Sighting[] {
  return [...sightings].sort((a, b) => a.record.arrivalMs - b.record.arrivalMs).slice(-limit);
}
