/** Which records are shown: by an expression, by patterns of data and key. Pure. */
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { parseExpression, type Test } from '../expression/expression.ts';
import type { Moment } from '../times.ts';
import { patternOf } from './output.ts';
import { type Payload, payloadOf } from './payload.ts';

export interface FilterOptions {
  /** All of these match the data. */
  readonly grep: readonly string[];
  /** None of these matches the data. */
  readonly notGrep?: readonly string[] | undefined;
  /** Matches the partition key. */
  readonly key?: string | undefined;
}

export interface ExpressionOptions extends FilterOptions {
  /** Holds for the record. */
  readonly filter?: string | undefined;
}

/** A test of one record with what is known about it; undefined when all pass. */
export function sightingFilter(options: ExpressionOptions, moment: Moment): Test | undefined {
  const patterns = patternTests(options);
  const expression = options.filter === undefined ? undefined : parseExpression(options.filter, moment);
  if (patterns.length === 0) return expression;
  return (sighting) =>
    patterns.every((test) => test(sighting.record, payloadOf(sighting))) && (expression?.(sighting) ?? true);
}

type PatternTest = (record: ConsumedRecord, payload: Payload) => boolean;

/** The cheap ones first. */
function patternTests({ grep, notGrep = [], key }: FilterOptions): readonly PatternTest[] {
  const tests: PatternTest[] = [];
  if (key !== undefined) {
    const pattern = patternOf(key);
    tests.push((record) => pattern.test(record.partitionKey));
  }
  for (const pattern of grep.map((text) => patternOf(text))) {
    tests.push((_, payload) => pattern.test(payload.lossyText));
  }
  for (const pattern of notGrep.map((text) => patternOf(text))) {
    tests.push((_, payload) => !pattern.test(payload.lossyText));
  }
  return tests;
}
