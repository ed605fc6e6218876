/** `sluice stream consumers`: lists, registers and deregisters the readers of enhanced fan-out. */
import { deregisterStreamConsumer, registerStreamConsumer } from '../../operations/kinesis/consumers.ts';
import { summaryOf } from '../await-stream.ts';
import { change } from '../change.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printList } from '../list-output.ts';
import { consumerColumns, consumersOf, untilConsumer } from '../stream-consumers.ts';
import type { streamConsumersOptions } from '../table/stream.ts';

/** Lists unless there is something to change. */
export async function run({ args, options }: Call<typeof streamConsumersOptions>, context: Context): Promise<void> {
  const stream = await context.open(args[0]!);
  const { StreamARN } = await summaryOf(stream);
  const { register, deregister, wait } = options;
  if (register.length + deregister.length === 0) {
    return printList(context, consumerColumns, await consumersOf(stream, StreamARN));
  }
  const isWaiting = wait && !context.global.dryRun;
  for (const ConsumerName of deregister) {
    await change(stream, deregisterStreamConsumer, { StreamARN, ConsumerName });
    if (isWaiting) await untilConsumer(stream, { StreamARN, ConsumerName }, 'gone');
    if (!context.global.dryRun) context.note(`${ConsumerName}  deregistered`);
  }
  for (const ConsumerName of register) {
    await change(stream, registerStreamConsumer, { StreamARN, ConsumerName });
    if (isWaiting) await untilConsumer(stream, { StreamARN, ConsumerName }, 'ACTIVE');
    if (!context.global.dryRun) context.note(`${ConsumerName}  ${isWaiting ? 'ACTIVE' : 'CREATING'}`);
  }
}
