/** `sluice serve reset`: deletes every stream, of the daemon that runs or in the folder of the one that does not. */
import { deleteStream } from '../../operations/kinesis/delete-stream.ts';
import { listStreams } from '../../operations/kinesis/list-streams.ts';
import type { Output } from '../../operations/operation.ts';
import { removeFolder } from '../../runtime/config-files.ts';
import { callText } from '../change.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { dataFolder, requireStreams, withFolder } from '../serve/data.ts';
import { runningDaemon } from '../serve/running-daemon.ts';
import type { serveResetOptions } from '../table/serve.ts';

/** A running daemon goes on, empty. */
export async function run({ options }: Call<typeof serveResetOptions>, context: Context): Promise<void> {
  const running = options.data === undefined ? await runningDaemon(context, options.name) : undefined;
  if (running !== undefined) return resetRunning(context, running.state.url);
  const folder = dataFolder(context, options);
  await requireStreams(folder);
  await context.confirm(`Delete ${folder} with all streams and records?`);
  if (context.global.dryRun) return context.note(`would delete ${folder}`);
  await withFolder(context, folder, () => removeFolder(folder));
  context.note(`deleted ${folder}`);
}

async function resetRunning(context: Context, url: string): Promise<void> {
  const client = await context.clientAt(url);
  try {
    const names: string[] = [];
    for (let more = true; more; ) {
      const page: Output<typeof listStreams> = await client.call(listStreams, {
        ExclusiveStartStreamName: names.at(-1),
      });
      names.push(...page.StreamNames);
      more = page.HasMoreStreams;
    }
    if (names.length === 0) return context.note(`there are no streams on ${url}`);
    const which = names.length === 1 ? `the stream ${names[0]}` : `all ${names.length} streams`;
    await context.confirm(`Delete ${which} on ${url} with all records?`);
    for (const StreamName of names) {
      const input = { StreamName, EnforceConsumerDeletion: true };
      if (context.global.dryRun) await context.out.write(`${callText(deleteStream, input)}\n`);
      else {
        await client.call(deleteStream, input, { signal: context.signal });
        context.note(`${StreamName}  deleted`);
      }
    }
  } finally {
    await client.close();
  }
}
