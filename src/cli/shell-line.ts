/** Command lines that are shown to be repeated: quoted for the shell, and led to the same server. Pure. */

/** A word as a POSIX shell has to get it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `sluice` and the words, to be pasted. */
export function shellLine(words: readonly string[]): string {
  return ['sluice', ...words].map(shellWord).join(' ');
}

const LEADING = ['-C', '--context', '--endpoint', '--region', '--profile'];

/** Of the words typed, the options that say which server: a line without them would go to another one. */
export function targetWords(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return own.flatMap((word, i) => {
    if (LEADING.includes(word)) return own.slice(i, i + 2);
    return LEADING.some((name) => word.startsWith(name === '-C' ? name : `${name}=`)) ? [word] : [];
  });
}
