/** The partition key of each record, by the rule of its flow. */
import { randomKey } from '../client/random-key.ts';
import { PARTITION_KEY_CHARS_MAX } from '../model/limits.ts';
import { md5 } from '../model/md5.ts';
import type { PartitionKeyConfig } from './config.ts';
import { matchPattern } from './match-pattern.ts';
import type { ReaderWorld } from './record-reader.ts';
import { decodeUtf8 } from './text-codec.ts';

/** The MD5 of the bytes, in lower-case hexadecimal. */
export function digestKey(data: Uint8Array): string {
  let key = '';
  for (const word of md5(data, 0, data.length)) key += word.toString(16).padStart(8, '0');
  return key;
}

/** The key of a record by a rule; never empty, at most 256 characters. */
export function partitionKeyOf(rule: PartitionKeyConfig, data: Uint8Array, world: ReaderWorld): string {
  switch (rule.kind) {
    case 'random':
      return randomKey(world.random);
    case 'deterministic':
      return digestKey(data);
    case 'fixed':
      return rule.key;
    case 'file':
      return shortened(world.path);
    case 'host':
      return shortened(world.host);
    case 'field':
      return shortened(memberOf(data, rule.field)) || randomKey(world.random);
    case 'regex': {
      const match = matchPattern(rule.pattern, decodeUtf8(data));
      const [group] = rule.pattern.groups;
      return shortened(match?.[group ?? 0] ?? '') || randomKey(world.random);
    }
  }
}

/** A scalar member of a record that is a JSON object; '' where there is none. */
function memberOf(data: Uint8Array, name: string): string {
  try {
    const value = (JSON.parse(decodeUtf8(data)) as Readonly<Record<string, unknown>> | null)?.[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  } catch {
    return '';
  }
}

function shortened(text: string): string {
  if (text.length <= PARTITION_KEY_CHARS_MAX) return text;
  const cut = text.slice(0, PARTITION_KEY_CHARS_MAX);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
