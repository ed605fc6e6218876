/**
 * What the shells' completion scripts ask: `sluice __complete <words>`, the last of which is under the cursor. Answers
 * with a line `value<Tab>description` for each candidate and a last line `:<number>`, the directives of complete-words.
 * Loads no table, no parser and no client.
 */
import { systemClock } from '../../runtime/clock.ts';
import { printable } from '../../runtime/logger.ts';
import { appendNow, readNow } from '../../runtime/small-files.ts';
import { packagePath } from '../package-path.ts';
import { completionSource } from './sources.ts';
import type { CompletionSpec } from './spec.ts';
import { complete, DIRECTIVE, rejoined } from './words.ts';

export interface CompletionCall {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: string;
  readonly program: readonly [string, string];
}

/** The lines that answer. Never throws: a shell has no use for a stack trace. */
export async function completionAnswer({ words, ...session }: CompletionCall): Promise<string> {
  const { env } = session;
  const typed = rejoined(env['SLUICE_COMP_EMPTY'] ? [...words, ''] : words);
  const answer = await answerTo(typed, { ...session, clock: systemClock }).catch((error: unknown) => {
    return { candidates: [], directive: DIRECTIVE.error, error };
  });
  const lines = answer.candidates.map(({ value, doc }) =>
    // Names of servers and files are foreign: none may end a line or steer a terminal.
    [value, doc].flatMap((part) => (part === undefined ? [] : printable(part))).join('\t'),
  );
  const log = env['SLUICE_COMP_DEBUG'];
  if (log)
    appendNow(
      log,
      `${JSON.stringify({ words, typed, ...answer, error: 'error' in answer ? String(answer.error) : undefined })}\n`,
    );
  return `${[...lines, `:${answer.directive}`].join('\n')}\n`;
}

function answerTo(words: readonly string[], options: Parameters<typeof completionSource>[0]) {
  const spec = JSON.parse(readNow(packagePath('dist/completion-spec.json'))!) as CompletionSpec;
  return complete(spec, words, completionSource(options));
}
