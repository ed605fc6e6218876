/** Work on an agent's state folder that no running agent may see. */
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';

/** Does the work while nobody else holds the folder. @throws {CliError} when an agent runs on it. */
export async function withoutAgent(stateDir: string, work: () => Promise<void>): Promise<void> {
  const { claimState } = await import('../../agent/state-claim.ts');
  const claim = await claimState(stateDir);
  if (claim === undefined) {
    throw new CliError(`an agent works on ${stateDir}`, { exit: EXIT.conflict, lines: ['Stop it first.'] });
  }
  try {
    await work();
  } finally {
    await claim.close();
  }
}
