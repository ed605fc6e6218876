/** The files that a put names: patterns spelled out, and how many bytes there are in all. */
import { fileFacts } from '../../runtime/files.ts';
import { nodeLogFiles } from '../../runtime/log-files.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';

const PATTERN = /[*?[]/;

/** Every file in the order named, those of a pattern sorted. @throws {CliError} when nothing matches a pattern. */
export async function namedFiles(names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) {
    if (!PATTERN.test(name) || (await fileFacts(name)) !== undefined) files.push(name);
    else files.push(...(await matching(name)));
  }
  return files;
}

/** Bytes in all of them; undefined when that is not known, as of stdin or a pipe. */
export async function bytesIn(files: readonly string[]): Promise<number | undefined> {
  let sum = 0;
  for (const file of files) {
    const facts = file === '-' ? undefined : await nodeLogFiles.facts(file);
    if (facts?.kind !== 'file') return undefined;
    sum += facts.bytes;
  }
  return sum;
}

async function matching(pattern: string): Promise<readonly string[]> {
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter((text) => text !== '')) {
    if (!PATTERN.test(part)) {
      found = found.map((folder) => `${folder}${part}/`);
      continue;
    }
    const wanted = partPattern(part);
    const deeper = await Promise.all(
      found.map(async (folder) => (await namesIn(folder)).map((name) => [folder, name])),
    );
    found = deeper.flat().flatMap(([folder, name]) => (wanted.test(name!) ? [`${folder}${name}/`] : []));
  }
  const paths = found.map((path) => path.slice(0, -1));
  const facts = await Promise.all(paths.map((path) => nodeLogFiles.facts(path)));
  const files = paths.filter((_, i) => facts[i] !== undefined && facts[i].kind !== 'directory');
  if (files.length > 0) return files.sort();
  throw new CliError(`no file matches ${pattern}`, { exit: EXIT.notFound, code: 'ENOENT' });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return nodeLogFiles.list(folder === '' ? '.' : folder).catch(() => []);
}

/** `*`, `?` and `[a-z]` within one name; a leading dot only where it is written. */
function partPattern(part: string): RegExp {
  const text = part.replace(/\[(!?)([^\]]+)\]|[*?]|[.+^${}()|\\[\]]/g, (token, not?: string, chars?: string) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (chars === undefined) return `\\${token}`;
    return `[${not === '!' ? '^' : ''}${chars.replaceAll('\\', '\\\\')}]`;
  });
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${text}$`, 's');
}
