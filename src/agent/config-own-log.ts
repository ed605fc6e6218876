/** Refuses a flow that would read what the agent itself writes. Pure. */
import type { FlowConfig } from './config.ts';
import type { ProblemList } from './config-problems.ts';
import type { Section } from './config-section.ts';
import { filePattern, matchesName } from './discover.ts';
import { globPattern } from './glob.ts';

/** A flow with the place it stands at, for complaints about two things together. */
export interface ReadFlow {
  readonly flow: FlowConfig;
  readonly section: Section;
  /** Its number among the flows of all files. */
  readonly index: number;
}

/** An agent that reads what it writes would never be done. `log`: absolute; undefined: there is none. */
export function checkOwnFiles(log: string | undefined, flows: readonly ReadFlow[], problems: ProblemList): void {
  const letters = flows.flatMap(({ flow }) => flow.deadLetterFile ?? []);
  for (const { flow, section, index } of flows) {
    if (problems.isBad(index)) continue;
    problems.flow = index;
    if (log !== undefined && covers(flow, log)) {
      section.error('filePattern', `matches the agent's own log ${log}: it would feed itself`);
    }
    const own = letters.find((path) => covers(flow, path));
    if (own !== undefined) {
      section.error('filePattern', `matches the dead-letter file ${own}: what is set aside would be sent again`);
    }
    problems.flow = undefined;
  }
}

/** Whether the flow reads a file of that path. */
function covers(flow: FlowConfig, path: string): boolean {
  const pattern = filePattern(flow.filePattern, flow.exclude);
  const folders = path.split('/').slice(1, -1);
  return path.startsWith('/') && matchesName(pattern, path) && foldersMatch(pattern.segments, folders);
}

function foldersMatch(segments: readonly string[], folders: readonly string[]): boolean {
  const [segment, ...rest] = segments;
  if (segment === undefined) return folders.length === 0;
  if (segment === '**') return folders.some((_, i) => foldersMatch(rest, folders.slice(i))) || foldersMatch(rest, []);
  const [folder, ...below] = folders;
  return folder !== undefined && globPattern(segment).test(folder) && foldersMatch(rest, below);
}
