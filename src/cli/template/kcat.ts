/** kcat's templates: `%t %p %o %k %s\n`. Pure. Source: https://github.com/edenhill/kcat (kcat -h, "Format string tokens"). */
import { errorAt } from '../expression/error.ts';
import type { Sighting } from '../record/output.ts';
import { shortShard } from '../values.ts';
import { escaped, type Part } from './parts.ts';

const TOKENS: Readonly<Record<string, (sighting: Sighting) => unknown>> = {
  t: ({ stream }) => stream,
  p: ({ shardId }) => shortShard(shardId).replace(/^0+(?=\d)/, ''),
  o: ({ record }) => record.sequenceNumber,
  k: ({ record }) => record.partitionKey,
  K: ({ record }) => Buffer.byteLength(record.partitionKey),
  s: ({ record }) => record.data,
  v: ({ record }) => record.data,
  S: ({ record }) => record.data.length,
  V: ({ record }) => record.data.length,
  T: ({ record }) => record.arrivalMs,
  d: ({ record }) => record.arrivalMs,
};

/** The parts of a template. @throws {CliError} with the place of a token that has no meaning here. */
export function kcatParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let literal = '';
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '%') {
      const { char, length } = escaped(text, at);
      literal += char;
      at += length;
      continue;
    }
    const token = text[at + 1] ?? '';
    if (token === '%') literal += '%';
    else {
      const part = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined;
      if (part === undefined)
        throw errorAt(text, at, `%${token} means nothing here; there are %t %p %o %k %K %s %S %T`);
      parts.push(literal, part);
      literal = '';
    }
    at += 2;
  }
  return [...parts, literal].filter((part) => part !== '');
}
