/** `sluice agent --import-checkpoints`: begins where Kinesis Agent ended. */
import type { AgentConfig } from '../../agent/config.ts';
import { nodeLogFiles } from '../../runtime/log-files.ts';
import { nodeDisk } from '../../runtime/node-disk.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { withoutAgent } from './claim.ts';

export interface ImportFrom {
  readonly config: AgentConfig;
  readonly stateDir: string;
  /** Kinesis Agent's database. */
  readonly path: string;
}

/** Writes our checkpoints from its; ours must not be there yet, for they would be newer. */
export async function importCheckpoints(context: Context, { config, stateDir, path }: ImportFrom): Promise<void> {
  const { readForeignCheckpoints } = await import('../../agent/import-checkpoints.ts');
  const { Checkpoints } = await import('../../agent/checkpoints.ts');
  const { clock, random } = context;
  await withoutAgent(stateDir, async () => {
    const { state, lines } = await readForeignCheckpoints(config, path, {
      disk: nodeDisk,
      files: nodeLogFiles,
      clock,
      random,
    });
    for (const line of lines) context.note(line);
    if (context.global.dryRun) return;
    const checkpoints = new Checkpoints(nodeDisk, stateDir);
    const { files } = await checkpoints.load();
    if (files.length > 0) {
      throw new CliError(`${stateDir} has checkpoints already`, {
        exit: EXIT.conflict,
        lines: ['Nothing was imported. Name another folder with --state-dir, or forget a flow with --reset.'],
      });
    }
    await checkpoints.save(state);
    context.note(`${state.files.length} file${state.files.length === 1 ? '' : 's'} imported into ${stateDir}`);
  });
}
