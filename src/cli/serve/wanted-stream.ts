/** A stream that a daemon is to have: made where it is missing, and told of in a line. */
import type { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { createStream } from '../../operations/kinesis/create-stream.ts';
import { describeStreamSummary } from '../../operations/kinesis/describe-stream.ts';

export interface WantedStream {
  readonly name: string;
  readonly shards: number;
}

/** `name  ACTIVE  2 shards`. Asks first: a call to make what is there counts as a fault in the daemon's metrics. */
export async function wantedStream(client: Client, { name, shards }: WantedStream): Promise<string> {
  const describe = () => client.call(describeStreamSummary, { StreamName: name });
  const found = await unless('ResourceNotFoundException', describe());
  if (found === undefined) {
    // Somebody else may have made it meanwhile.
    await unless('ResourceInUseException', client.call(createStream, { StreamName: name, ShardCount: shards }));
  }
  const { StreamStatus, OpenShardCount } = (found ?? (await describe())).StreamDescriptionSummary;
  return `${name}  ${StreamStatus}  ${OpenShardCount} shard${OpenShardCount === 1 ? '' : 's'}`;
}

/** undefined where the service refuses with `code`. */
function unless<T>(code: string, call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (!(error instanceof ClientError) || error.code !== code) throw error;
    return undefined;
  });
}
