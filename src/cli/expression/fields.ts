/** What a filter expression can say of a record beside its data, and how a literal is read beside it. Pure. */

import type { Sighting } from '../record/output.ts';
import { payloadOf } from '../record/payload.ts';
import { type Moment, parseTime } from '../times.ts';
import { parseShard, parseSize } from '../values.ts';
import type { Operand } from './compare.ts';
import type { Token } from './tokens.ts';

const FIELDS: Readonly<Record<string, (sighting: Sighting) => string | number>> = {
  key: ({ record }) => record.partitionKey,
  data: (sighting) => payloadOf(sighting).lossyText,
  shard: ({ shardId }) => shardId,
  stream: ({ stream }) => stream,
  time: ({ record }) => record.arrivalMs,
  size: ({ record }) => record.data.length,
  seq: ({ record }) => record.sequenceNumber,
  lagMs: ({ lagMs }) => lagMs,
};

/** The field of a name; undefined when there is none. */
export function fieldOperand({ text, at }: Token, moment: Moment): Operand | undefined {
  const value = Object.hasOwn(FIELDS, text) ? FIELDS[text] : undefined;
  if (value === undefined) return undefined;
  switch (text) {
    case 'time':
      return { at, value, reads: (literal) => parseTime(literal, moment) };
    case 'size':
      return { at, value, reads: parseSize };
    case 'shard':
      return { at, value, reads: parseShard };
    case 'seq':
      return { at, value, sortable: (sighting) => ordered(sighting.record.sequenceNumber), reads: ordered };
    default:
      return { at, value };
  }
}

/** Numbers of any length as texts that sort as the numbers do: the length first. */
function ordered(digits: string): string {
  return `${String(digits.length).padStart(3, '0')}${digits}`;
}
