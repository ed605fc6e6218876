/** `sluice stream wait`: returns once a stream has a status, or is gone. */
import { summaryLine, untilGone, untilStatus } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';

/** Waits for ACTIVE unless told otherwise; a stream that never was counts as deleted. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  const [name, status] = [args[0]!, args[1] ?? 'ACTIVE'];
  const stream = await context.open(name);
  if (status !== 'deleted') return context.note(summaryLine(await untilStatus(stream, status)));
  await untilGone(stream);
  context.note(`${name}  deleted`);
}
