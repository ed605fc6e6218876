/** Java's own engine judges the translated patterns: same matches, same groups, over a table and random patterns. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MatchMode, translateJavaRegex } from '../../src/agent/java-regex.ts';
import { JavaRegexError } from '../../src/agent/java-regex-cursor.ts';

const PROGRAM = `
import java.io.*; import java.nio.charset.StandardCharsets; import java.util.*; import java.util.regex.*;
public class Judge {
  static String text(String field) { return new String(Base64.getDecoder().decode(field), StandardCharsets.UTF_8); }
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    StringBuilder out = new StringBuilder();
    for (String line; (line = in.readLine()) != null; ) {
      String[] fields = line.split(" ", -1);
      try {
        Matcher matcher = Pattern.compile(text(fields[1])).matcher(text(fields[2]));
        boolean found = fields[0].equals("matches") ? matcher.matches() : fields[0].equals("find") ? matcher.find() : matcher.lookingAt();
        if (!found) { out.append("no\\n"); continue; }
        for (int i = 0; i <= matcher.groupCount(); i++) {
          String group = matcher.group(i);
          out.append(group == null ? "null" : "=" + Base64.getEncoder().encodeToString(group.getBytes(StandardCharsets.UTF_8))).append(" ");
        }
        out.append("\\n");
      } catch (PatternSyntaxException e) { out.append("wrong\\n"); } catch (StackOverflowError e) { out.append("overflow\\n"); }
    }
    System.out.print(out);
  }
}`;

const hasJava = spawnSync('java', ['-version']).status === 0;
if (!hasJava) process.stderr.write('skipped: Java patterns against Java itself, as there is no java here\n');

interface Case {
  readonly mode: MatchMode;
  readonly pattern: string;
  readonly input: string;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Java's answers, one a case. */
function askJava(cases: readonly Case[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  try {
    writeFileSync(join(folder, 'Judge.java'), PROGRAM);
    const input = cases.map((one) => `${one.mode} ${base64(one.pattern)} ${base64(one.input)}\n`).join('');
    const output = execFileSync('java', [join(folder, 'Judge.java')], { input, maxBuffer: 1 << 28, encoding: 'utf8' });
    return output.split('\n').slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ours in the same form; undefined where the pattern is refused. */
function ask({ mode, pattern, input }: Case): string | undefined {
  try {
    const { regexp, groups } = translateJavaRegex(pattern, mode);
    const match = regexp.exec(input);
    if (match === null) return 'no';
    return [0, ...groups].map((i) => (match[i] === undefined ? 'null ' : `=${base64(match[i])} `)).join('');
  } catch (error) {
    if (error instanceof JavaRegexError) return undefined;
    throw error;
  }
}

function compare(cases: readonly Case[]): { readonly compared: number; readonly refused: number } {
  const java = askJava(cases);
  const different = cases.flatMap((one, i) => {
    const ours = ask(one);
    return ours === undefined || java[i] === 'overflow' || ours === java[i] ? [] : [{ ...one, ours, java: java[i] }];
  });
  expect(different).toEqual([]);
  const refused = cases.filter((one, i) => ask(one) === undefined && java[i] !== 'wrong').length;
  return { compared: cases.length - refused, refused };
}

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'A',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\S',
    '\\.',
    '[ab]',
    '[^a]',
    '[a-c&&[^b]]',
    '[\\w.-]',
    '\\R',
    '\\h',
    '\\p{Alnum}',
  ],
  ...[
    '^',
    '$',
    '\\b',
    '\\Z',
    '\\z',
    '\\A',
    '\\Qa.b\\E',
    '\\x41',
    '\\t',
    '\\n',
    '(?i)',
    '(?s)',
    '(?m)',
    '(?d)',
    '\\p{L}',
    'é',
    '-',
  ],
  ...[
    '[[a-c][x-z]]',
    '[a-z&&b-d]',
    '\\p{Punct}',
    '[\\p{Digit}x]',
    '\\v',
    '[]a]',
    '[a&b]',
    '[-a]',
    '[a-]',
    '}',
    ']',
    '(?x) a ',
    '"',
  ],
);
const quantifier = fc.constantFrom(
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '{2}',
  '{1,2}',
  '*?',
  '+?',
  '??',
  '*+',
  '++',
  '?+',
  '{1,}+',
);
const pattern = fc.letrec<{ alternatives: string; sequence: string; term: string }>((tie) => ({
  alternatives: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('term'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  term: fc
    .tuple(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc
          .tuple(fc.constantFrom('(', '(?:', '(?=', '(?!', '(?>', '(?i:', '(?<n>'), tie('alternatives'))
          .map(([a, b]) => `${a}${b})`),
        fc.constant('(a)(b)\\2\\1'),
      ),
      quantifier,
    )
    .map(([a, b]) => a + b),
})).alternatives;
const input = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'A',
      'c',
      'x',
      '1',
      ' ',
      '.',
      '-',
      '\n',
      '\r',
      '\t',
      '\r\n',
      'é',
      '\u2028',
      '\u0085',
      '"',
      ']',
      '&',
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(''));
const mode = fc.constantFrom<MatchMode>('matches', 'lookingAt', 'find');

test.runIf(hasJava)('random patterns match as in Java', () => {
  const cases = fc.sample(fc.record({ mode, pattern, input }), Number(process.env['CASES'] ?? 20_000));
  const { compared, refused } = compare(cases);
  expect(compared).toBeGreaterThan(refused);
});

test.runIf(hasJava)('patterns of real configurations match as in Java', () => {
  const table: readonly (readonly [string, string])[] = [
    [
      '^([\\d.]+) (\\S+) (\\S+) \\[([\\w:/]+\\s[+\\-]\\d{4})\\] "(.+?)" (\\d{3})',
      '1.2.3.4 - - [27/Oct/2000:09:27:09 -0400] "GET / HTTP/1.0" 200',
    ],
    ['(?i)\\[(error|warn)\\]\\s+(?<text>.*)', '[ERROR]  it fell over'],
    [
      '^(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2}:\\d{2})(?:[.,](\\d+))? (\\w++) (.*)$',
      '2020-01-01 10:11:12,345 INFO all is well',
    ],
    ['(\\p{Alpha}+)\\h+(\\p{XDigit}{2,4})', 'abc \t ff0'],
    ['(?s)(.*?)\\R(.*)', 'first\r\nsecond\nthird'],
    ['(?x) (\\d+) # a number\n \\s (\\d+)', '12 34'],
    ['(?m)^b$', 'a\nb\nc'],
  ];
  compare(
    table.flatMap(([pattern, input]) =>
      (['matches', 'lookingAt', 'find'] as const).map((mode) => ({ mode, pattern, input })),
    ),
  );
  for (const [one] of table) expect(() => translateJavaRegex(one, 'matches')).not.toThrow();
});
