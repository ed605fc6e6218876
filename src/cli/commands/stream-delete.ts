/** `sluice stream delete`. */
import { ClientError } from '../../client/client-error.ts';
import { deleteStream } from '../../operations/kinesis/delete-stream.ts';
import { untilGone } from '../await-stream.ts';
import { change } from '../change.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { streamDeleteOptions } from '../table/stream.ts';
import type { OpenStream } from '../target/open-stream.ts';

/** Deletes each stream named, after one question for all; on AWS each name is typed. */
export async function run({ args, options }: Call<typeof streamDeleteOptions>, context: Context): Promise<void> {
  const streams: OpenStream[] = [];
  for (const name of args) streams.push(await context.open(name));
  const places = [...new Set(streams.map(({ target }) => target.endpoint))];
  await context.confirm(`Delete ${args.join(', ')} on ${places.join(', ')} with all records?`, ...streams);
  for (const stream of streams) {
    const { name } = stream;
    const EnforceConsumerDeletion = options.force || undefined;
    try {
      await change(stream, deleteStream, { ...stream.ref, EnforceConsumerDeletion });
    } catch (error) {
      const isMissing = error instanceof ClientError && error.code === 'ResourceNotFoundException';
      if (!options.ifExists || !isMissing) throw error;
      context.note(`${name}  was not there`);
      continue;
    }
    if (context.global.dryRun) continue;
    if (options.wait) await untilGone(stream);
    context.note(`${name}  deleted`);
  }
}
