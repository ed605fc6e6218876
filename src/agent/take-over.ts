/** On the first start, goes on where Kinesis Agent stopped. */
import type { Clock } from '../runtime/clock.ts';
import { nodeLogFiles } from '../runtime/log-files.ts';
import type { Logger } from '../runtime/logger.ts';
import { nodeDisk } from '../runtime/node-disk.ts';
import type { Random } from '../runtime/random.ts';
import { Checkpoints } from './checkpoints.ts';
import type { AgentConfig } from './config.ts';
import { readForeignCheckpoints } from './import-checkpoints.ts';
import { isSqlite } from './sqlite-table.ts';

export interface TakeOverWorld {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Reads Kinesis Agent's database if it stands where the file says and there are no checkpoints of our own yet. */
export async function takeOver(config: AgentConfig, { stateDir, clock, random, logger }: TakeOverWorld): Promise<void> {
  const { foreignFile } = config.checkpoints;
  if (foreignFile === undefined || !(await startsAsSqlite(foreignFile))) return;
  const checkpoints = new Checkpoints(nodeDisk, stateDir);
  const { flows, files } = await checkpoints.load();
  if (flows.length > 0 || files.length > 0) return;
  const world = { disk: nodeDisk, files: nodeLogFiles, clock, random };
  const { state, lines } = await readForeignCheckpoints(config, foreignFile, world);
  await checkpoints.save(state);
  for (const line of lines) logger.log('info', `taken over from Kinesis Agent: ${line}`);
}

async function startsAsSqlite(path: string): Promise<boolean> {
  const found = await nodeDisk.stat(path).catch(() => undefined);
  // A pipe has no bytes either, and opening one would wait for its writer.
  if (found === undefined || found.isDirectory || found.bytes === 0) return false;
  const file = await nodeDisk.open(path, 'read');
  try {
    const bytes = new Uint8Array(16);
    await file.read(bytes, 0);
    return isSqlite(bytes);
  } finally {
    await file.close();
  }
}
