/** What a command says about records it has done, a line each. Pure. */

/** `ok` alone is the next record that waits; `checkpoint` is a record and all before it in its shard. */
export interface AnswerLine {
  readonly word: 'ok' | 'checkpoint';
  readonly sequenceNumber?: string | undefined;
  readonly sub?: number | undefined;
}

const ANSWER = /^(ok|checkpoint)(?:[ \t]+(\d{1,128})(?:\.(\d{1,9}))?)?[ \t]*$/;

/** `ok`, `ok <seq>`, `ok <seq>.<sub>` and `checkpoint <seq>`; undefined for any other line. */
export function parseAnswer(line: string): AnswerLine | undefined {
  const found = ANSWER.exec(line);
  if (found === null) return undefined;
  const [, word, sequenceNumber, sub] = found;
  if (word === 'checkpoint' && sequenceNumber === undefined) return undefined;
  return { word: word as AnswerLine['word'], sequenceNumber, sub: sub === undefined ? undefined : Number(sub) };
}

/** The lowest record that a Lambda function's answer tells to have failed, '' for none; undefined for any other line. */
export function parseLambdaAnswer(line: string): { readonly failed: readonly string[] } | undefined {
  if (line.trim() === 'ok') return { failed: [] };
  if (!line.startsWith('{')) return undefined;
  try {
    const { batchItemFailures } = JSON.parse(line) as Record<string, unknown>;
    if (!Array.isArray(batchItemFailures)) return undefined;
    return { failed: batchItemFailures.map((one: unknown) => String(Object(one).itemIdentifier ?? '')) };
  } catch {
    return undefined;
  }
}
