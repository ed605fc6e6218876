/** How far files were delivered when the agent last wrote it down, compared with what is on disk now. */
import { nodeLogFiles } from '../runtime/log-files.ts';
import { nodeDisk } from '../runtime/node-disk.ts';
import type { FileCheckpoint } from './checkpoint-lines.ts';
import { Checkpoints } from './checkpoints.ts';
import type { FileStatus } from './flow-status.ts';
import { compareIdentity } from './identity.ts';

export type StoredFile = FileStatus & { readonly flow: string };

/** One entry a file, without an agent; nothing is written. */
export async function storedStatus(stateDir: string): Promise<readonly StoredFile[]> {
  const { files } = await new Checkpoints(nodeDisk, stateDir).peek();
  return Promise.all(files.map(storedFile));
}

async function storedFile(entry: FileCheckpoint): Promise<StoredFile> {
  const found = await nodeLogFiles.facts(entry.path).catch(() => undefined);
  const isThere = found !== undefined && compareIdentity(found, entry.identity) !== 'other';
  const sizeBytes = isThere ? found.bytes : entry.bytes;
  const behindBytes = Math.max(0, sizeBytes - entry.acked);
  return {
    flow: entry.flow,
    path: entry.path,
    inode: entry.identity.inode,
    generation: entry.generation,
    state: isThere ? 'parked' : 'gone',
    sizeBytes,
    readBytes: entry.acked,
    ackedBytes: entry.acked,
    behindBytes,
    lagMs: undefined,
    isDelivered: isThere && behindBytes === 0,
    error: undefined,
  };
}
