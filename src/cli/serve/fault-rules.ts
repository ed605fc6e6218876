/** The rules of `serve --fail` and `--delay`, judged before a daemon is started with them. */
import { INJECTED_CODES, parseDelayRule, parseFaultRule, type RuleProblem } from '../../model/fault-injection.ts';
import { kinesisOperations } from '../../operations/kinesis/index.ts';
import { type CliError, usageError } from '../cli-error.ts';
import { mostSimilar } from '../similar.ts';

/** @throws {CliError} a usage error for the first rule that is none. */
export function checkFaultRules({
  fail,
  delay,
}: {
  readonly fail: readonly string[];
  readonly delay: readonly string[];
}) {
  const operations = kinesisOperations.map(({ name }) => name);
  for (const text of fail) {
    const parsed = parseFaultRule(text, operations);
    if ('field' in parsed) throw ruleError('--fail', text, { parsed, operations });
  }
  for (const text of delay) {
    const parsed = parseDelayRule(text, operations);
    if ('field' in parsed) throw ruleError('--delay', text, { parsed, operations });
  }
}

interface Judged {
  readonly parsed: RuleProblem;
  readonly operations: readonly string[];
}

function ruleError(flag: string, text: string, { parsed, operations }: Judged): CliError {
  const { field, given } = parsed;
  const example = flag === '--fail' ? 'PutRecords=2% or *=0.5:InternalFailure' : 'GetRecords=200ms or *=2s';
  switch (field) {
    case 'operation':
      return usageError(`"${given}" is no operation (${flag} ${text})`, didYouMean(given, operations));
    case 'code':
      return usageError(`"${given}" is no code to fail with (${flag} ${text})`, didYouMean(given, INJECTED_CODES));
    case 'rate':
      return usageError(`"${given}" is no rate (${flag} ${text})`, 'Write a part of 1 or a percentage: 0.02 or 2%.');
    case 'delay':
      return usageError(`"${given}" is no delay (${flag} ${text})`, 'Write for example 200ms, 2s or 1m; 10m at most.');
    case 'form':
      return usageError(`"${text}" does not fit ${flag}`, `Write for example ${example}.`);
  }
}

function didYouMean(given: string, words: readonly string[]): string {
  const similar = mostSimilar(given, words);
  return similar === undefined ? `It is one of ${words.join(', ')}.` : `Did you mean ${similar}?`;
}
