/** `sluice stream retention`: shows or changes how long records are kept. */
import { HOUR_MS } from '../../model/time.ts';
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from '../../operations/kinesis/retention.ts';
import { summaryOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printDocument } from '../list-output.ts';
import { durationText, parseDuration } from '../values.ts';

/** Without a duration: shows it. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  const [name, wanted] = [args[0]!, args[1]];
  const stream = await context.open(name);
  const { RetentionPeriodHours: hours } = await summaryOf(stream);
  if (wanted === undefined) return printDocument(context, { retentionHours: hours });
  const ms = parseDuration(wanted);
  if (ms % HOUR_MS !== 0) throw usageError(`"${wanted}" is no whole number of hours`, 'Write for example 48h or 7d.');
  const RetentionPeriodHours = ms / HOUR_MS;
  if (RetentionPeriodHours < hours) {
    await context.confirm(`Records of ${name} older than ${durationText(ms)} are gone at once. Shorten?`);
  }
  const operation = RetentionPeriodHours < hours ? decreaseStreamRetentionPeriod : increaseStreamRetentionPeriod;
  await change(stream, operation, { ...stream.ref, RetentionPeriodHours });
  if (context.global.dryRun) return;
  await untilActive(stream);
  context.note(`${name}  ${durationText(hours * HOUR_MS)} → ${durationText(ms)}`);
}
