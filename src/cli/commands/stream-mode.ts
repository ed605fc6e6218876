/** `sluice stream mode`: shows or changes the capacity mode of a stream. */
import { updateStreamMode } from '../../operations/kinesis/stream-settings.ts';
import { summaryOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printDocument } from '../list-output.ts';
import type { streamModeOptions } from '../table/stream.ts';

/** Source: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const PRICE = 'AWS lets a stream change twice in 24 hours; provisioned is billed by shards, on-demand by data.';

/** Without a mode: shows it. */
export async function run({ args, options }: Call<typeof streamModeOptions>, context: Context): Promise<void> {
  const [name, wanted] = [args[0]!, args[1]];
  const stream = await context.open(name);
  const { StreamARN, StreamModeDetails } = await summaryOf(stream);
  const mode = StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  if (wanted === undefined) return printDocument(context, { mode });
  const StreamMode = wanted === 'on-demand' ? 'ON_DEMAND' : 'PROVISIONED';
  if (StreamMode === mode) return context.note(`${name} is ${wanted} already`);
  if (stream.target.context !== 'local') context.note(PRICE);
  await change(stream, updateStreamMode, { StreamARN, StreamModeDetails: { StreamMode } });
  if (context.global.dryRun) return;
  if (options.wait) await untilActive(stream);
  context.note(`${name}  ${mode} → ${StreamMode}`);
}
