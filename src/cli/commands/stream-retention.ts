/** `sluice stream retention`: shows or changes how long records are kept. */
import { RETENTION_HOURS_MAX, RETENTION_HOURS_MIN } from '../../model/limits.ts';
import { HOUR_MS } from '../../model/time.ts';
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from '../../operations/kinesis/retention.ts';
import { summaryOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printDocument } from '../list-output.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText, grouped, parseDuration, sizeText } from '../values.ts';

/** Without a duration: shows it. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  const [name, wanted] = [args[0]!, args[1]];
  const stream = await context.open(name);
  const { RetentionPeriodHours: hours } = await summaryOf(stream);
  if (wanted === undefined) return printDocument(context, { retentionHours: hours });
  const ms = parseDuration(wanted);
  if (ms % HOUR_MS !== 0) throw usageError(`"${wanted}" is no whole number of hours`, 'Write for example 48h or 7d.');
  const RetentionPeriodHours = ms / HOUR_MS;
  if (RetentionPeriodHours < RETENTION_HOURS_MIN || RetentionPeriodHours > RETENTION_HOURS_MAX) {
    throw usageError(`"${wanted}" is no retention period`, 'Streams keep records for 24h to 365d.');
  }
  if (RetentionPeriodHours < hours && !context.global.dryRun) {
    const loss = await lossText(stream, ms);
    await context.confirm(`Records of ${name} older than ${durationText(ms)} are gone at once${loss}. Shorten?`);
  }
  const operation = RetentionPeriodHours < hours ? decreaseStreamRetentionPeriod : increaseStreamRetentionPeriod;
  await change(stream, operation, { ...stream.ref, RetentionPeriodHours });
  if (context.global.dryRun) return;
  await untilActive(stream);
  context.note(`${name}  ${durationText(hours * HOUR_MS)} → ${durationText(ms)}`);
}

/** How much that is. A read of all of it is for a server nearby, and for somebody who decides by it. */
async function lossText(stream: OpenStream, ms: number): Promise<string> {
  const { context, target } = stream;
  if (target.kind === 'aws' || context.global.yes) return '';
  const { consumerOf } = await import('../record/reading.ts');
  const untilMs = context.clock.now() - ms;
  let [records, bytes] = [0, 0];
  for await (const batch of consumerOf(stream, {
    from: { at: 'horizon' },
    untilMs,
    follow: false,
    shard: [],
  }).batches()) {
    records += batch.records.length;
    for (const { data } of batch.records) bytes += data.length;
  }
  return `: ${grouped(records)} records, ${sizeText(bytes)}`;
}
