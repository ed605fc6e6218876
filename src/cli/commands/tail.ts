/** `sluice tail`: prints records as they arrive, all shards merged. */

import { MINUTE_MS } from '../../model/time.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { recordFilter } from '../record-filter.ts';
import { recordWriter, type Sighting } from '../record-output.ts';
import { consumerFor, delimiterOf, positionOf, untilOf } from '../record-reading.ts';
import type { TailOptions } from '../table/tail.ts';

/** How far back the last records are looked for, step by step; then from the horizon. */
const PROBES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

type Options = Call<TailOptions>['options'];

/** Follows from now unless told otherwise; with a bound and no position, the last records. */
export async function run({ args, options }: Call<TailOptions>, context: Context): Promise<void> {
  const stream = args[0]!;
  const output = await recordWriter(context, {
    data: options.data,
    timestamps: context.global.utc && options.timestamps === 'local' ? 'utc' : options.timestamps,
    delimiter: delimiterOf(options.delim),
  });
  let printed = 0;
  context.status = () => `${printed} records`;
  const print = (sighting: Sighting) => {
    printed++;
    return context.out.write(output.write(sighting));
  };
  if (output.head !== '') await context.out.write(output.head);
  if (options.limit !== undefined && options.from === undefined) {
    for (const sighting of await lastRecords(context, stream, options)) await print(sighting);
  } else {
    for await (const sighting of sightings(context, stream, options)) {
      const wait = print(sighting);
      if (wait !== undefined) await wait;
      if (printed === options.limit) break;
    }
  }
  if (options.exitEmpty && printed === 0) throw new CliError('nothing matched', { exit: EXIT.empty });
}

async function* sightings(context: Context, stream: string, options: Options): AsyncGenerator<Sighting> {
  const untilMs = untilOf(context, options.until);
  const from = positionOf(context, options.from ?? 'latest');
  const follow = options.follow && (untilMs === undefined || untilMs > context.clock.now());
  const consumer = await consumerFor(context, { stream, from, untilMs, follow, shard: options.shard });
  const matches = recordFilter(options);
  for await (const { shardId, records, lagMs } of consumer.batches()) {
    for (const record of records) if (matches(record)) yield { stream, shardId, record, lagMs };
  }
}

/** The newest records that match, oldest first, found by looking further and further back. */
async function lastRecords(context: Context, stream: string, options: Options): Promise<readonly Sighting[]> {
  const limit = options.limit!;
  const nowMs = context.clock.now();
  for (const probeMs of [...PROBES_MS, undefined]) {
    const from = probeMs === undefined ? 'horizon' : isoTime(nowMs - probeMs);
    let last: Sighting[] = [];
    for await (const sighting of sightings(context, stream, { ...options, from, follow: false })) {
      last.push(sighting);
      if (last.length >= 2 * limit + 1_000) last = newest(last, limit);
    }
    if (last.length >= limit || probeMs === undefined) return newest(last, limit);
  }
  return [];
}

function newest(sightings: readonly Sighting[], limit: number): Sighting[] {
  return [...sightings].sort((a, b) => a.record.arrivalMs - b.record.arrivalMs).slice(-limit);
}
