/** A checkpoint stands behind records that are answered without a gap, and behind whole ones only. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Answers } from '../../../src/client/answers.ts';

const item = (sequenceNumber: string, subSequence?: number, isLast = true) => ({
  record: {
    sequenceNumber,
    partitionKey: 'k',
    data: new Uint8Array(),
    arrivalMs: 1_000 + Number(sequenceNumber),
    subSequence,
  },
  isLast,
});
const given = (...numbers: readonly string[]) => {
  const answers = new Answers();
  for (const number of numbers) answers.give(item(number));
  return answers;
};

describe('the place to go on from', () => {
  test('waits for the first record that is not answered', () => {
    const answers = given('1', '2', '3');
    expect(answers.answer('2')).toBe(true);
    expect(answers.place).toBeUndefined();
    expect(answers.answer('1')).toBe(true);
    expect(answers.place).toEqual({ position: { at: 'afterNumber', sequenceNumber: '2' }, arrivalMs: 1_002 });
    expect(answers.waiting).toBe(1);
  });

  test('does not move for a number that was answered or never given', () => {
    const answers = given('1', '2');
    answers.answer('1');
    expect([answers.answer('1'), answers.answer('7'), answers.answerThrough('7')]).toEqual([false, false, false]);
    expect([answers.place?.position, answers.waiting]).toEqual([{ at: 'afterNumber', sequenceNumber: '1' }, 1]);
  });

  test('passes all records before a checkpoint', () => {
    const answers = given('1', '2', '3');
    expect(answers.answerThrough('2')).toBe(true);
    expect([answers.done?.sequenceNumber, answers.waiting]).toEqual(['2', 1]);
  });

  test('stays before an aggregate until every record of it is answered', () => {
    const answers = given('1');
    for (const sub of [0, 1, 2]) answers.give(item('2', sub, sub === 2));
    answers.answerNext();
    answers.answer('2');
    answers.answer('2', 2);
    expect([answers.done?.sequenceNumber, answers.waiting]).toEqual(['1', 1]);
    answers.answer('2');
    expect([answers.done?.sequenceNumber, answers.waiting]).toEqual(['2', 0]);
  });

  test('passes an aggregate that held nothing of the shard', () => {
    const answers = given('1');
    answers.give({ ...item('2'), isEmpty: true });
    expect([answers.done, answers.waiting]).toEqual([undefined, 1]);
    answers.answerNext();
    expect(answers.done?.sequenceNumber).toBe('2');
    expect(answers.answerNext()).toBe(false);
  });

  test('is behind the longest run of answered records from the first on, whatever the order of answers', () => {
    const order = fc
      .integer({ min: 1, max: 3_000 })
      .chain((count) =>
        fc.record({ count: fc.constant(count), said: fc.shuffledSubarray(Array.from({ length: count }, (_, i) => i)) }),
      );
    fc.assert(
      fc.property(order, ({ count, said }) => {
        const answers = given(...Array.from({ length: count }, (_, i) => String(i)));
        for (const n of said) expect(answers.answer(String(n))).toBe(true);
        const all = new Set(said);
        let run = 0;
        while (all.has(run)) run++;
        expect(answers.done?.sequenceNumber).toBe(run === 0 ? undefined : String(run - 1));
        expect([answers.front, answers.waiting]).toEqual([run, count - said.length]);
      }),
      { numRuns: 30 },
    );
  });
});
