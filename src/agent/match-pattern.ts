/** Matching a user's pattern without letting it run away: some are matched against the clock. */
import { AGENT_MATCH_CHARS_FREE, AGENT_MATCH_MS_MAX } from '../model/limits.ts';
import { runLimited } from '../runtime/limited-run.ts';
import type { JavaPattern } from './java-regex.ts';

/** The match, or null where there is none, also when it took too long to find out. */
export function matchPattern(pattern: JavaPattern, text: string): RegExpExecArray | null {
  const { timed, regexp } = pattern;
  if (timed === 'never' || (timed === 'long' && text.length <= AGENT_MATCH_CHARS_FREE)) return regexp.exec(text);
  return runLimited(AGENT_MATCH_MS_MAX, () => regexp.exec(text)) ?? null;
}
