/** What a replay changes in records on their way: partition keys, payload, marks. Pure but for chance. */
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { usageError } from '../cli-error.ts';
import { parseKeyFrom } from '../put/key-from.ts';
import { withMember } from '../record/json-member.ts';
import type { Sighting } from '../record/output.ts';
import type { Template } from '../template/template.ts';

export interface ChangeOptions {
  /** `keep`, `random` or `from:<place>`. */
  readonly key: string;
  /** `field=value`, each. */
  readonly mark: readonly string[];
  /** Gives the payload in place of the old one. */
  readonly rewrite?: Template | undefined;
}

/** Counts of what could not be changed as wished. */
export interface ChangeCounts {
  unmarked: number;
  keyless: number;
}

/** The record as it goes out; `sighting` is as it came. */
export type RecordChange = (record: ConsumedRecord, sighting: Sighting) => ConsumedRecord;

/** The change that options ask for. A record whose data are no JSON object stays unmarked and is counted. */
export function recordChange(options: ChangeOptions, counts: ChangeCounts, uuid: () => string): RecordChange {
  const { key, rewrite, mark } = options;
  const changes: readonly RecordChange[] = [
    ...keyed(key, counts, uuid),
    ...(rewrite === undefined ? [] : [rewritten(rewrite)]),
    ...(mark.length === 0 ? [] : [marked(mark, counts)]),
  ];
  if (changes.length === 0) return (record) => record;
  return (record, sighting) => changes.reduce((changed, change) => change(changed, sighting), record);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function rewritten(template: Template): RecordChange {
  return (record, { stream, shardId, lagMs }) => {
    const data = template({ stream, shardId, lagMs, record });
    return { ...record, data: typeof data === 'string' ? encoder.encode(data) : data };
  };
}

function marked(marks: readonly string[], counts: ChangeCounts): RecordChange {
  const members = marks.map((mark) => {
    const at = mark.indexOf('=');
    if (at < 1) throw usageError(`"${mark}" is no mark`, 'Write field=value, for example replayed=true.');
    return { name: mark.slice(0, at), value: jsonOf(mark.slice(at + 1)) };
  });
  return (record) => {
    let text: string | undefined = textOf(record.data);
    for (const { name, value } of members) text &&= withMember(text, name, value);
    if (text) return { ...record, data: encoder.encode(text) };
    counts.unmarked++;
    return record;
  };
}

/** What is JSON already (true, 7, "7") as it is, other text as a string. */
function jsonOf(text: string): string {
  try {
    JSON.parse(text);
    return text.trim();
  } catch {
    return JSON.stringify(text);
  }
}

/** '' when the bytes are no text. */
function textOf(data: Uint8Array): string {
  try {
    return decoder.decode(data);
  } catch {
    return '';
  }
}

function keyed(policy: string, counts: ChangeCounts, uuid: () => string): readonly RecordChange[] {
  if (policy === 'keep') return [];
  if (policy === 'random') return [(record) => ({ ...record, partitionKey: uuid() })];
  if (!policy.startsWith('from:')) {
    throw usageError(`"${policy}" is no policy for keys`, 'Write keep, random or from:<place>, such as from:.user.id.');
  }
  const keyFrom = parseKeyFrom(policy.slice('from:'.length));
  return [
    (record) => {
      const found = keyFrom(record.data);
      if (found === undefined) counts.keyless++;
      return { ...record, partitionKey: found?.key ?? uuid(), data: found?.data ?? record.data };
    },
  ];
}
