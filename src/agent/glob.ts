/**
 * Globs of file names, as Java's FileSystem.getPathMatcher("glob:...") reads them: * ? [a-z] [!x] {a,b} and \ before
 * a character meant literally. A leading dot is an ordinary character. Pure.
 * Source: https://docs.oracle.com/javase/8/docs/api/java/nio/file/FileSystem.html#getPathMatcher-java.lang.String-
 */

/** Why a glob cannot be read. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/**
 * A pattern for one name (no slash).
 * @throws {GlobError} for an open bracket or brace, and for a backslash at the end.
 */
export function globPattern(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (char === '\\') {
      i++;
      if (i === glob.length) throw new GlobError('nothing follows the last backslash');
      source += literal(glob[i]!);
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[') {
      const close = classEnd(glob, i);
      source += classSource(glob.slice(i + 1, close));
      i = close;
    } else if (char === '{') {
      if (++depth > 1) throw new GlobError('braces cannot stand in braces');
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (char === ',' && depth > 0) source += '|';
    else source += literal(char);
  }
  if (depth > 0) throw new GlobError('a brace is not closed');
  return new RegExp(`^${source}$`, 'su');
}

/** The name behind a segment without wildcards: backslashes are taken away. */
export function literalName(segment: string): string | undefined {
  return /(?<!\\)(?:\\\\)*[*?[{]/.test(segment) ? undefined : segment.replace(/\\(.)/g, '$1');
}

function classEnd(glob: string, open: number): number {
  const first = glob[open + 1] === '!' ? open + 2 : open + 1;
  const close = glob.indexOf(']', first + 1);
  if (close < 0) throw new GlobError('a bracket is not closed');
  return close;
}

/** Inside brackets only ! at the start and - between two characters have a meaning. */
function classSource(body: string): string {
  const negated = body.startsWith('!');
  const set = (negated ? body.slice(1) : body).replace(/[\\\]^[&]/g, '\\$&');
  return `(?!/)[${negated ? '^' : ''}${set}]`;
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
