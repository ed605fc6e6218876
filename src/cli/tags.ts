/** Tags as people write them. Pure; a bad one is a usage error. */
import { usageError } from './cli-error.ts';

/** Values by key, of texts `key=value`. The first `=` parts them; a value may be empty. */
export function parseTags(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.map((text) => {
    const at = text.indexOf('=');
    if (at <= 0) throw usageError(`"${text}" is no tag`, 'Write key=value.');
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}
