/**
 * Tags of streams and registered consumers: which are legal, how they change, in which order they are shown. Pure.
 * The texts were observed at the service; the "10" in one of them is literal, whatever the limit.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html
 */
import { Fault } from './fault.ts';
import { TAGS_MAX } from './limits.ts';

export type Tags = Readonly<Record<string, string>>;

/** Letters of any script with their marks, digits, the space, and the signs that AWS allows; % is refused in its own words. */
const LEGAL = /^[\p{L}\p{M}\p{N} _./=+\-%@:]*$/u;
const RESERVED = /^aws:/i;

/** `texts`: keys, and values where there are any; `keys`: those that must not begin with AWS's own prefix. */
interface Checked {
  readonly action: 'add tags to' | 'remove tags from';
  /** `stream <name> under account <account>`, or what else it is. */
  readonly subject: string;
  readonly texts: readonly string[];
}

function checkCharacters({ action, subject, texts }: Checked): void {
  if (!texts.every((text) => LEGAL.test(text))) {
    throw new Fault(
      'InvalidArgumentException',
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
    );
  }
  if (!texts.some((text) => text.includes('%'))) return;
  throw new Fault(
    'InvalidArgumentException',
    `Failed to ${action} ${subject} because some tags contained illegal characters. ` +
      "The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.",
  );
}

/** `tags` with more of them; equal keys are overwritten. @throws {Fault} InvalidArgumentException. */
export function withTags(tags: Tags, added: Tags, subject: string): Tags {
  const texts = Object.entries(added).flat();
  checkCharacters({ action: 'add tags to', subject, texts });
  const reserved = Object.keys(added).find((key) => RESERVED.test(key));
  if (reserved !== undefined) {
    throw new Fault(
      'InvalidArgumentException',
      `Failed to add tags to ${subject} because tag key ${reserved} begins with aws:, which AWS keeps for itself.`,
    );
  }
  // Spread copies a key of any name, __proto__ too.
  const merged = { ...tags, ...added };
  if (Object.keys(merged).length <= TAGS_MAX) return merged;
  throw new Fault(
    'InvalidArgumentException',
    `Failed to add tags to ${subject} because a given stream cannot have more than 10 tags associated with it.`,
  );
}

/** `tags` without some; keys that are not there are passed over. @throws {Fault} InvalidArgumentException. */
export function withoutTags(tags: Tags, keys: readonly string[], subject: string): Tags {
  checkCharacters({ action: 'remove tags from', subject, texts: keys });
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

/** Keys and values, ascending by the UTF-16 units of the keys. */
export function sortedTags(tags: Tags): readonly (readonly [string, string])[] {
  return Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
}
