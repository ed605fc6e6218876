/** Short names of commands, as shells have them. Pure. */
import { commands } from './table.ts';

const SHORT: Readonly<Record<string, string>> = { ls: 'list', rm: 'delete' };

/** The words with `stream ls` and `stream rm` in full; a stream of the name "stream" changes nothing. */
export function inFull(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => commands.some(({ path }) => path.split(' ')[0] === word));
  const full = words[at] === 'stream' ? SHORT[words[at + 1] ?? ''] : undefined;
  return full === undefined ? words : words.map((word, i) => (i === at + 1 ? full : word));
}
