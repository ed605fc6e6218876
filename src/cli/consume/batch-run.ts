/** A process for one batch: it gets the records and the end of its stdin, and answers by its exit or line by line. */
import { Answers, type Item } from '../../client/answers.ts';
import { parseAnswer, parseLambdaAnswer } from './answer-line.ts';
import type { Attempt } from './deliver.ts';
import { ChildFailure, endedFailure } from './failure.ts';
import { lambdaEvent } from './lambda-event.ts';
import type { ConsumePlan } from './plan.ts';
import type { Work } from './work.ts';

/** Runs the command with a batch on its stdin. */
export async function runOnce(
  work: Work,
  shardId: string,
  { items, ack }: { readonly items: readonly Item[]; readonly ack: ConsumePlan['ack'] },
): Promise<Attempt> {
  const { plan, children } = work;
  const answers = new Answers();
  for (const item of items) answers.give(item);
  let failed: readonly string[] = [];
  const child = children.start(shardId, (line) => {
    if (ack === 'line' && isAnswer(answers, line)) return undefined;
    if (plan.options.protocol === 'lambda') failed = parseLambdaAnswer(line)?.failed ?? failed;
    return children.pass(line);
  });
  const isWritten = await child.writeAll(contentOf(work, shardId, items));
  child.finish();
  const code = await child.ended;
  if (ack === 'auto' && isWritten) return { done: items.length };
  if (ack === 'exit') return code === 0 ? lambdaAttempt(items, failed) : failure(0, code, items.length);
  return answers.waiting === 0 ? { done: items.length } : failure(answers.front, code, answers.waiting);
}

function failure(done: number, code: number, waiting: number): Attempt {
  return { done, failure: endedFailure(code, waiting) };
}

function isAnswer(answers: Answers, line: string): boolean {
  const answer = parseAnswer(line);
  if (answer === undefined) return false;
  const { word, sequenceNumber, sub } = answer;
  if (sequenceNumber === undefined) answers.answerNext();
  else if (word === 'ok') answers.answer(sequenceNumber, sub);
  else answers.answerThrough(sequenceNumber, sub);
  return true;
}

function contentOf({ plan, stream }: Work, shardId: string, items: readonly Item[]): string | Uint8Array {
  const given = items.filter((item) => !item.isEmpty);
  if (plan.options.protocol === 'lambda') return lambdaEvent(shardId, given, plan.source);
  const pieces = given.map(({ record }) => plan.write({ stream: stream.name, shardId, record, lagMs: 0 }));
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

/** What a function's answer says about its batch: everything before the first that failed is done. */
export function lambdaAttempt(items: readonly Item[], failed: readonly string[]): Attempt {
  if (failed.length === 0) return { done: items.length };
  const numbers = new Set(failed);
  const first = items.findIndex(({ record }) => numbers.has(record.sequenceNumber));
  // An answer that names no record of the batch fails it whole, as Lambda has it.
  const done = Math.max(0, first);
  return { done, failure: new ChildFailure(`the function did not do ${failed[0] || 'the batch'}`) };
}
