/** `sluice agent --reset`: forgets how far a flow, or one file, was delivered. */
import { nodeDisk } from '../../runtime/node-disk.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { withoutAgent } from './claim.ts';

/** `what`: a flow's id or a file's path. A flow then begins as if it had never run. */
export async function resetCheckpoints(context: Context, what: string, stateDir: string): Promise<void> {
  const { Checkpoints } = await import('../../agent/checkpoints.ts');
  await withoutAgent(stateDir, async () => {
    const checkpoints = new Checkpoints(nodeDisk, stateDir);
    const { files, flows } = await checkpoints.load();
    const kept = files.filter((file) => file.flow !== what && file.path !== what);
    const left = flows.filter((flow) => flow !== what);
    if (kept.length === files.length && left.length === flows.length) {
      throw new CliError(`${what} is neither a flow nor a file of this agent`, {
        exit: EXIT.notFound,
        lines: ['sluice agent --status lists them.'],
      });
    }
    await context.confirm(`Forget how far ${what} was delivered? What is there is sent again.`);
    if (!context.global.dryRun) await checkpoints.save({ flows: left, files: kept });
    context.note(`forgotten: ${files.length - kept.length} of ${files.length} files`);
  });
}
