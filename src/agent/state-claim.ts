/** One agent a state folder, by whatever path it is called: two would send every line twice. */
import { createHash } from 'node:crypto';
import { realPath } from '../runtime/config-files.ts';
import { claimName, type Held } from '../runtime/local-socket.ts';

/** Holds the folder until closed or the process ends; undefined when another process holds it. It need not be there yet. */
export async function claimState(stateDir: string): Promise<Held | undefined> {
  const digest = createHash('sha256')
    .update(await realPath(stateDir))
    .digest('hex');
  return claimName(`sluice-agent:${digest}`);
}
