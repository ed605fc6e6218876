/** Streams that a daemon is to have when it starts. */
import { Fault } from '../model/fault.ts';
import type { Scope } from '../model/stream.ts';
import { createStream } from '../operations/kinesis/create-stream.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { StreamService } from '../service/service.ts';
import { check } from '../wire/check.ts';

export interface WantedStream {
  readonly name: string;
  readonly shards?: number | undefined;
}

/** Makes those that are missing. @throws {SluiceError} SLUICE_CREATE when a name or number is none. */
export async function createMissing(
  service: StreamService,
  scope: Scope,
  wanted: readonly WantedStream[],
): Promise<void> {
  for (const { name, shards } of wanted) {
    try {
      check(createStream.input, { StreamName: name, ShardCount: shards });
      await service.createStream(scope, { name, shardCount: shards });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'ResourceInUseException') continue;
      // What callers are not told (a disk without room) is what whoever starts the daemon needs to know.
      const { message: why } = error.message === '' && error.cause instanceof Error ? error.cause : error;
      throw new SluiceError('SLUICE_CREATE', `Stream "${name}" cannot be made: ${why}`, { cause: error });
    }
  }
}
